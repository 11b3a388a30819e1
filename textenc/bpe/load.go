package bpe

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"frontdoor/internal/budget"
	"frontdoor/internal/exactjson"
	"frontdoor/internal/safefile"
)

const (
	// clipMerges is how many merges CLIP uses: its file has five times as many,
	// and the vocabulary was cut to 49152 minus the bytes and the specials.
	clipMerges = 49152 - 256 - 2
	// vocabularyLimit bounds a vocabulary; the largest of the published files has
	// 4 MB.
	vocabularyLimit = 32 << 20
)

// unzippedRates are what a compressed file may become: the published ones
// shrink to a third or a tenth.
var unzippedRates = budget.Rates{FreeBytes: 1 << 20, BytesPerByte: 64}

// VocabularyNames are the names under which CLIP's vocabulary is published, in
// the order in which FindVocabulary looks for them.
var VocabularyNames = []string{"bpe_simple_vocab_16e6.txt.gz", "bpe_simple_vocab_16e6.txt", "merges.txt", "tokenizer.json"}

// FindVocabulary returns the first file that one of the folders has under one
// of the usual names, and whether there is one.
func FindVocabulary(dirs ...string) (path string, ok bool) {
	for _, dir := range dirs {
		for _, name := range VocabularyNames {
			path := filepath.Join(dir, name)
			if info, err := os.Stat(path); err == nil && info.Mode().IsRegular() {
				return path, true
			}
		}
	}
	return "", false
}

// Load reads a vocabulary file, whose format it tells by the content,
// compressed with gzip or not:
//
//   - a list of merges, "left right" on each line, as CLIP's
//     bpe_simple_vocab_16e6.txt and Hugging Face's merges.txt are. A first line
//     that states a "#version" is skipped, and of a longer file the first 48894
//     merges are used, as in CLIP. A vocab.json beside merges.txt must agree.
//   - Hugging Face's tokenizer.json;
//   - Hugging Face's vocab.json, which needs merges.txt beside it.
//
// Errors name the file.
func Load(path string) (*Tokenizer, error) {
	text, err := readVocabulary(path)
	if err != nil {
		return nil, fmt.Errorf("bpe: reading the vocabulary %s: %w", path, err)
	}
	t, err := parseTokenizer(text, filepath.Dir(path), filepath.Base(path))
	if err != nil {
		return nil, fmt.Errorf("bpe: %s is not a vocabulary like CLIP's bpe_simple_vocab_16e6.txt.gz: %w", path, err)
	}
	return t, nil
}

// parseTokenizer reads the content of the file of that name in the folder dir.
func parseTokenizer(text []byte, dir, name string) (*Tokenizer, error) {
	if isObject(text) {
		return parseJSON(text, dir)
	}
	merges, err := parseMerges(text)
	if err != nil {
		return nil, err
	}
	t, err := fromMerges(merges)
	if err != nil || name != "merges.txt" {
		return t, err
	}
	beside, err := readVocabulary(filepath.Join(dir, "vocab.json"))
	if errors.Is(err, os.ErrNotExist) {
		return t, nil
	}
	var ids map[string]int
	if err == nil {
		err = exactjson.Unmarshal(beside, &ids)
	}
	if err != nil {
		return nil, fmt.Errorf("reading vocab.json beside it: %w", err)
	}
	return t, t.agrees(ids, "vocab.json")
}

func fromMerges(merges []string) (*Tokenizer, error) {
	b, err := newVocabulary(merges, []string{startOfText, endOfText})
	if err != nil {
		return nil, err
	}
	return &Tokenizer{vocab: b}, nil
}

// isObject says whether the text is a JSON object. A list of merges may begin
// with a brace, too.
func isObject(text []byte) bool {
	return bytes.HasPrefix(bytes.TrimSpace(text), []byte("{")) && json.Valid(text)
}

// readVocabulary returns the content of the file, unzipped if it begins like
// gzip.
func readVocabulary(path string) ([]byte, error) {
	file, size, err := safefile.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	return unzipped(file, size)
}

// unzipped reads everything from size bytes, up to a limit.
func unzipped(from io.Reader, size int64) ([]byte, error) {
	buffered := bufio.NewReader(from)
	var r io.Reader = buffered
	room := int64(vocabularyLimit)
	if magic, _ := buffered.Peek(2); bytes.Equal(magic, []byte{0x1f, 0x8b}) {
		var err error
		if r, err = gzip.NewReader(buffered); err != nil {
			return nil, err
		}
		room = min(room, unzippedRates.For(size).Left())
	}
	text, err := io.ReadAll(io.LimitReader(r, room+1))
	if err != nil {
		return nil, err
	}
	if int64(len(text)) > room {
		return nil, fmt.Errorf("it has more than %d bytes of text: %w", room, budget.ErrSpent)
	}
	return text, nil
}

// parseMerges returns the merges of a vocabulary file.
func parseMerges(text []byte) ([]string, error) {
	var merges []string
	first := true
	for line := range strings.SplitSeq(strings.TrimSuffix(string(text), "\n"), "\n") {
		if len(merges) == clipMerges {
			break
		}
		if version := first && strings.Contains(line, "#version"); version {
			first = false
			continue
		}
		first = false
		line = strings.TrimSuffix(line, "\r")
		if line == "" {
			return nil, fmt.Errorf("there is an empty line after merge %d", len(merges))
		}
		merges = append(merges, line)
	}
	if len(merges) == 0 {
		return nil, fmt.Errorf("it has no merges")
	}
	return merges, nil
}

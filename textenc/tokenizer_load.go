package textenc

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"os"
	"strings"
)

const (
	// clipMerges is how many merges CLIP uses: its file has five times as many,
	// and the vocabulary was cut to 49152 minus the bytes and the specials.
	clipMerges = 49152 - 256 - 2
	// vocabularyLimit bounds what a small compressed file can make us allocate;
	// CLIP's file has 3 MB.
	vocabularyLimit = 64 << 20
)

// LoadTokenizer reads a vocabulary file in the format of CLIP's
// bpe_simple_vocab_16e6.txt, as text or compressed with gzip, whatever its
// name is. Each line is a merge, "left right"; a first line that states a
// "#version" is skipped. Of a file that is longer the first 48894 merges are
// used, as in CLIP. Errors name the file.
func LoadTokenizer(path string) (*Tokenizer, error) {
	text, err := readVocabulary(path)
	if err != nil {
		return nil, fmt.Errorf("textenc: reading the vocabulary %s: %w", path, err)
	}
	merges, err := parseMerges(text)
	if err != nil {
		return nil, fmt.Errorf("textenc: %s is not a vocabulary like CLIP's bpe_simple_vocab_16e6.txt.gz: %w", path, err)
	}
	b, err := newBPE(merges, []string{startOfText, endOfText})
	if err != nil {
		return nil, fmt.Errorf("textenc: %s is not a vocabulary like CLIP's bpe_simple_vocab_16e6.txt.gz: %w", path, err)
	}
	return &Tokenizer{bpe: b}, nil
}

// readVocabulary returns the content of the file, unzipped if it begins like
// gzip.
func readVocabulary(path string) ([]byte, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	buffered := bufio.NewReader(file)
	var r io.Reader = buffered
	if magic, _ := buffered.Peek(2); bytes.Equal(magic, []byte{0x1f, 0x8b}) {
		if r, err = gzip.NewReader(buffered); err != nil {
			return nil, err
		}
	}
	text, err := io.ReadAll(io.LimitReader(r, vocabularyLimit+1))
	if err != nil {
		return nil, err
	}
	if len(text) > vocabularyLimit {
		return nil, fmt.Errorf("it has more than %d MB of text", vocabularyLimit>>20)
	}
	return text, nil
}

// parseMerges returns the merges of a vocabulary file.
func parseMerges(text []byte) ([]string, error) {
	var merges []string
	lines := strings.Split(strings.TrimSuffix(string(text), "\n"), "\n")
	if strings.Contains(lines[0], "#version") {
		lines = lines[1:]
	}
	for _, line := range lines {
		if len(merges) == clipMerges {
			break
		}
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

package bpe

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"frontdoor/internal/testdata"
)

// few is a small table, its text, and the vocabulary that follows from it.
var few = []string{"c a", "ca t</w>", `{ "`}

func vocabularyOf(t testing.TB, merges []string) map[string]int {
	t.Helper()
	tok, err := New(merges)
	if err != nil {
		t.Fatal(err)
	}
	ids := map[string]int{}
	for id, symbol := range tok.vocab.symbols {
		ids[symbol] = id
	}
	return ids
}

func write(t testing.TB, path string, content any) string {
	t.Helper()
	var text []byte
	switch content := content.(type) {
	case string:
		text = []byte(content)
	case []byte:
		text = content
	default:
		var err error
		if text, err = json.Marshal(content); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(path, text, 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

// tokenizerJSON is a tokenizer.json.
func tokenizerJSON(vocab map[string]int, merges any) map[string]any {
	return map[string]any{
		"version": "1.0", "normalizer": nil,
		"added_tokens": []any{map[string]any{"id": vocab[endOfText], "content": endOfText, "special": true}},
		"model":        map[string]any{"type": "BPE", "end_of_word_suffix": wordEnd, "vocab": vocab, "merges": merges},
	}
}

// All formats of one table give the same tokenizer.
func TestFormatsAgree(t *testing.T) {
	dir, vocab := t.TempDir(), vocabularyOf(t, few)
	text := "#version: 0.2\n" + strings.Join(few, "\n") + "\n"
	var zipped bytes.Buffer
	z := gzip.NewWriter(&zipped)
	z.Write([]byte(text))
	z.Close()
	pairs := [][]string{}
	for _, m := range few {
		pairs = append(pairs, strings.Fields(m))
	}
	for _, path := range []string{
		write(t, filepath.Join(dir, "a.txt.gz"), zipped.Bytes()),
		write(t, filepath.Join(dir, "a.txt"), text),
		write(t, filepath.Join(dir, "tokenizer.json"), tokenizerJSON(vocab, few)),
		write(t, filepath.Join(dir, "newer.json"), tokenizerJSON(vocab, pairs)),
		write(t, filepath.Join(dir, "merges.txt"), strings.ReplaceAll(text, "\n", "\r\n")),
		write(t, filepath.Join(dir, "vocab.json"), vocab),
		filepath.Join(dir, "merges.txt"), // now with a vocab.json beside it
	} {
		tok, err := Load(path)
		if err != nil {
			t.Error(err)
			continue
		}
		if !slices.Equal(tok.Merges(), few) {
			t.Errorf("%s: merges %q", path, tok.Merges())
		}
	}
}

func TestBadFormats(t *testing.T) {
	vocab := vocabularyOf(t, few)
	with := func(key string, id int) map[string]int {
		v := vocabularyOf(t, few)
		v[key] = id
		return v
	}
	without := vocabularyOf(t, few)
	delete(without, "cat</w>")
	other := tokenizerJSON(vocab, few)
	other["model"].(map[string]any)["type"] = "WordPiece"
	for name, c := range map[string]struct {
		file   string
		beside map[string]any
		want   string
	}{
		"config.json":     {"x.json", map[string]any{"x.json": map[string]any{"a": 1}}, "neither a tokenizer.json"},
		"other model":     {"x.json", map[string]any{"x.json": other}, "WordPiece"},
		"strange merge":   {"x.json", map[string]any{"x.json": tokenizerJSON(vocab, []any{7})}, "merge 1"},
		"triple":          {"x.json", map[string]any{"x.json": tokenizerJSON(vocab, [][]string{{"a", "b", "c"}})}, "merge 1"},
		"other ids":       {"x.json", map[string]any{"x.json": tokenizerJSON(with("cat</w>", 3), few)}, "the number 3"},
		"missing symbol":  {"x.json", map[string]any{"x.json": tokenizerJSON(without, few)}, `lacks the symbol "cat</w>"`},
		"more symbols":    {"x.json", map[string]any{"x.json": tokenizerJSON(with("more", 999), few)}, "518 symbols"},
		"vocab alone":     {"vocab.json", map[string]any{"vocab.json": vocab}, "merges.txt beside it"},
		"vocab disagrees": {"merges.txt", map[string]any{"merges.txt": strings.Join(few, "\n"), "vocab.json": without}, "vocab.json lacks"},
		"broken vocab":    {"merges.txt", map[string]any{"merges.txt": strings.Join(few, "\n"), "vocab.json": "{"}, "vocab.json beside it"},
	} {
		dir := t.TempDir()
		for file, content := range c.beside {
			write(t, filepath.Join(dir, file), content)
		}
		path := filepath.Join(dir, c.file)
		if _, err := Load(path); err == nil || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), path) {
			t.Errorf("%s: error %v, want the path and %q", name, err, c.want)
		}
	}
	if _, err := Load(t.TempDir()); err == nil || !strings.Contains(err.Error(), "regular") {
		t.Errorf("a folder: error %v", err)
	}
}

func TestFindVocabulary(t *testing.T) {
	a, b := t.TempDir(), t.TempDir()
	if path, ok := FindVocabulary(a, b); ok {
		t.Errorf("found %s", path)
	}
	write(t, filepath.Join(b, "tokenizer.json"), "{}")
	if path, ok := FindVocabulary(a, b); !ok || path != filepath.Join(b, "tokenizer.json") {
		t.Errorf("found %s, %v", path, ok)
	}
	write(t, filepath.Join(b, "merges.txt"), "")
	write(t, filepath.Join(a, "bpe_simple_vocab_16e6.txt"), "")
	if path, _ := FindVocabulary(b, a); path != filepath.Join(b, "merges.txt") {
		t.Errorf("found %s", path)
	}
	if path, _ := FindVocabulary(a, b); path != filepath.Join(a, "bpe_simple_vocab_16e6.txt") {
		t.Errorf("found %s", path)
	}
}

// The names of all classes in CoOp's split files: a merge by a second,
// plainer algorithm gives the same ids, through any of the formats.
func TestClassNamesOfCoOp(t *testing.T) {
	tok := clipTokenizer(t)
	names := map[string]bool{}
	for _, path := range splitFiles(t) {
		var split map[string][][3]any
		testdata.ReadJSON(t, path, &split)
		for _, items := range split {
			for _, item := range items {
				names[strings.ReplaceAll(item[2].(string), "_", " ")] = true
			}
		}
	}
	if len(names) < 500 {
		t.Fatalf("only %d names", len(names))
	}
	vocab := vocabularyOf(t, tok.Merges())
	dir := t.TempDir()
	other, err := Load(write(t, filepath.Join(dir, "tokenizer.json"), tokenizerJSON(vocab, tok.Merges())))
	if err != nil {
		t.Fatal(err)
	}
	ranks := map[[2]string]int{}
	for rank, merge := range tok.Merges() {
		left, right, _ := strings.Cut(merge, " ")
		ranks[[2]string{left, right}] = rank
	}
	for name := range names {
		want := plainEncode(name, ranks, vocab)
		for _, tk := range []*Tokenizer{tok, other} {
			if got := tk.Encode(name); !slices.Equal(got, want) {
				t.Errorf("%q: ids %v, want %v", name, got, want)
			}
			if got := strings.TrimSpace(tk.Decode(want)); strings.ReplaceAll(got, " ", "") != strings.ReplaceAll(strings.ToLower(name), " ", "") {
				t.Errorf("%q is decoded as %q", name, got)
			}
		}
	}
	t.Logf("%d names", len(names))
}

func splitFiles(t *testing.T) []string {
	files, err := filepath.Glob(filepath.Join(testdata.Shared(t, "splits"), "*.json"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no split files: %v", err)
	}
	return files
}

// plainEncode is byte-pair encoding of ASCII text on strings, one merge at a
// time, with splitting by the kind of each character.
func plainEncode(text string, ranks map[[2]string]int, ids map[string]int) (out []int) {
	kind := func(c byte) int {
		switch {
		case c >= 'a' && c <= 'z':
			return 1
		case c >= '0' && c <= '9':
			return 2
		case c == ' ':
			return 0
		}
		return 3
	}
	text = strings.ToLower(text)
	for at := 0; at < len(text); {
		end := at + 1
		for k := kind(text[at]); end < len(text) && kind(text[end]) == k && k != 2; end++ {
		}
		if text[at] == '\'' && end < len(text) && (text[at:end+1] == "'s" || text[at:end+1] == "'t") {
			end++
		}
		if kind(text[at]) != 0 {
			symbols := strings.Split(text[at:end], "")
			symbols[len(symbols)-1] += wordEnd
			for {
				best := -1
				for i := range symbols[1:] {
					if r, ok := ranks[[2]string{symbols[i], symbols[i+1]}]; ok && (best < 0 || r < ranks[[2]string{symbols[best], symbols[best+1]}]) {
						best = i
					}
				}
				if best < 0 {
					break
				}
				symbols = slices.Replace(symbols, best, best+2, symbols[best]+symbols[best+1])
			}
			for _, s := range symbols {
				out = append(out, ids[s])
			}
		}
		at = end
	}
	return out
}

// FuzzVocabulary checks that no content makes the parser panic, and that what
// it accepts encodes.
func FuzzVocabulary(f *testing.F) {
	f.Add([]byte("#version: 0.2\nc a\nca t</w>\n"))
	f.Add([]byte("c a\r\n\r\n"))
	vocab, _ := json.Marshal(vocabularyOf(f, nil))
	f.Add(vocab)
	whole, _ := json.Marshal(tokenizerJSON(vocabularyOf(f, few), few))
	f.Add(whole)
	f.Add([]byte(`{"model":{"type":"BPE","end_of_word_suffix":"</w>","merges":[["c","a"],"ca t</w>"]}}`))
	dir := f.TempDir()
	f.Fuzz(func(t *testing.T, text []byte) {
		content, err := unzipped(bytes.NewReader(text), int64(len(text)))
		if err != nil {
			return
		}
		tok, err := parseTokenizer(content, dir, "merges.txt")
		if err != nil {
			return
		}
		if tok.EOT() != 513+len(tok.Merges()) {
			t.Fatalf("end %d with %d merges", tok.EOT(), len(tok.Merges()))
		}
		for _, id := range tok.Encode("a cat, 12 catcalls \xff") {
			if id < 0 || id >= tok.SOT() {
				t.Fatalf("id %d of %d", id, tok.VocabSize())
			}
		}
	})
}

package bpe

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// symbolsOf returns the symbols that the text becomes.
func symbolsOf(tok *Tokenizer, text string) string {
	var symbols []string
	for _, id := range tok.Encode(text) {
		symbols = append(symbols, tok.vocab.symbols[id])
	}
	return strings.Join(symbols, " ")
}

func TestMergesByHand(t *testing.T) {
	tok, err := New([]string{"b c", "a b", "a a", "bc d</w>", "aa aa", "a bc"})
	if err != nil {
		t.Fatal(err)
	}
	if tok.VocabSize() != 512+6+2 || tok.SOT() != 518 || tok.EOT() != 519 {
		t.Errorf("size %d, start %d, end %d", tok.VocabSize(), tok.SOT(), tok.EOT())
	}
	for text, want := range map[string]string{
		"a":        "a</w>",
		"bc":       "b c</w>", // the rule is about c inside a word
		"abcx":     "abc x</w>",
		"abcd":     "a bcd</w>",     // rank 4 before rank 6
		"aaax":     "aa a x</w>",    // from left to right, no overlap
		"aaaax":    "aaaa x</w>",    // all of "a a" first
		"aaaaaaa":  "aaaa aa a</w>", // the last one ends the word
		"abab abx": "ab a b</w> ab x</w>",
	} {
		if got := symbolsOf(tok, text); got != want {
			t.Errorf("%s: got %s, want %s", text, got, want)
		}
	}
}

func TestSymbolMadeTwice(t *testing.T) {
	tok, err := New([]string{"b c", "a b", "a bc", "ab c", "abc d"})
	if err != nil {
		t.Fatal(err)
	}
	if tok.VocabSize() != 512+5+2 {
		t.Errorf("size %d", tok.VocabSize())
	}
	if got := symbolsOf(tok, "abcdx"); got != "abcd x</w>" {
		t.Errorf("got %s", got)
	}
}

func TestBadMerges(t *testing.T) {
	for want, merges := range map[string][]string{
		`merge 1 is ""`:   {""},
		`merge 1 is "ab"`: {"ab"},
		`merge 1 is "a "`: {"a "},
		`merge 1 is " a"`: {" a"},
		`"b c", which`:    {"a b c"},
		`"zz", which`:     {"a b", "zz a"},
		`"ab", which`:     {"ab c", "a b"},
		`merge 3`:         {"a b", "c d", "a b"},
		`"日", which`:      {"日 a"},
		`"a</w>b", which`: {"c a</w>b"},
	} {
		_, err := New(merges)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: error %v, want %s", merges, err, want)
		}
	}
}

func TestMergesAreCopied(t *testing.T) {
	in := []string{"a b"}
	tok, err := New(in)
	if err != nil {
		t.Fatal(err)
	}
	in[0] = "x"
	tok.Merges()[0] = "y"
	if got := tok.Merges(); !slices.Equal(got, []string{"a b"}) {
		t.Errorf("got %q", got)
	}
}

func TestLoadTokenizer(t *testing.T) {
	zipped := func(text string) string {
		var out bytes.Buffer
		w := gzip.NewWriter(&out)
		fmt.Fprint(w, text)
		w.Close()
		return out.String()
	}
	// More merges than CLIP uses: all two-letter symbols of 256 bytes.
	var long strings.Builder
	long.WriteString("#version: 0.2\n")
	order, written := byteOrder()
	for _, a := range order {
		for _, b := range order {
			fmt.Fprintf(&long, "%c %c\n", written[a], written[b])
		}
	}
	two := []string{"a b", "ab c</w>"}
	for name, c := range map[string]struct {
		text string
		want []string // nil for an error
	}{
		"version":         {"\"x#version: 0.2\na b\nab c</w>\n", two},
		"no version":      {"a b\nab c</w>", two},
		"windows":         {"#version: 0.2\r\na b\r\nab c</w>\r\n", two},
		"gzip":            {zipped("#version: 0.2\na b\nab c</w>\n"), two},
		"empty":           {"", nil},
		"version only":    {"#version: 0.2\n", nil},
		"empty line":      {"a b\n\nab c</w>\n", nil},
		"not a table":     {"hello world, this is text\n", nil},
		"cut gzip":        {zipped(long.String())[:1000], nil},
		"gzip of nothing": {"\x1f\x8b", nil},
	} {
		path := filepath.Join(t.TempDir(), "vocab")
		if err := os.WriteFile(path, []byte(c.text), 0o644); err != nil {
			t.Fatal(err)
		}
		tok, err := Load(path)
		switch {
		case c.want == nil && (err == nil || !strings.Contains(err.Error(), path)):
			t.Errorf("%s: error %v", name, err)
		case c.want != nil && err != nil:
			t.Errorf("%s: %v", name, err)
		case c.want != nil:
			if diff := cmp.Diff(c.want, tok.Merges()); diff != "" {
				t.Errorf("%s: %s", name, diff)
			}
		}
	}
	path := filepath.Join(t.TempDir(), "long")
	if err := os.WriteFile(path, []byte(long.String()), 0o644); err != nil {
		t.Fatal(err)
	}
	if tok, err := Load(path); err != nil || tok.VocabSize() != 49408 {
		t.Errorf("a long file: %v", err)
	}
	if _, err := Load(filepath.Join(t.TempDir(), "missing")); !os.IsNotExist(err) && !strings.Contains(fmt.Sprint(err), "missing") {
		t.Errorf("missing file: %v", err)
	}
}

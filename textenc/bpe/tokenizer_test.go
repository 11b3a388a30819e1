package bpe

import (
	"encoding/json"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"frontdoor/internal/testdata"
)

// clipTokenizer returns the tokenizer of CLIP's own vocabulary.
func clipTokenizer(t testing.TB) *Tokenizer {
	t.Helper()
	tok, err := Load(testdata.Shared(t, "bpe_simple_vocab_16e6.txt.gz"))
	if err != nil {
		t.Fatal(err)
	}
	return tok
}

// pair is a text and its ids, written as a JSON array of two.
type pair struct {
	text string
	ids  []int
}

func (p *pair) UnmarshalJSON(data []byte) error {
	return json.Unmarshal(data, &[]any{&p.text, &p.ids})
}

func TestCLIPVocabulary(t *testing.T) {
	tok := clipTokenizer(t)
	if tok.VocabSize() != 49408 || tok.SOT() != 49406 || tok.EOT() != 49407 {
		t.Errorf("size %d, start %d, end %d", tok.VocabSize(), tok.SOT(), tok.EOT())
	}
	merges := tok.Merges()
	if len(merges) != 48894 || merges[0] != "i n" || merges[48893] != "jeky ll</w>" {
		t.Errorf("%d merges, from %q to %q", len(merges), merges[0], merges[len(merges)-1])
	}
	for id, want := range map[int]string{0: "!", 256: "! ", 512: "in", 49405: "jekyll ", 49406: startOfText, 49407: endOfText} {
		if got := tok.Decode([]int{id}); got != want {
			t.Errorf("id %d is %q, want %q", id, got, want)
		}
	}
}

func TestCLIPGolden(t *testing.T) {
	tok := clipTokenizer(t)
	for _, file := range []string{"tokenizer.json", "awkward.json"} {
		var golden struct{ Encode []pair }
		testdata.ReadJSON(t, "testdata/"+file, &golden)
		if len(golden.Encode) < 20 {
			t.Fatalf("%s: only %d texts", file, len(golden.Encode))
		}
		for range 2 { // the second time from the cache
			for _, p := range golden.Encode {
				if got := tok.Encode(p.text); !slices.Equal(got, p.ids) {
					t.Errorf("%s: %q\n got %v\nwant %v", file, p.text, got, p.ids)
				}
			}
		}
	}
}

func TestCLIPTruncation(t *testing.T) {
	tok := clipTokenizer(t)
	var golden struct {
		Truncated struct{ First3, Last3 []int } `json:"truncated_word_x80"`
	}
	testdata.ReadJSON(t, "testdata/tokenizer.json", &golden)
	text := strings.Repeat("word ", 80)
	row, err := tok.Tokenize(text, 77, true)
	if err != nil {
		t.Fatal(err)
	}
	if len(row) != 77 || !slices.Equal(row[:3], golden.Truncated.First3) || !slices.Equal(row[74:], golden.Truncated.Last3) {
		t.Errorf("row of %d: %v", len(row), row)
	}
	_, err = tok.Tokenize(text, 77, false)
	if err == nil || !strings.Contains(err.Error(), "word word") || !strings.Contains(err.Error(), "77") {
		t.Errorf("the error %v does not name the text and the context length", err)
	}
	row, err = tok.Tokenize("a photo of a cat.", 77, false)
	if want := []int{49406, 320, 1125, 539, 320, 2368, 269, 49407}; err != nil || !slices.Equal(row, want) {
		t.Errorf("row %v, error %v", row, err)
	}
}

func TestTokenizeAtTheLimit(t *testing.T) {
	tok, err := New(nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		context  int
		truncate bool
		want     string // of the row, decoded; empty for an error
	}{
		{5, false, startOfText + "abc " + endOfText},
		{5, true, startOfText + "abc " + endOfText},
		{4, false, ""},
		{4, true, startOfText + "ab" + endOfText},
		{2, true, startOfText + endOfText},
		{1, true, ""},
		{0, true, ""},
		{-1, false, ""},
	} {
		row, err := tok.Tokenize("abc", c.context, c.truncate)
		if (err != nil) != (c.want == "") || tok.Decode(row) != c.want {
			t.Errorf("context %d: row %v, error %v", c.context, row, err)
		}
	}
}

func TestDecodeReturnsCleanText(t *testing.T) {
	tok := clipTokenizer(t)
	for text, want := range map[string]string{
		"A  photo of a\tCAT.": "a photo of a cat . ",
		"日本語 テスト":             "日本語 テスト ",
		"🎉 don't":             "🎉 don 't ",
		"":                    "",
	} {
		if got := tok.Decode(tok.Encode(text)); got != want {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
}

func TestDecodeAnyIDs(t *testing.T) {
	tok, err := New(nil)
	if err != nil {
		t.Fatal(err)
	}
	id := func(b byte) int { return tok.vocab.byteID[b] }
	for _, c := range []struct {
		ids  []int
		want string
	}{
		{nil, ""},
		{[]int{-1, 514, 0}, "\ufffd\ufffd!"},
		{[]int{id(0xe3), id(0x81), id('a')}, "\ufffda"}, // a cut character is one mark
		{[]int{id(0xf0), id(0x9f), id(0x8e)}, "\ufffd"}, // also at the end
		{[]int{id(0x80), id(0x81)}, "\ufffd\ufffd"},     // bytes that begin nothing
		{[]int{id(0xe3), id(0x41), id(0xc3), id(0xa9)}, "\ufffdAé"},
		{[]int{id('<'), id('/'), id('w'), id('>')}, " "}, // as in CLIP
	} {
		if got := tok.Decode(c.ids); got != c.want {
			t.Errorf("%v: got %q, want %q", c.ids, got, c.want)
		}
	}
}

func TestEveryByteRoundTrips(t *testing.T) {
	order, written := byteOrder()
	seen := map[rune]bool{}
	for _, b := range order {
		if seen[written[b]] {
			t.Errorf("byte %d is written as another one is", b)
		}
		seen[written[b]] = true
	}
	if len(seen) != 256 {
		t.Errorf("%d characters write 256 bytes", len(seen))
	}
	for b, want := range map[byte]rune{'!': '!', ' ': 0x120, '\n': 0x10a, 0: 0x100, 127: 0x121, 160: 0x142, 173: 0x143} {
		if written[b] != want {
			t.Errorf("byte %d is written as %U, want %U", b, written[b], want)
		}
	}
}

func TestConcurrentUse(t *testing.T) {
	tok, err := New([]string{"a b", "ab c</w>"})
	if err != nil {
		t.Fatal(err)
	}
	want := tok.Encode("abc cab")
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			for j := range 200 {
				tok.Encode(strings.Repeat("x", (i*j)%50) + "y")
				if diff := cmp.Diff(want, tok.Encode("abc cab")); diff != "" {
					t.Error(diff)
				}
			}
		})
	}
	wg.Wait()
}

func TestCacheIsBounded(t *testing.T) {
	tok, err := New(nil)
	if err != nil {
		t.Fatal(err)
	}
	var word [4]byte
	for i := range cacheWords + 10 {
		for j := range word {
			word[j] = 'a' + byte(i>>(4*j)&15)
		}
		tok.vocab.encode(string(word[:]))
	}
	if n := len(tok.vocab.cache); n > cacheWords {
		t.Errorf("%d words in the cache", n)
	}
	clear(tok.vocab.cache)
	tok.Encode(strings.Repeat("long", 100))
	if n := len(tok.vocab.cache); n != 0 {
		t.Errorf("a word of 400 bytes is in the cache")
	}
}

func BenchmarkEncode(b *testing.B) {
	tok := clipTokenizer(b)
	for b.Loop() {
		tok.Encode("a photo of a abyssinian, a type of pet.")
	}
}

func BenchmarkLongWord(b *testing.B) {
	tok := clipTokenizer(b)
	word := strings.Repeat("antidisestablishmentarianism", 1000)
	for b.Loop() {
		tok.Encode(word)
	}
}

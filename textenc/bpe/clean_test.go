package bpe

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestClean(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{"", ""},
		{" \t\n\u00a0\u2003 ", ""},
		{"  Hello,\n\n World ", "hello, world"},
		{"&amp;lt;b&amp;gt;", "<b>"},
		{"&amp;amp;amp;lt;", "<"}, // as often as it was escaped
		{"&#233;&#xE9;&#Xe9&eacute", "éééé"},
		{"&#38;#38;lt;", "<"},
		{"&#;&#x;&#xg;&;&bogus;", "&#;&#x;&#xg;&;&bogus;"},
		{"[&#0;&#xd800;&#1114112;&#99999999999999999999;]", "[\ufffd\ufffd\ufffd\ufffd]"},
		{"[&#1;&#127;&#xfdd0;&#x1ffff;]", "[]"},
		{"&#128;&#x99;", "€™"},
		{"a&#160;b&#9c", "a b c"},
		{"&nGt;", "≫\u20d2"},
		{"&amp;amp;nGt;", "≫\u20d2"},
		{"schÃ¶n", "schön"},
		{"<b>&amp;amp;amp;</b>", "<b>&amp;</b>"}, // in HTML twice, not until nothing is left,
		{"It\u2019s \u201cfine\u201d", `it's "fine"`},
		{"ﬁne oﬃce", "fine office"},
		{"ＦＵＬＬ　ｗｉｄｔｈ！ ｶﾞ", "full width! ガ"},
		{"cafe\u0301", "café"},
		{"\ufeffa\x00b\x1bc\x7fd", "abcd"},
		{"bad \xff\xfe utf-8 \xe3\x81", "bad \ufffd\ufffd utf-8 \ufffd"},
		{"İstanbul", "i\u0307stanbul"},
		{"ΟΔΟΣ ΣΑΣ Σ A'Σ' ΑΣΑ", "οδος σας σ a'ς' ασα"},
	} {
		if got := clean(c.in); got != c.want {
			t.Errorf("%q: got %q, want %q", c.in, got, c.want)
		}
	}
}

func TestNextWord(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{"", ""},
		{"a photo.", "a|photo|."},
		{"it's_under_score", "it|'s|_|under|_|score"},
		{"don't you've i'll we're i'm he'd", "don|'t|you|'ve|i|'ll|we|'re|i|'m|he|'d"},
		{"'some 'x '", "'s|ome|'|x|'"},
		{"!'s", "!'|s"}, // marks take the apostrophe
		{"747-400", "7|4|7|-|4|0|0"},
		{"½²Ⅷ", "½|²|Ⅷ"},
		{"<|startoftext|>hi<|endoftext|>", "<|startoftext|>|hi|<|endoftext|>"},
		{"!<|endoftext|>", "!<||endoftext||>"}, // as a mark, a literal is cut
		{"<|startoftex", "<||startoftex"},
		{"'ſt <|ſtartoftext|>", "'ſ|t|<|ſtartoftext|>"},
		{"a\u0301b 👨‍👩", "a|\u0301|b|👨‍👩"},
		{"a\u0345b .\u0345. \u0345", "a|b|.|."},
	} {
		var words []string
		for word, rest := nextWord(c.in); word != ""; word, rest = nextWord(rest) {
			words = append(words, word)
		}
		if diff := cmp.Diff(c.want, strings.Join(words, "|")); diff != "" {
			t.Errorf("%q: %s", c.in, diff)
		}
	}
}

// FuzzEncode checks that any text has ids inside the vocabulary, and that the
// ids spell what is left of the text after cleaning.
func FuzzEncode(f *testing.F) {
	tok, err := New([]string{"t h", "th e</w>", "Ã ©", "' s</w>"})
	if err != nil {
		f.Fatal(err)
	}
	for _, text := range []string{"the café's &amp;lt; <|endoftext|>", "\xff&#x", "ΑΣ\u0345İ", "'ſ &nGt"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		ids := tok.Encode(text)
		for _, id := range ids {
			if id < 0 || id >= tok.VocabSize() {
				t.Fatalf("id %d", id)
			}
		}
		dropSpace := func(s string) string {
			s = strings.ReplaceAll(s, wordEnd, "")
			return strings.Join(strings.FieldsFunc(s, separates), "")
		}
		if got, want := dropSpace(tok.Decode(ids)), dropSpace(clean(text)); got != want {
			t.Fatalf("%q: decoded %q, cleaned %q", text, got, want)
		}
	})
}

package bpe

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"
)

// The two literals that have an id of their own. They are found in texts too:
// a text may contain "<|endoftext|>".
const (
	startOfText = "<|startoftext|>"
	endOfText   = "<|endoftext|>"
)

// Tokenizer turns text into the token ids that a CLIP text tower reads, and
// back. Its vocabulary is 256 bytes, 256 bytes that end a word, one symbol for
// each merge, and the start and the end of text, in this order. It is safe for
// use by several goroutines at once.
type Tokenizer struct {
	vocab *vocabulary
}

// New returns the tokenizer of a table of merges, each written as
// "left right" in the alphabet of CLIP's vocabulary file, in order of rank. An
// empty table is allowed: the text is then spelled byte by byte. It returns an
// error if a merge is malformed, is there twice, or uses a symbol that no
// merge before it makes.
func New(merges []string) (*Tokenizer, error) {
	b, err := newVocabulary(merges, []string{startOfText, endOfText})
	if err != nil {
		return nil, fmt.Errorf("bpe: %w", err)
	}
	return &Tokenizer{vocab: b}, nil
}

// VocabSize returns the number of ids, which is 512 + merges + 2.
func (t *Tokenizer) VocabSize() int { return len(t.vocab.symbols) }

// SOT returns the id of the start of text, the last but one.
func (t *Tokenizer) SOT() int { return len(t.vocab.symbols) - 2 }

// EOT returns the id of the end of text, the largest of all: CLIP finds the
// end of a row as the place of its largest id.
func (t *Tokenizer) EOT() int { return len(t.vocab.symbols) - 1 }

// Merges returns a copy of the table of merges, as New takes it.
func (t *Tokenizer) Merges() []string {
	return append([]string(nil), t.vocab.merges...)
}

// Encode returns the ids of the text, cleaned and lower-cased, without the
// start and the end of text. The result is nil if nothing is left of the text.
func (t *Tokenizer) Encode(text string) []int {
	var ids []int
	rest := clean(text)
	for {
		var word string
		word, rest = nextWord(rest)
		if word == "" {
			return ids
		}
		ids = append(ids, t.vocab.encode(word)...)
	}
}

// Tokenize returns the row that the text tower reads: SOT, the ids of the
// text, EOT. It is not padded. If the row is longer than context, it is cut to
// context ids of which the last is EOT where truncate is set, and an error
// otherwise. The tower reads a row at its first EOT, so a row ends there even
// if the text itself has "<|endoftext|>" and goes on. A context below 2 is an
// error.
func (t *Tokenizer) Tokenize(text string, context int, truncate bool) ([]int, error) {
	if context < 2 {
		return nil, fmt.Errorf("bpe: a context length of %d has no room for the start and the end of text", context)
	}
	ids := t.Encode(text)
	row := make([]int, 0, len(ids)+2)
	row = append(row, t.SOT())
	row = append(row, ids...)
	row = append(row, t.EOT())
	if len(row) > context {
		if !truncate {
			return nil, fmt.Errorf("bpe: the text %s takes %d tokens with its beginning and end, %d more than the context length of %d; shorten it",
				quoted(text), len(row), len(row)-context, context)
		}
		row = row[:context]
		row[context-1] = t.EOT()
	}
	return row[:1+slices.Index(row, t.EOT())], nil
}

// Decode returns the text of the ids: cleaned, lower-cased, and with a space
// after each word. Bytes that are not UTF-8, and ids outside the vocabulary,
// become U+FFFD.
func (t *Tokenizer) Decode(ids []int) string {
	var out strings.Builder
	for _, id := range ids {
		if id < 0 || id >= len(t.vocab.symbols) {
			out.WriteRune(utf8.RuneError)
			continue
		}
		out.WriteString(unspelled(t.vocab.symbols[id], t.vocab.bytes))
	}
	return strings.ReplaceAll(validUTF8(out.String()), wordEnd, " ")
}

// quoted returns the beginning of the text for an error message.
func quoted(text string) string {
	const most = 120
	if runes := []rune(text); len(runes) > most {
		return fmt.Sprintf("%q...", string(runes[:most]))
	}
	return fmt.Sprintf("%q", text)
}

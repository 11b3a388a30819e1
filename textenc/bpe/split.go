package bpe

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// nextWord returns the first word of a cleaned text and what follows it; the
// word is empty at the end of the text. Words are what CLIP's regular
// expression finds, by the first of these alternatives that fits:
//
//	<|startoftext|>  <|endoftext|>  's 't 're 've 'm 'll 'd    literals
//	\p{L}+                                                      letters
//	\p{N}                                                       one digit or other number
//	[^\s\p{L}\p{N}]+                                            other marks
//
// White space separates words and is dropped. The last alternative takes all
// that it can: in "!'s" the apostrophe belongs to the marks. Written by hand,
// it is several times faster than package regexp.
func nextWord(text string) (word, rest string) {
	text = strings.TrimLeftFunc(text, separates)
	if text == "" {
		return "", ""
	}
	n := literal(text)
	if n == 0 {
		r, size := utf8.DecodeRuneInString(text)
		switch {
		case unicode.IsLetter(r):
			n = prefix(text, unicode.IsLetter)
		case unicode.IsNumber(r):
			n = size
		default:
			n = prefix(text, isMark)
		}
	}
	return text[:n], text[n:]
}

// literals are the alternatives that are spelled out.
var literals = []string{startOfText, endOfText, "'s", "'t", "'re", "'ve", "'m", "'ll", "'d"}

// literal returns the length in bytes of the literal that begins the text, or 0.
func literal(text string) int {
	if text[0] != '<' && text[0] != '\'' {
		return 0
	}
	for _, want := range literals {
		if n := literalLength(text, want); n > 0 {
			return n
		}
	}
	return 0
}

// literalLength returns how many bytes of the text spell the literal, or 0.
// The expression ignores case. The text is in lower case already, but the long
// s (U+017F) is a lower-case letter that differs from s only in case.
func literalLength(text, want string) int {
	n := 0
	for i := range len(want) {
		switch {
		case strings.HasPrefix(text[n:], want[i:i+1]):
			n++
		case want[i] == 's' && strings.HasPrefix(text[n:], "ſ"):
			n += len("ſ")
		default:
			return 0
		}
	}
	return n
}

// prefix returns how many bytes at the beginning of the text satisfy class.
func prefix(text string, class func(rune) bool) int {
	for i, r := range text {
		if !class(r) {
			return i
		}
	}
	return len(text)
}

// separates says whether no word contains r. Besides white space that is
// U+0345: it is a mark whose upper case is a letter, so that for an expression
// that ignores case it is in none of the classes.
func separates(r rune) bool { return unicode.IsSpace(r) || r == '\u0345' }

// isMark says whether r is in the last alternative.
func isMark(r rune) bool {
	return !unicode.IsLetter(r) && !unicode.IsNumber(r) && !separates(r)
}

package textfile

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Clean returns a name as it looks: in Unicode's composed form (NFC), since some
// systems write é as e and an accent; with single spaces for all white space;
// and without characters that cannot be seen, such as the zero width space,
// the soft hyphen or a byte-order mark in the middle, which two names of equal
// look would differ by. removed lists these, each once, as "U+200B". The zero
// width joiners stay where Persian, Indic scripts and emoji need them.
func Clean(name string) (clean string, removed []string) {
	var b strings.Builder
	runes := []rune(name)
	for i, r := range runes {
		switch {
		case unicode.IsSpace(r):
			b.WriteByte(' ')
		case invisible(r) && !joins(runes, i):
			if code := fmt.Sprintf("U+%04X", r); !slices.Contains(removed, code) {
				removed = append(removed, code)
			}
		default:
			b.WriteRune(r)
		}
	}
	return norm.NFC.String(strings.Join(strings.Fields(b.String()), " ")), removed
}

// invisible says whether a character is never seen: controls, format
// characters, and fillers without width.
func invisible(r rune) bool {
	return unicode.In(r, unicode.Cc, unicode.Cf) ||
		unicode.Is(unicode.Other_Default_Ignorable_Code_Point, r)
}

// joins says whether rune i is a zero width joiner or non-joiner, or an emoji
// tag, behind a letter or symbol that it may belong to.
func joins(runes []rune, i int) bool {
	r := runes[i]
	if r != '\u200c' && r != '\u200d' && !(r >= 0xe0020 && r <= 0xe007f) || i == 0 {
		return false
	}
	last := i == len(runes)-1
	if last && r < 0xe0020 {
		return false
	}
	before := runes[i-1]
	return before >= utf8.RuneSelf && !unicode.IsSpace(before) && !unicode.In(before, unicode.Latin, unicode.Greek, unicode.Cyrillic, unicode.Cc)
}

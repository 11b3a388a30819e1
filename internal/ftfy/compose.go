package ftfy

import (
	"sort"
	"strings"

	"golang.org/x/text/unicode/norm"
)

// streamSafe is how many combining marks in a row package norm puts up with
// before it breaks them apart, as Unicode advises for streams. Python does not.
const streamSafe = 30

// Compose returns the text in normal form NFC, with marks of any number.
func Compose(text string) string {
	if !longMarks(text) {
		return norm.NFC.String(text)
	}
	var runes []rune
	for _, r := range text {
		if d := norm.NFD.PropertiesString(string(r)).Decomposition(); d != nil {
			runes = append(runes, []rune(string(d))...)
		} else {
			runes = append(runes, []rune(norm.NFD.String(string(r)))...) // Hangul
		}
	}
	reorder(runes)
	return string(composed(runes))
}

// longMarks says whether a letter has more marks than package norm keeps
// together.
func longMarks(text string) bool {
	n := 0
	for _, r := range text {
		if r < 0x300 || class0(r) == 0 {
			n = 0
		} else if n++; n >= streamSafe-3 { // a letter may decompose to some
			return true
		}
	}
	return false
}

// class0 is the canonical combining class of a rune, 0 for a starter.
func class0(r rune) uint8 { return norm.NFD.PropertiesString(string(r)).CCC() }

// reorder sorts the marks behind each starter by their class, stably.
func reorder(runes []rune) {
	for lo := 0; lo < len(runes); {
		hi := lo
		for hi < len(runes) && class0(runes[hi]) != 0 {
			hi++
		}
		marks := runes[lo:hi]
		sort.SliceStable(marks, func(i, j int) bool { return class0(marks[i]) < class0(marks[j]) })
		lo = hi + 1
	}
}

// composed joins each mark to the starter before it where the two have a
// composite and no mark of the same or a higher class is between them.
func composed(runes []rune) []rune {
	out := runes[:0:0]
	starter, last := -1, uint8(0)
	for _, r := range runes {
		c := class0(r)
		if starter >= 0 && (len(out)-1 == starter || last < c && last != 0) {
			if one, ok := pair(out[starter], r); ok {
				out[starter] = one
				continue
			}
		}
		if out = append(out, r); c == 0 {
			starter = len(out) - 1
		}
		last = c
	}
	return out
}

// pair returns the composite of two runes, if there is one.
func pair(a, b rune) (rune, bool) {
	both := string(a) + string(b)
	one := []rune(norm.NFC.String(both))
	return one[0], len(one) == 1 && !strings.ContainsRune(both, one[0])
}

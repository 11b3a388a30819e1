package ftfy

import (
	"regexp"
	"strings"
	"unicode/utf8"
)

// Package regexp works on characters. Bytes are matched as the characters of
// the same numbers.

func asRunes(data []byte) string {
	out := make([]rune, len(data))
	for i, b := range data {
		out[i] = rune(b)
	}
	return string(out)
}

func asBytes(text string) []byte {
	out := make([]byte, 0, len(text))
	for _, r := range text {
		out = append(out, byte(r))
	}
	return out
}

const (
	follow      = `[\x{80}-\x{bf}]`
	followButA0 = `[\x{80}-\x{84}\x{86}-\x{9f}\x{a1}-\x{bf}]`
	lostOr      = `[\x{1a}\x{80}-\x{bf}]`
	lost        = `[\x{1a}?]`
)

var (
	// spaced are sequences of UTF-8 in which a byte A0 became a space.
	spaced = regexp.MustCompile(`[\x{c2}\x{c3}\x{c5}\x{ce}\x{d0}\x{d9}] ` +
		`|[\x{e2}\x{e3}] ` + followButA0 + `|[\x{e0}-\x{e3}]` + followButA0 + ` ` +
		`|\x{f0} ` + follow + follow + `|\x{f0}` + follow + ` ` + follow + `|\x{f0}` + follow + follow + ` `)
	// incomplete are sequences of which bytes were lost, marked by 1A or "?".
	incomplete = regexp.MustCompile(`[\x{c2}-\x{df}]\x{1a}|[\x{c2}\x{c3}]\?` +
		`|\x{ed}[\x{a0}-\x{af}]` + lost + `\x{ed}[\x{b0}-\x{bf}][\x{1a}?\x{80}-\x{bf}]` +
		`|\x{ed}[\x{a0}-\x{af}][\x{1a}?\x{80}-\x{bf}]\x{ed}[\x{b0}-\x{bf}]` + lost +
		`|[\x{e0}-\x{ef}]` + lost + lostOr + `|[\x{e0}-\x{ef}]` + lostOr + lost +
		`|[\x{f0}-\x{f4}]` + lost + lostOr + lostOr + `|[\x{f0}-\x{f4}]` + lostOr + lost + lostOr +
		`|[\x{f0}-\x{f4}]` + lostOr + lostOr + lost + `|\x{1a}`)
)

// graveWords follow an "à" that is no word of its own, in Portuguese and
// Italian, and a space.
var graveWords = []string{" ", "quele", "quela", "quilo", "s "}

// restoreSpaces puts A0 back where it became a space. A single "Ã " is an "à"
// whose word goes on behind the space, and gets another one.
func restoreSpaces(data []byte) []byte {
	text := asRunes(data)
	if !spaced.MatchString(text) {
		return data
	}
	var out strings.Builder
	for {
		before, after, found := strings.Cut(text, "\u00c3 ")
		out.WriteString(before)
		if !found {
			break
		}
		out.WriteString("\u00c3")
		alone := true
		for _, word := range graveWords {
			alone = alone && !strings.HasPrefix(after, word)
		}
		if alone {
			out.WriteString("\u00a0")
		}
		out.WriteByte(' ')
		text = after
	}
	return asBytes(spaced.ReplaceAllStringFunc(out.String(), func(s string) string { return strings.ReplaceAll(s, " ", "\u00a0") }))
}

// markLost turns sequences with lost bytes into U+FFFD.
func markLost(data []byte) []byte {
	return asBytes(incomplete.ReplaceAllString(asRunes(data), "\u00ef\u00bf\u00bd"))
}

// decodeVariants decodes UTF-8 in which characters beyond U+FFFF may be pairs
// of surrogates, three bytes each (CESU-8), and NUL may be C0 80.
func decodeVariants(data []byte) (string, bool) {
	var out strings.Builder
	for len(data) > 0 {
		if r, size := utf8.DecodeRune(data); r != utf8.RuneError || size > 1 {
			out.WriteRune(r)
			data = data[size:]
			continue
		}
		switch {
		case len(data) >= 2 && data[0] == 0xc0 && data[1] == 0x80:
			out.WriteByte(0)
			data = data[2:]
		case isSurrogatePair(data):
			out.WriteRune(0x10000 + rune(data[1]&0x0f)<<16 + rune(data[2]&0x3f)<<10 + rune(data[4]&0x0f)<<6 + rune(data[5]&0x3f))
			data = data[6:]
		default:
			return "", false
		}
	}
	return out.String(), true
}

func isSurrogatePair(b []byte) bool {
	return len(b) >= 6 && b[0] == 0xed && b[1]&0xf0 == 0xa0 && b[2]&0xc0 == 0x80 && b[3] == 0xed && b[4]&0xf0 == 0xb0 && b[5]&0xc0 == 0x80
}

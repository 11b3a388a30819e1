package ftfy

import (
	"regexp"
	"strings"
	"unicode/utf8"
)

// A codePage gives each byte a character. Those of Windows are "sloppy": bytes
// without a meaning stand for the control characters of their number, and 0x1a
// for U+FFFD, which stands for a byte that was lost.
type codePage struct {
	name   string
	sloppy bool
	bytes  map[rune]byte // of the characters above ASCII
}

// codePages are tried in this order.
var codePages = func() (out []codePage) {
	latin := codePage{name: "latin-1", bytes: map[rune]byte{}}
	for b := 0x80; b < 0x100; b++ {
		latin.bytes[rune(b)] = byte(b)
	}
	out = append(out, latin)
	for _, name := range []string{
		"sloppy-windows-1252", "sloppy-windows-1251", "sloppy-windows-1250", "sloppy-windows-1253",
		"sloppy-windows-1254", "sloppy-windows-1257", "iso-8859-2", "macroman", "cp437",
	} {
		page := codePage{name: name, sloppy: strings.HasPrefix(name, "sloppy"), bytes: map[rune]byte{}}
		for i, r := range []rune(upperHalves[name]) {
			page.bytes[r] = byte(0x80 + i)
		}
		if page.sloppy {
			page.bytes[utf8.RuneError] = 0x1a
		}
		out = append(out, page)
	}
	return out
}()

// encode returns the bytes that the text was, if the page has all of its
// characters.
func (p *codePage) encode(text string) ([]byte, bool) {
	out := make([]byte, 0, len(text))
	for _, r := range text {
		if r < 0x80 {
			if r == 0x1a && p.sloppy {
				return nil, false
			}
			out = append(out, byte(r))
			continue
		}
		b, ok := p.bytes[r]
		if !ok {
			return nil, false
		}
		out = append(out, b)
	}
	return out, true
}

// fixEncoding undoes decodings by wrong tables until none is left.
func fixEncoding(text string) string {
	for {
		fixed := fixOnce(text)
		if fixed == text {
			return text
		}
		text = fixed
	}
}

// fixOnce undoes one decoding of a text that looks wrong: by a code page of
// which the whole text may have come, or in parts; or a text of Latin-1 is
// read as code page 1252.
func fixOnce(text string) string {
	if isASCII(text) || !isBad(text) {
		return text
	}
	for i := range codePages {
		if fixed, ok := codePages[i].decoded(text); ok {
			return fixed
		}
	}
	if fixed := fixParts(text); fixed != text {
		return fixed
	}
	if _, ok := codePages[0].encode(text); ok && !strings.ContainsAny(text, "\u0081\u008d\u008f\u0090\u009d") {
		if fixed := control1252(text); fixed != text {
			return fixed
		}
	}
	return control1252(text)
}

func isASCII(text string) bool {
	for i := range len(text) {
		if text[i] >= 0x80 {
			return false
		}
	}
	return true
}

// decoded returns the text as UTF-8 of what it was in the page, with lost bytes
// restored, if all of it is UTF-8 then.
func (p *codePage) decoded(text string) (string, bool) {
	data, ok := p.encode(text)
	if !ok {
		return "", false
	}
	if p.name != "macroman" {
		data = restoreSpaces(data)
	}
	if p.sloppy {
		data = markLost(data)
	}
	for _, b := range data {
		if b == 0xed || b == 0xc0 {
			return decodeVariants(data)
		}
	}
	return string(data), utf8.Valid(data)
}

// clue is what a character may have been in a sequence of UTF-8.
type clue int

const (
	firstOf2 clue = iota
	firstOf3
	firstOf4
	follows
	followsStrictly
)

// clueSet writes the characters of a clue for a regular expression.
func clueSet(c clue) string {
	var out []rune
	for _, span := range clueRanges[c] {
		out = append(out, span[0], '-', span[1])
	}
	return "[" + string(out) + "]"
}

// sequences matches what looks like several characters of UTF-8, at the
// beginning of a text; afterGarble what must not stand before it, so that a
// larger mess is not half repaired.
var (
	sequences = regexp.MustCompile("^(?:" + clueSet(firstOf2) + clueSet(follows) + "|" +
		clueSet(firstOf3) + clueSet(follows) + "{2}|" + clueSet(firstOf4) + clueSet(follows) + "{3})+")
	afterGarble = regexp.MustCompile("^" + clueSet(followsStrictly))
)

// fixParts repairs the parts of a text that look like UTF-8 in a wrong table
// where the whole of it is not.
func fixParts(text string) string {
	var out strings.Builder
	garble := false // before the place
	for i := 0; i < len(text); {
		end := 0
		if !garble {
			if m := sequences.FindStringIndex(text[i:]); m != nil {
				end = m[1]
			}
		}
		part := text[i : i+end]
		if end == 0 {
			_, size := utf8.DecodeRuneInString(text[i:])
			part = text[i : i+size]
		}
		i += len(part)
		_, last := utf8.DecodeLastRuneInString(part)
		garble = afterGarble.MatchString(part[len(part)-last:])
		if end > 0 && len(part) < len(text) && isBad(part) {
			part = fixEncoding(part)
		}
		out.WriteString(part)
	}
	return out.String()
}

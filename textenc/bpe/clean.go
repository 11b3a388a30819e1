package bpe

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// clean prepares a text for splitting, as CLIP does: repair what commonly goes
// wrong with text (CLIP uses the Python library ftfy), resolve HTML entities
// twice, since some are escaped twice, collapse white space, lower-case.
//
// Of ftfy's repairs these are done: curly quotes become straight, Latin
// ligatures are spelled out, full-width and half-width forms get their usual
// width, control characters are dropped, and the result is in normal form NFC.
// These are not: text that was decoded by the wrong table ("Ã©" for "é"), bytes
// from code page 1252, terminal colours, and entities that are escaped more
// than twice. On printable ASCII there is no difference at all.
func clean(text string) string {
	text = validUTF8(text)
	if !plain(text) {
		text = repair(text)
	}
	text = unescapeHTML(unescapeHTML(text))
	text = strings.Join(strings.FieldsFunc(text, unicode.IsSpace), " ")
	return lower(text)
}

// plain says whether the text is printable ASCII, which repair would not change.
func plain(text string) bool {
	for i := range len(text) {
		if text[i] < ' ' || text[i] > '~' {
			return false
		}
	}
	return true
}

// repair is the part of ftfy that clean describes.
func repair(text string) string {
	var out strings.Builder
	for _, r := range text {
		switch {
		case isControl(r):
		case r >= '\uff01' && r <= '\uffef':
			out.WriteString(norm.NFKC.String(string(r)))
		default:
			if usual, ok := unusual[r]; ok {
				out.WriteString(usual)
			} else {
				out.WriteRune(r)
			}
		}
	}
	return norm.NFC.String(out.String())
}

// isControl says whether r is invisible and means nothing in running text.
// Tab, line feed, form feed and carriage return are white space.
func isControl(r rune) bool {
	switch {
	case r < ' ':
		return r != '\t' && r != '\n' && r != '\f' && r != '\r'
	case r == 0x7f, r == 0xfeff:
		return true
	}
	return r >= 0x206a && r <= 0x206f || r >= 0xfff9 && r <= 0xfffc
}

// unusual maps quotes, ligatures and digraphs to how they are usually typed.
var unusual = map[rune]string{
	'\u2018': "'", '\u2019': "'", '\u201a': "'", '\u201b': "'", '\u02bc': "'",
	'\u201c': `"`, '\u201d': `"`, '\u201e': `"`, '\u201f': `"`,
	'\u3000': " ",
	'ĳ':      "ij", 'Ĳ': "IJ", 'ŉ': "'n",
	'Ǆ': "DŽ", 'ǅ': "Dž", 'ǆ': "dž", 'Ǉ': "LJ", 'ǈ': "Lj", 'ǉ': "lj",
	'Ǌ': "NJ", 'ǋ': "Nj", 'ǌ': "nj", 'Ǳ': "DZ", 'ǲ': "Dz", 'ǳ': "dz",
	'ﬀ': "ff", 'ﬁ': "fi", 'ﬂ': "fl", 'ﬃ': "ffi", 'ﬄ': "ffl", 'ﬅ': "ſt", 'ﬆ': "st",
}

// lower is the full lower-casing of the Unicode standard. Package strings maps
// letter by letter, which differs in two places: the dotted capital I keeps its
// dot as a combining mark, and a sigma that ends a word has its own form.
func lower(text string) string {
	if !strings.ContainsAny(text, "İΣ") {
		return strings.ToLower(text)
	}
	runes := []rune(text)
	var out strings.Builder
	for i, r := range runes {
		switch {
		case r == 'İ':
			out.WriteString("i\u0307")
		case r == 'Σ' && endsWord(runes, i):
			out.WriteRune('ς')
		default:
			out.WriteRune(unicode.ToLower(r))
		}
	}
	return out.String()
}

// endsWord says whether a cased letter comes before runes[i] and none after
// it, looking past characters that casing ignores.
func endsWord(runes []rune, i int) bool {
	before, after := i-1, i+1
	for before >= 0 && ignoredByCase(runes[before]) {
		before--
	}
	for after < len(runes) && ignoredByCase(runes[after]) {
		after++
	}
	return before >= 0 && isCased(runes[before]) && (after == len(runes) || !isCased(runes[after]))
}

// ignoredByCase is the property Case_Ignorable: marks, formats, modifiers, and
// punctuation that occurs inside words.
func ignoredByCase(r rune) bool {
	return unicode.In(r, unicode.Mn, unicode.Me, unicode.Cf, unicode.Lm, unicode.Sk) ||
		strings.ContainsRune(insideWords, r)
}

// insideWords are apostrophes, full stops, colons and middle dots.
const insideWords = "'.:\u00b7\u0387\u055f\u05f4\u2018\u2019\u2024\u2027" +
	"\ufe13\ufe52\ufe55\uff07\uff0e\uff1a"

// isCased is the property Cased.
func isCased(r rune) bool {
	return unicode.IsUpper(r) || unicode.IsLower(r) || unicode.IsTitle(r) ||
		unicode.In(r, unicode.Other_Lowercase, unicode.Other_Uppercase)
}

package bpe

import (
	"strings"
	"unicode"

	"frontdoor/internal/ftfy"
)

// clean prepares a text for splitting, as CLIP does: repair what commonly goes
// wrong with text, resolve HTML entities twice, since some are escaped twice,
// collapse white space, lower-case.
func clean(text string) string {
	text = ftfy.Text(validUTF8(text))
	text = ftfy.Unescape(ftfy.Unescape(text))
	text = strings.Join(strings.FieldsFunc(text, unicode.IsSpace), " ")
	return lower(text)
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

// Package ftfy repairs text as the Python library ftfy 6.3.1 does, with which
// CLIP's tokenizer begins: text that was decoded by the wrong table ("Ã©" for
// "é", also several times over), HTML entities, terminal escapes, control
// characters, typographic quotes, ligatures and widths, and it composes
// combining marks.
//
// [Text] is the whole. encoding.go finds out which code page a text went
// through, badness.go whether it went through any at all, utf8.go reads and
// restores the bytes. Text must be valid UTF-8.
//
// Source: R. Speer, ftfy 6.3.1, ftfy/__init__.py, fixes.py, chardata.py,
// badness.py, bad_codecs.
package ftfy

import (
	"regexp"
	"strings"

	"golang.org/x/text/cases"
	"golang.org/x/text/language"
	"golang.org/x/text/unicode/norm"
)

// segmentLimit is how many characters are repaired at once.
const segmentLimit = 1_000_000

// Text returns the text repaired, line by line. Entities are resolved up to the
// first line with a "<", which is taken for HTML.
func Text(text string) string {
	if isPrintableASCII(text) && !strings.Contains(text, "&") {
		return text
	}
	var out strings.Builder
	entities := true
	for text != "" {
		var line string
		line, text = cutLine(text)
		entities = entities && !strings.Contains(line, "<")
		out.WriteString(segment(line, entities))
	}
	return out.String()
}

// cutLine returns the first line with its end, or as much as is repaired at
// once, and the rest.
func cutLine(text string) (line, rest string) {
	end := strings.IndexByte(text, '\n') + 1
	if end == 0 {
		end = len(text)
	}
	if end <= segmentLimit {
		return text[:end], text[end:]
	}
	n := 0
	for i := range text[:end] {
		if n == segmentLimit {
			return text[:i], text[i:]
		}
		n++
	}
	return text[:end], text[end:]
}

// segment repairs until nothing changes any more.
func segment(text string, entities bool) string {
	entities = entities && !strings.Contains(text, "<")
	for {
		before := text
		if entities {
			text = resolveEntities(text)
		}
		text = fixEncoding(text)
		text = control1252(text)
		text = widen(text)
		text = singleQuotes.ReplaceAllString(doubleQuotes.ReplaceAllString(text, `"`), "'")
		text = lineBreaks.Replace(text)
		text = terminalEscape.ReplaceAllString(text, "")
		text = strings.Map(withoutControls, text)
		text = Compose(text)
		if text == before {
			return text
		}
	}
}

func isPrintableASCII(text string) bool {
	for i := range len(text) {
		if text[i] < ' ' || text[i] > '~' {
			return false
		}
	}
	return true
}

var (
	singleQuotes   = regexp.MustCompile("[\u02bc\u2018-\u201b]")
	doubleQuotes   = regexp.MustCompile("[\u201c-\u201f]")
	lineBreaks     = strings.NewReplacer("\r\n", "\n", "\r", "\n", "\u2028", "\n", "\u2029", "\n", "\u0085", "\n")
	terminalEscape = regexp.MustCompile("\x1b\\[[\\p{Nd};]*[a-zA-Z]")
	entity         = regexp.MustCompile("&#?[0-9A-Za-z]{1,24};")
)

// resolveEntities resolves the entities that end with a semicolon, and names of
// Latin letters in capitals, which HTML does not have: "&EACUTE;" is "É".
func resolveEntities(text string) string {
	if !strings.Contains(text, "&") {
		return text
	}
	return entity.ReplaceAllStringFunc(text, func(name string) string {
		value := Unescape(name)
		if strings.HasPrefix(name, "&#") {
			if strings.Contains(value, ";") {
				return name
			}
			return value
		}
		if isWhole(name, value) {
			return value
		}
		small := strings.ToLower(name)
		if value != name || strings.ToUpper(name) != name {
			return name
		}
		if value = Unescape(small); isWhole(small, value) {
			return cases.Upper(language.Und).String(value)
		}
		return name
	})
}

// isWhole says whether value is what the whole of the entity stands for. HTML
// also reads names that others begin with, and leaves the rest of them.
func isWhole(name, value string) bool {
	return value != name && (!strings.HasSuffix(value, ";") || name == "&semi;")
}

// control1252 reads control characters of Latin-1 as code page 1252, as web
// browsers do.
func control1252(text string) string {
	if !strings.ContainsFunc(text, isC1) {
		return text
	}
	half := []rune(upperHalves["sloppy-windows-1252"])
	return strings.Map(func(r rune) rune {
		if isC1(r) {
			return half[r-0x80]
		}
		return r
	}, text)
}

func isC1(r rune) bool { return r >= 0x80 && r <= 0x9f }

// widen spells out Latin ligatures and gives half-width and full-width forms
// their usual width.
func widen(text string) string {
	if isPrintableASCII(text) {
		return text
	}
	var out strings.Builder
	for _, r := range text {
		usual, ok := ligatures[r]
		switch {
		case ok:
			out.WriteString(usual)
		case r == '\u3000':
			out.WriteByte(' ')
		case r >= '\uff01' && r <= '\uffef':
			out.WriteString(norm.NFKC.String(string(r)))
		default:
			out.WriteRune(r)
		}
	}
	return out.String()
}

// ligatures are spelled out.
var ligatures = map[rune]string{
	'ĳ': "ij", 'Ĳ': "IJ", 'ŉ': "\u02bcn",
	'Ǆ': "DŽ", 'ǅ': "Dž", 'ǆ': "dž", 'Ǉ': "LJ", 'ǈ': "Lj", 'ǉ': "lj",
	'Ǌ': "NJ", 'ǋ': "Nj", 'ǌ': "nj", 'Ǳ': "DZ", 'ǲ': "Dz", 'ǳ': "dz",
	'ﬀ': "ff", 'ﬁ': "fi", 'ﬂ': "fl", 'ﬃ': "ffi", 'ﬄ': "ffl", 'ﬅ': "ſt", 'ﬆ': "st",
}

// withoutControls drops what is invisible and means nothing in running text;
// tab, line feed, form feed and carriage return are white space.
func withoutControls(r rune) rune {
	switch {
	case r < ' ' && r != '\t' && r != '\n' && r != '\f' && r != '\r', r == 0x7f, r == 0xfeff,
		r >= 0x206a && r <= 0x206f, r >= 0xfff9 && r <= 0xfffc:
		return -1
	}
	return r
}

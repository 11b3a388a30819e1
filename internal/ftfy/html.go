package ftfy

import (
	"html"
	"strings"
	"unicode/utf8"
)

// Unescape resolves character references once, as Python's html.unescape
// does. Names are left to package html. Numbers are read here, because the two
// differ on numbers that are no characters, and exact ids need the same.
func Unescape(text string) string {
	at := strings.IndexByte(text, '&')
	if at < 0 {
		return text
	}
	var out strings.Builder
	for at >= 0 {
		out.WriteString(text[:at])
		text = text[at:]
		if value, size := numericReference(text); size > 0 {
			out.WriteString(value)
			text = text[size:]
			at = strings.IndexByte(text, '&')
			continue
		}
		// A name never contains another ampersand, so this piece stands alone.
		end := strings.IndexByte(text[1:], '&') + 1
		if end == 0 {
			end = len(text)
		}
		out.WriteString(unescapeName(text[:end]))
		text = text[end:]
		at = strings.IndexByte(text, '&')
	}
	out.WriteString(text)
	return out.String()
}

// wideNames are the two names that package html leaves out because they are
// shorter than the bytes they stand for: "much greater" and "much less" with a
// stroke.
var wideNames = strings.NewReplacer("&nGt;", "\u226b\u20d2", "&nLt;", "\u226a\u20d2")

// unescapeName resolves the reference that begins the text, if it is a name.
func unescapeName(text string) string {
	if strings.HasPrefix(text, "&#") {
		return text // not a number, or it would have been read
	}
	return html.UnescapeString(wideNames.Replace(text))
}

// numericReference reads "&#233;" or "&#xe9;", with or without the semicolon,
// at the beginning of the text. It returns what it stands for and its size in
// bytes, which is 0 if there is none.
func numericReference(text string) (value string, size int) {
	if !strings.HasPrefix(text, "&#") {
		return "", 0
	}
	i, base := 2, 10
	if i < len(text) && (text[i] == 'x' || text[i] == 'X') {
		i, base = 3, 16
	}
	digits, code := i, 0
	for ; i < len(text); i++ {
		d := digit(text[i])
		if d >= base {
			break
		}
		// Past the last character the value no longer matters, only that it is past.
		code = min(code*base+d, utf8.MaxRune+1)
	}
	if i == digits {
		return "", 0
	}
	if i < len(text) && text[i] == ';' {
		i++
	}
	return character(code), i
}

// digit returns the value of a hexadecimal digit, or 16.
func digit(c byte) int {
	switch {
	case c >= '0' && c <= '9':
		return int(c - '0')
	case c >= 'a' && c <= 'f':
		return int(c-'a') + 10
	case c >= 'A' && c <= 'F':
		return int(c-'A') + 10
	}
	return 16
}

// character returns what HTML takes a number for. Codes 128 to 159 are read in
// code page 1252, as browsers do; codes that no text may contain vanish.
func character(code int) string {
	switch {
	case code == 0, code >= 0xd800 && code <= 0xdfff, code > utf8.MaxRune:
		return "\ufffd"
	case code >= 0x80 && code <= 0x9f:
		return string([]rune(page1252)[code-0x80])
	case code < ' ' && code != '\t' && code != '\n' && code != '\f' && code != '\r', code == 0x7f:
		return ""
	case code >= 0xfdd0 && code <= 0xfdef, code&0xfffe == 0xfffe:
		return ""
	}
	return string(rune(code))
}

// page1252 is what the bytes 128 to 159 mean in code page 1252; the five that
// mean nothing stay control characters.
const page1252 = "€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f" +
	"\u0090‘’“”•–—˜™š›œ\u009džŸ"

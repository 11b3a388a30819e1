package term

import (
	"fmt"
	"io"
	"strings"
	"unicode"
	"unicode/utf8"
)

// obeyed says whether a terminal or a reader's software acts on r rather than
// showing it: control characters, and those that turn the direction of writing.
func obeyed(r rune) bool {
	return unicode.IsControl(r) || r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069
}

// Clean makes s safe to show on one line: class names come from files and may
// hold escape codes or line breaks.
func Clean(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\t' || r == '\r':
			return ' '
		case obeyed(r):
			return unicode.ReplacementChar
		}
		return r
	}, strings.ToValidUTF8(s, "\uFFFD"))
}

// Escape writes the characters of s that Clean replaces as Go does, such as
// \x1b and \n, so that nothing is lost; the characters in keep stay.
func Escape(s, keep string) string {
	var b strings.Builder
	for i, r := range s {
		switch {
		case r == utf8.RuneError && s[i] != "\uFFFD"[0]:
			fmt.Fprintf(&b, `\x%02x`, s[i])
		case obeyed(r) && !strings.ContainsRune(keep, r):
			quoted := fmt.Sprintf("%q", string(r))
			b.WriteString(quoted[1 : len(quoted)-1])
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// Cell makes a text safe as a cell of a CSV file: spreadsheets take a cell that
// begins with =, +, - or @ for a formula, which a leading apostrophe prevents.
func Cell(s string) string {
	s = Clean(s)
	if s != "" && strings.ContainsRune("=+-@", rune(s[0])) {
		return "'" + s
	}
	return s
}

// Shown returns a writer for messages that name files, hosts and classes: what
// a terminal would obey is escaped, but for the ends of lines.
func Shown(w io.Writer) io.Writer { return shown{w} }

type shown struct{ w io.Writer }

// Unwrap returns the writer behind, for Columns.
func (s shown) Unwrap() io.Writer { return s.w }

func (s shown) Write(p []byte) (int, error) {
	if _, err := io.WriteString(s.w, Escape(string(p), "\n")); err != nil {
		return 0, err
	}
	return len(p), nil
}

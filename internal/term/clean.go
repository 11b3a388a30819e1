package term

import (
	"bytes"
	"fmt"
	"io"
	"strconv"
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

// Cell makes a text safe as a cell of a CSV file: what a terminal would obey is
// escaped, and a cell that begins with =, +, - or @, which spreadsheets take for
// a formula, gets an apostrophe in front. A number stays what it is, and so does
// what Cell has returned.
func Cell(s string) string {
	s = Escape(s, "")
	if _, err := strconv.ParseFloat(s, 64); err != nil && s != "" && strings.ContainsRune("=+-@", rune(s[0])) {
		return "'" + s
	}
	return s
}

// Uncell takes the apostrophe off a text that Cell has put it before.
func Uncell(s string) string {
	if rest, ok := strings.CutPrefix(s, "'"); ok && Cell(rest) == s {
		return rest
	}
	return s
}

// JSON writes in JSON, which it takes, what a terminal would obey as JSON does,
// such as \u009b: package encoding/json leaves most of it as it is.
func JSON(text []byte) []byte {
	var b bytes.Buffer
	for _, r := range string(text) {
		if obeyed(r) && r != '\n' {
			fmt.Fprintf(&b, `\u%04x`, r)
		} else {
			b.WriteRune(r)
		}
	}
	return b.Bytes()
}

// SafeJSON returns a writer of JSON to w that passes each Write, of whole characters,
// through JSON.
func SafeJSON(w io.Writer) io.Writer { return safeJSON{w} }

type safeJSON struct{ w io.Writer }

func (s safeJSON) Write(p []byte) (int, error) {
	if _, err := s.w.Write(JSON(p)); err != nil {
		return 0, err
	}
	return len(p), nil
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

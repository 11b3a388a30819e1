package ptx

import (
	"fmt"
	"strings"
)

// token is a word, a number or a punctuation mark of PTX text.
type token struct {
	text string
	line int // counted from 1
}

// lex cuts PTX text into tokens. Opcodes with their suffixes, directives and
// register names are one token each; comments vanish.
func lex(text string) ([]token, error) {
	var out []token
	line := 1
	if i := strings.IndexFunc(text, func(r rune) bool { return r >= 0x80 }); i >= 0 {
		return nil, fmt.Errorf("line %d: a character outside of ASCII, which ptxas refuses in comments, too", 1+strings.Count(text[:i], "\n"))
	}
	for i := 0; i < len(text); {
		switch c := text[i]; {
		case c == '\n':
			line++
			i++
		case c == ' ' || c == '\t' || c == '\r':
			i++
		case strings.HasPrefix(text[i:], "//"):
			for i < len(text) && text[i] != '\n' {
				i++
			}
		case strings.HasPrefix(text[i:], "/*"):
			end := strings.Index(text[i:], "*/")
			if end < 0 {
				return nil, fmt.Errorf("line %d: a comment without an end", line)
			}
			line += strings.Count(text[i:i+end], "\n")
			i += end + 2
		case wordByte(c):
			from := i
			for i < len(text) && wordByte(text[i]) {
				i++
			}
			out = append(out, token{text[from:i], line})
		case strings.IndexByte("{}[]()<>,;:+-!@|", c) >= 0:
			out = append(out, token{text[i : i+1], line})
			i++
		default:
			return nil, fmt.Errorf("line %d: unexpected %q", line, c)
		}
	}
	return out, nil
}

func wordByte(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '_' || c == '.' || c == '%' || c == '$'
}

package chart

import (
	"fmt"
	"strings"

	"golang.org/x/image/font/sfnt"
	"gonum.org/v1/plot/font"
)

// lineLetters is how many letters a line of a description has at most.
const lineLetters = 40

// wrap breaks a text into lines between words.
func wrap(text string) []string {
	lines := []string{""}
	for _, word := range strings.Fields(text) {
		last := len(lines) - 1
		switch n := len([]rune(lines[last])); {
		case n == 0:
			lines[last] = word
		case n+1+len([]rune(word)) <= lineLetters:
			lines[last] += " " + word
		default:
			lines = append(lines, word)
		}
	}
	return lines
}

// drawable writes the letters that a font lacks as their code points, as in
// [U+65E5]: a PNG would have nothing in their places.
func drawable(f font.Font, text string) string {
	face := font.DefaultCache.Lookup(f, f.Size).Face
	var b strings.Builder
	var buf sfnt.Buffer
	for _, r := range text {
		if i, err := face.GlyphIndex(&buf, r); err != nil || i == 0 {
			fmt.Fprintf(&b, "[U+%04X]", r)
			continue
		}
		b.WriteRune(r)
	}
	return b.String()
}

package world

import (
	"fmt"
	"slices"
	"strings"
)

// Described returns the factors of a picture that a text such as "striped
// star", "a red star on grass" or "blue ring" describes, in plain view: in the
// middle, upright, in even light. What the text leaves open is a solid red
// circle on paper. Prefixes such as "a photo of a" and prepositions are skipped;
// any other word that names no factor, and a second value of a factor, is an
// error that lists the names.
func Described(text string) (Factors, error) {
	f := Factors{Background: slices.Index(Backgrounds, "paper"),
		Scale: 0.7, Contrast: 1, Noise: 0.02, TexFreq: 13.5, TexContrast: 0.25, Seed: 1}
	var named [Kinds]bool
next:
	for _, word := range strings.Fields(strings.ToLower(strings.Trim(text, " ."))) {
		for k := range Kind(Kinds) {
			i := slices.Index(k.Names(), word)
			if i < 0 {
				continue
			}
			if named[k] {
				return f, fmt.Errorf("world: %q names two values of %v", text, k)
			}
			named[k] = true
			f = f.Do(k, i)
			continue next
		}
		if !filler(word) {
			return f, fmt.Errorf("world: %q in %q names nothing that can be drawn: shapes are %s; textures %s; colours %s; backgrounds %s", word, text,
				strings.Join(Shapes, ", "), strings.Join(Textures, ", "), strings.Join(Colours, ", "), strings.Join(Backgrounds, ", "))
		}
	}
	return f, nil
}

// filler says whether a word belongs to the captions' grammar rather than to
// what they describe.
func filler(word string) bool {
	return slices.Contains(prepositions, word) ||
		slices.ContainsFunc(prefixes, func(p string) bool { return slices.Contains(strings.Fields(p), word) })
}

package world

import (
	"math/rand/v2"
	"strings"
)

// Words of the caption grammar beside the names of the factors.
var (
	prefixes = []string{
		"a photo of a", "a picture of a", "an image of a", "a drawing of a",
		"a good photo of a", "a bad photo of a", "a photo of the", "a picture of the",
		"a close up of a", "there is a", "this is a", "one", "the", "a", "my", "",
	}
	prepositions = []string{"on", "in", "with", "near", "over"}
	fillers      = []string{"today", "shot", "art", "view", "stock", "hd", "free", "cute"}
)

// Caption returns a random caption of a picture of f: it may leave out any
// factor, and names a wrong shape in 3 of 100 cases. A
// full one reads "a photo of a big bright red striped star on grass today."
// About half of the captions end with a full stop, as CLIP's templates do.
func Caption(r *rand.Rand, f Factors) string {
	var words []string
	add := func(probability float64, phrase string) {
		if r.Float64() < probability && phrase != "" {
			words = append(words, phrase)
		}
	}
	shape := f.Name(Shape)
	if r.Float64() < .03 {
		shape = pick(r, Shapes)
	}
	add(1, pick(r, prefixes))
	add(.20, choose(f.Scale > .7, "big", "small"))
	add(.12, choose(f.Brightness > 0, "bright", "dark"))
	add(.50, f.Name(Colour))
	add(.55, f.Name(Texture))
	add(.92, shape)
	add(.45, pick(r, prepositions)+" "+f.Name(Background))
	add(.15, pick(r, fillers))
	if len(words) == 0 {
		words = append(words, shape) // a caption says something
	}
	text := strings.Join(words, " ")
	if r.Float64() < .5 {
		text += "."
	}
	return text
}

func pick(r *rand.Rand, list []string) string { return list[r.IntN(len(list))] }

func choose(yes bool, a, b string) string {
	if yes {
		return a
	}
	return b
}

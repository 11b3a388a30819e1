package world

import "math/rand/v2"

// What each shape prefers in the pre-training distribution. Every background
// is preferred by two shapes and every colour by one or two. The tables are
// part of the world: the embedded checkpoint was trained with them.
var (
	shapeBackground = [...]int{3, 6, 0, 5, 1, 7, 0, 4, 2, 6, 5, 3, 7, 1, 4, 2}
	shapeColour     = [...]int{7, 2, 5, 9, 0, 4, 1, 8, 3, 0, 6, 5, 2, 4, 1, 3}
)

// SamplePretrain samples the factors of one picture for pre-training: all
// uniform, but with probability 0.35 the background, and with 0.25 the colour,
// is the one that the shape prefers. These mild correlations are the
// confounding of a model that was trained on scraped data.
func SamplePretrain(r *rand.Rand) Factors {
	f := nuisances[Pretrain].sample(r)
	if r.Float64() < .35 {
		f.Background = shapeBackground[f.Shape]
	}
	if r.Float64() < .25 {
		f.Colour = shapeColour[f.Shape]
	}
	return f
}

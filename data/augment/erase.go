package augment

import (
	"math"
	"math/rand/v2"
)

// erasePosterise paints a rectangle in a random colour over the image, with
// probability EraseProb, and then rounds all values to Levels equidistant
// levels, with probability PosterProb.
type erasePosterise struct {
	EraseProb float32
	// SideMin and SideMax bound each side of the rectangle, as a share of the
	// image's side.
	SideMin, SideMax float32
	PosterProb       float32
	// Levels is the number of values a channel keeps, at least 2.
	Levels int
}

// Apply erases and posterises; see operation. It takes random numbers for whether to erase, then height,
// width, row, column and colour if so, and whether to posterise.
func (e erasePosterise) Apply(dst, src []float32, h, w int, rng *rand.Rand) {
	checkShape("erasePosterise", dst, src, h, w)
	copy(dst, src)
	if rng.Float32() < e.EraseProb {
		e.erase(dst, h, w, rng)
	}
	if rng.Float32() < e.PosterProb {
		posterise(dst, e.Levels)
	}
}

// erase fills one rectangle.
func (e erasePosterise) erase(x []float32, h, w int, rng *rand.Rand) {
	eh := int(float32(h) * uniform(rng, e.SideMin, e.SideMax))
	ew := int(float32(w) * uniform(rng, e.SideMin, e.SideMax))
	top := int(float32(h-eh) * rng.Float32())
	left := int(float32(w-ew) * rng.Float32())
	for c := range 3 {
		v := rng.Float32()
		for r := top; r < top+eh; r++ {
			row := x[(c*h+r)*w+left:][:ew]
			for i := range row {
				row[i] = v
			}
		}
	}
}

// posterise rounds each value to the nearest of the levels, halves to even.
func posterise(x []float32, levels int) {
	n := float32(max(levels, 2) - 1)
	for i, v := range x {
		x[i] = float32(math.RoundToEven(float64(v*n))) / n
	}
}

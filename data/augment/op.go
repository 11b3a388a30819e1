package augment

import (
	"fmt"
	"math/rand/v2"
	"sync"
)

// operation is a random change of an image tensor [3, h, w] with values in 0..1.
type operation interface {
	// Apply writes the changed src to dst. The two must hold 3*h*w values
	// and must not overlap; otherwise sizes that differ panic.
	Apply(dst, src []float32, h, w int, rng *rand.Rand)
}

// checkShape panics unless dst and src are tensors [3, h, w].
func checkShape(op string, dst, src []float32, h, w int) {
	if h <= 0 || w <= 0 || len(dst) != 3*h*w || len(src) != 3*h*w {
		panic(fmt.Sprintf("augment.%s: want [3, %d, %d] = %d values, have dst %d and src %d", op, h, w, 3*h*w, len(dst), len(src)))
	}
}

// uniform returns a number from [lo, hi).
func uniform(rng *rand.Rand, lo, hi float32) float32 {
	return lo + (hi-lo)*rng.Float32()
}

// clamp01 limits x to 0..1.
func clamp01(x float32) float32 { return min(max(x, 0), 1) }

// scratch keeps buffers between calls: a view runs once per image and step.
var scratch = sync.Pool{New: func() any { return new([]float32) }}

// buffer returns n values of any content, to be handed back with
// scratch.Put.
func buffer(n int) *[]float32 {
	b := scratch.Get().(*[]float32)
	if cap(*b) < n {
		*b = make([]float32, n)
	}
	*b = (*b)[:n]
	return b
}

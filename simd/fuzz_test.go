package simd

import (
	"maps"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// FuzzRoutines compares the kernels on rows of any length, offset and size of
// numbers, with canaries around what they write.
func FuzzRoutines(f *testing.F) {
	names := slices.Sorted(maps.Keys(routines))
	for i := range names {
		f.Add(uint8(i), uint16(7*i), uint8(i), int8(i%5-2), uint64(i))
	}
	f.Fuzz(func(t *testing.T, which uint8, n uint16, offset uint8, exponent int8, seed uint64) {
		rt := routines[names[int(which)%len(names)]]
		r := rand.New(rand.NewPCG(seed, 6))
		size := math.Pow(2, -math.Abs(float64(exponent%8))) // products of the numbers stay about one
		value := func(int) float32 { return float32(r.NormFloat64() * size) }
		length, at := int(n%2048), int(offset%16)
		a, _ := guarded(t, length, at, value)
		b, _ := guarded(t, length, at/2, value)
		c, _ := guarded(t, length, at/3, value)
		agree(t, rt.f, rt.sumTol, a, b, c, at)
	})
}

package simd

import "math"

// expSum chooses between expSumGeneric, which says what it computes, and the
// assembly, which wants groups of four: the last is filled up with -Inf, whose
// exponential adds nothing.
func expSum(dst, src []float32, shift, scale float32) float32 {
	if active == generic {
		return expSumGeneric(dst, src, shift, scale)
	}
	var s float32
	whole := len(src) &^ 3
	if whole > 0 {
		s = expSumNEON(&dst[0], &src[0], whole, shift, scale)
	}
	if whole < len(src) {
		inf := float32(math.Inf(-1))
		rest := [4]float32{inf, inf, inf, inf}
		copy(rest[:], src[whole:])
		s += expSumNEON(&rest[0], &rest[0], 4, shift, scale)
		copy(dst[whole:], rest[:])
	}
	return s
}

// expSumNEON, for n a multiple of four:
//
//	for i := range n {
//		dst[i] = exp((src[i] - shift) * scale)
//		sum += dst[i] // in 4 sums, added up at the end
//	}
//
//go:noescape
func expSumNEON(dst, src *float32, n int, shift, scale float32) float32

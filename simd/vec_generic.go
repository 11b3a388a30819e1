package simd

import "math"

func addGeneric(dst, a, b []float32) {
	for i, x := range a {
		dst[i] = x + b[i]
	}
}

func scaleGeneric(dst []float32, alpha float32, src []float32) {
	for i, x := range src {
		dst[i] = alpha * x
	}
}

func axpyGeneric(alpha float32, x, y []float32) {
	for i, v := range x {
		y[i] += float32(alpha * v)
	}
}

// dotGeneric sums in float64: the specification of a sum is the exact one.
func dotGeneric(a, b []float32) float32 {
	var s float64
	for i, x := range a {
		s += float64(x) * float64(b[i])
	}
	return float32(s)
}

func sumGeneric(a []float32) float32 {
	var s float64
	for _, x := range a {
		s += float64(x)
	}
	return float32(s)
}

func maximumGeneric(a []float32) float32 {
	m := float32(math.Inf(-1))
	for _, x := range a {
		if x > m || x != x {
			m = x
		}
		if m != m {
			break
		}
	}
	return m
}

package simd

// Each function here runs its Go version or the assembly in reduce_amd64.s, whose
// stub shows the loop that it computes. The callers have checked the lengths.

func dot(a, b []float32) float32 {
	if active == generic {
		return dotGeneric(a, b)
	}
	return dotAVX2(a, b)
}

// dotAVX2:
//
//	for i := range a {
//		sum += a[i] * b[i] // in 32 sums, added up at the end
//	}
//
//go:noescape
func dotAVX2(a, b []float32) float32

func sum(a []float32) float32 {
	if active == generic {
		return sumGeneric(a)
	}
	return sumAVX2(a)
}

// sumAVX2:
//
//	for i := range a {
//		sum += a[i] // in 32 sums, added up at the end
//	}
//
//go:noescape
func sumAVX2(a []float32) float32

func maximum(a []float32) float32 {
	if active == generic {
		return maximumGeneric(a)
	}
	return maximumAVX2(a)
}

// maximumAVX2:
//
//	for i := range a {
//		top = max(top, a[i]) // from -Inf on; NaN if there is one
//	}
//
//go:noescape
func maximumAVX2(a []float32) float32

func sumSquares(x []float32, mean float32) float32 {
	if active == generic {
		return sumSquaresGeneric(x, mean)
	}
	return sumSquaresAVX2(x, mean)
}

// sumSquaresAVX2:
//
//	for i := range x {
//		sum += (x[i] - mean) * (x[i] - mean) // in 32 sums, added up at the end
//	}
//
//go:noescape
func sumSquaresAVX2(x []float32, mean float32) float32

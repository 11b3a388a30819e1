package simd

// Each function here runs its Go version or the assembly in vec_amd64.s, whose
// stub shows the loop that it computes. The callers have checked the lengths.

func add(dst, a, b []float32) {
	if active == generic {
		addGeneric(dst, a, b)
		return
	}
	addAVX2(dst, a, b)
}

// addAVX2:
//
//	for i := range dst {
//		dst[i] = a[i] + b[i]
//	}
//
//go:noescape
func addAVX2(dst, a, b []float32)

func scale(dst []float32, alpha float32, src []float32) {
	if active == generic {
		scaleGeneric(dst, alpha, src)
		return
	}
	scaleAVX2(dst, alpha, src)
}

// scaleAVX2:
//
//	for i := range dst {
//		dst[i] = alpha * src[i]
//	}
//
//go:noescape
func scaleAVX2(dst []float32, alpha float32, src []float32)

func axpy(alpha float32, x, y []float32) {
	if active == generic {
		axpyGeneric(alpha, x, y)
		return
	}
	axpyAVX2(alpha, x, y)
}

// axpyAVX2:
//
//	for i := range y {
//		y[i] = fma(alpha, x[i], y[i]) // one rounding
//	}
//
//go:noescape
func axpyAVX2(alpha float32, x, y []float32)

func softmaxGrad(dx, y, dy []float32, dot, scale float32) {
	if active == generic {
		softmaxGradGeneric(dx, y, dy, dot, scale)
		return
	}
	softmaxGradAVX2(dx, y, dy, dot, scale)
}

// softmaxGradAVX2:
//
//	for i := range y {
//		dx[i] = y[i] * (dy[i] - dot) * scale
//	}
//
//go:noescape
func softmaxGradAVX2(dx, y, dy []float32, dot, scale float32)

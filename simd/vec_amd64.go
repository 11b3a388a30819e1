package simd

// Each routine below chooses between its Go version, which says what it
// computes, and its assembly. The callers have checked the lengths.

func add(dst, a, b []float32) {
	if active == generic {
		addGeneric(dst, a, b)
		return
	}
	addAVX2(dst, a, b)
}

func mul(dst, a, b []float32) {
	if active == generic {
		mulGeneric(dst, a, b)
		return
	}
	mulAVX2(dst, a, b)
}

func scale(dst []float32, alpha float32, src []float32) {
	if active == generic {
		scaleGeneric(dst, alpha, src)
		return
	}
	scaleAVX2(dst, alpha, src)
}

func axpy(alpha float32, x, y []float32) {
	if active == generic {
		axpyGeneric(alpha, x, y)
		return
	}
	axpyAVX2(alpha, x, y)
}

func dot(a, b []float32) float32 {
	if active == generic {
		return dotGeneric(a, b)
	}
	return dotAVX2(a, b)
}

func sum(a []float32) float32 {
	if active == generic {
		return sumGeneric(a)
	}
	return sumAVX2(a)
}

func maximum(a []float32) float32 {
	if active == generic {
		return maximumGeneric(a)
	}
	return maximumAVX2(a)
}

func expSum(dst, src []float32, shift, scale float32) float32 {
	if active == generic {
		return expSumGeneric(dst, src, shift, scale)
	}
	return expSumAVX2(dst, src, shift, scale)
}

func softmaxGrad(dx, y, dy []float32, dot, scale float32) {
	if active == generic {
		softmaxGradGeneric(dx, y, dy, dot, scale)
		return
	}
	softmaxGradAVX2(dx, y, dy, dot, scale)
}

func quickGELU(dst, src []float32) {
	if active == generic {
		quickGELUGeneric(dst, src)
		return
	}
	quickGELUAVX2(dst, src)
}

func quickGELUGrad(dx, dy, z []float32) {
	if active == generic {
		quickGELUGradGeneric(dx, dy, z)
		return
	}
	quickGELUGradAVX2(dx, dy, z)
}

func sumSquares(x []float32, mean float32) float32 {
	if active == generic {
		return sumSquaresGeneric(x, mean)
	}
	return sumSquaresAVX2(x, mean)
}

func normalise(y, x, gamma, beta []float32, mean, rstd float32) {
	if active == generic {
		normaliseGeneric(y, x, gamma, beta, mean, rstd)
		return
	}
	normaliseAVX2(y, x, gamma, beta, mean, rstd)
}

func normSums(dy, x, gamma []float32, mean, rstd float32) (sumG, sumGX float32) {
	if active == generic {
		return normSumsGeneric(dy, x, gamma, mean, rstd)
	}
	return normSumsAVX2(dy, x, gamma, mean, rstd)
}

func normGrad(dx, dy, x, gamma []float32, mean, rstd, meanG, meanGX float32) {
	if active == generic {
		normGradGeneric(dx, dy, x, gamma, mean, rstd, meanG, meanGX)
		return
	}
	normGradAVX2(dx, dy, x, gamma, mean, rstd, meanG, meanGX)
}

func normGamma(dGamma, dy, x []float32, mean, rstd float32) {
	if active == generic {
		normGammaGeneric(dGamma, dy, x, mean, rstd)
		return
	}
	normGammaAVX2(dGamma, dy, x, mean, rstd)
}

//go:noescape
func addAVX2(dst, a, b []float32)

//go:noescape
func mulAVX2(dst, a, b []float32)

//go:noescape
func scaleAVX2(dst []float32, alpha float32, src []float32)

//go:noescape
func axpyAVX2(alpha float32, x, y []float32)

//go:noescape
func dotAVX2(a, b []float32) float32

//go:noescape
func sumAVX2(a []float32) float32

//go:noescape
func maximumAVX2(a []float32) float32

//go:noescape
func expSumAVX2(dst, src []float32, shift, scale float32) float32

//go:noescape
func softmaxGradAVX2(dx, y, dy []float32, dot, scale float32)

//go:noescape
func quickGELUAVX2(dst, src []float32)

//go:noescape
func quickGELUGradAVX2(dx, dy, z []float32)

//go:noescape
func sumSquaresAVX2(x []float32, mean float32) float32

//go:noescape
func normaliseAVX2(y, x, gamma, beta []float32, mean, rstd float32)

//go:noescape
func normSumsAVX2(dy, x, gamma []float32, mean, rstd float32) (sumG, sumGX float32)

//go:noescape
func normGradAVX2(dx, dy, x, gamma []float32, mean, rstd, meanG, meanGX float32)

//go:noescape
func normGammaAVX2(dGamma, dy, x []float32, mean, rstd float32)

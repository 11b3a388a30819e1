package simd

// Each function here runs its Go version or the assembly in layernorm_amd64.s, whose
// stub shows the loop that it computes. The callers have checked the lengths.

func normalise(y, x, gamma, beta []float32, mean, rstd float32) {
	if active == generic {
		normaliseGeneric(y, x, gamma, beta, mean, rstd)
		return
	}
	normaliseAVX2(y, x, gamma, beta, mean, rstd)
}

// normaliseAVX2:
//
//	for i := range x {
//		y[i] = (x[i]-mean)*rstd*gamma[i] + beta[i]
//	}
//
//go:noescape
func normaliseAVX2(y, x, gamma, beta []float32, mean, rstd float32)

func normSums(dy, x, gamma []float32, mean, rstd float32) (sumG, sumGX float32) {
	if active == generic {
		return normSumsGeneric(dy, x, gamma, mean, rstd)
	}
	return normSumsAVX2(dy, x, gamma, mean, rstd)
}

// normSumsAVX2:
//
//	for i := range dy {
//		g := dy[i] * gamma[i]
//		sumG += g
//		sumGX += g * ((x[i] - mean) * rstd)
//	}
//
//go:noescape
func normSumsAVX2(dy, x, gamma []float32, mean, rstd float32) (sumG, sumGX float32)

func normGrad(dx, dy, x, gamma []float32, mean, rstd, meanG, meanGX float32) {
	if active == generic {
		normGradGeneric(dx, dy, x, gamma, mean, rstd, meanG, meanGX)
		return
	}
	normGradAVX2(dx, dy, x, gamma, mean, rstd, meanG, meanGX)
}

// normGradAVX2:
//
//	for i := range dy {
//		hat := (x[i] - mean) * rstd
//		dx[i] += rstd * (dy[i]*gamma[i] - meanG - hat*meanGX)
//	}
//
//go:noescape
func normGradAVX2(dx, dy, x, gamma []float32, mean, rstd, meanG, meanGX float32)

func normGamma(dGamma, dy, x []float32, mean, rstd float32) {
	if active == generic {
		normGammaGeneric(dGamma, dy, x, mean, rstd)
		return
	}
	normGammaAVX2(dGamma, dy, x, mean, rstd)
}

// normGammaAVX2:
//
//	for i := range dy {
//		dGamma[i] += dy[i] * ((x[i] - mean) * rstd)
//	}
//
//go:noescape
func normGammaAVX2(dGamma, dy, x []float32, mean, rstd float32)

package simd

// sumSquaresGeneric returns Σ (x - mean)².
func sumSquaresGeneric(x []float32, mean float32) float32 {
	var s float64
	for _, v := range x {
		d := float64(v - mean)
		s += d * d
	}
	return float32(s)
}

// normaliseGeneric computes y = (x - mean) rstd gamma + beta.
func normaliseGeneric(y, x, gamma, beta []float32, mean, rstd float32) {
	for i, v := range x {
		y[i] = float32((v-mean)*rstd*gamma[i]) + beta[i]
	}
}

// normGammaGeneric computes dGamma += dy x̂.
func normGammaGeneric(dGamma, dy, x []float32, mean, rstd float32) {
	for i, v := range dy {
		dGamma[i] += float32(v * ((x[i] - mean) * rstd))
	}
}

// normSumsGeneric returns Σ g and Σ g x̂ with g = dy gamma, x̂ = (x - mean) rstd.
func normSumsGeneric(dy, x, gamma []float32, mean, rstd float32) (sumG, sumGX float32) {
	var s, t float64
	for i, v := range dy {
		w := float64(v * gamma[i])
		s += w
		t += w * float64((x[i]-mean)*rstd)
	}
	return float32(s), float32(t)
}

// normGradGeneric computes dx += rstd (dy gamma - meanG - x̂ meanGX), these being
// the means of what normSums returns.
func normGradGeneric(dx, dy, x, gamma []float32, mean, rstd, meanG, meanGX float32) {
	for i, v := range dy {
		hat := (x[i] - mean) * rstd
		dx[i] += float32(rstd * (float32(v*gamma[i]) - meanG - float32(hat*meanGX)))
	}
}

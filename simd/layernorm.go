package simd

import "math"

// LayerNorm normalises one row of width D:
//
//	y = (x - mean) rstd gamma + beta,   rstd = 1 / sqrt(var + eps),
//
// in which var is the population variance (divided by D), taken around the
// mean in a second pass. It returns what the gradient needs. y may be x. It
// panics when the lengths differ.
func LayerNorm(y, x, gamma, beta []float32, eps float32) (mean, rstd float32) {
	same("LayerNorm", len(y), len(x), len(gamma), len(beta))
	d := float32(len(x))
	mean = sum(x) / d
	rstd = float32(1 / math.Sqrt(float64(sumSquares(x, mean)/d)+float64(eps)))
	normalise(y, x, gamma, beta, mean, rstd)
	return mean, rstd
}

// LayerNormGrad adds the gradient with respect to x of one row of LayerNorm:
// with x̂ = (x - mean) rstd and g = dy gamma,
//
//	dx += rstd (g - Σ g / D - x̂ Σ g x̂ / D).
//
// It panics when the lengths differ.
func LayerNormGrad(dx, dy, x, gamma []float32, mean, rstd float32) {
	same("LayerNormGrad", len(dx), len(dy), len(x), len(gamma))
	d := float32(len(x))
	g, gx := normSums(dy, x, gamma, mean, rstd)
	normGrad(dx, dy, x, gamma, mean, rstd, g/d, gx/d)
}

// LayerNormGammaGrad adds one row's part of the gradient with respect to gamma:
// dGamma += dy (x - mean) rstd. It works on any stretch of columns. It panics
// when the lengths differ.
func LayerNormGammaGrad(dGamma, dy, x []float32, mean, rstd float32) {
	same("LayerNormGammaGrad", len(dGamma), len(dy), len(x))
	normGamma(dGamma, dy, x, mean, rstd)
}

//go:build !amd64

package simd

// What has assembly on amd64 only.

func packRows(dst []float32, step, k, cols int, src []float32, ld int) {
	packRowsGeneric(dst, step, k, cols, src, ld)
}

func packCols(dst []float32, step, k, cols int, src []float32, ld int) {
	packColsGeneric(dst, step, k, cols, src, ld)
}

func packSix(dst []float32, k, rows int, src []float32, ld int) {
	packSixGeneric(dst, k, rows, src, ld)
}

func add(dst, a, b []float32)                           { addGeneric(dst, a, b) }
func scale(dst []float32, alpha float32, src []float32) { scaleGeneric(dst, alpha, src) }
func axpy(alpha float32, x, y []float32)                { axpyGeneric(alpha, x, y) }
func dot(a, b []float32) float32                        { return dotGeneric(a, b) }
func sum(a []float32) float32                           { return sumGeneric(a) }
func maximum(a []float32) float32                       { return maximumGeneric(a) }
func quickGELU(dst, src []float32)                      { quickGELUGeneric(dst, src) }
func quickGELUGrad(dx, dy, z []float32)                 { quickGELUGradGeneric(dx, dy, z) }
func sumSquares(x []float32, mean float32) float32      { return sumSquaresGeneric(x, mean) }

func softmaxGrad(dx, y, dy []float32, dot, scale float32) {
	softmaxGradGeneric(dx, y, dy, dot, scale)
}

func normalise(y, x, gamma, beta []float32, mean, rstd float32) {
	normaliseGeneric(y, x, gamma, beta, mean, rstd)
}

func normSums(dy, x, gamma []float32, mean, rstd float32) (sumG, sumGX float32) {
	return normSumsGeneric(dy, x, gamma, mean, rstd)
}

func normGamma(dGamma, dy, x []float32, mean, rstd float32) {
	normGammaGeneric(dGamma, dy, x, mean, rstd)
}

func normGrad(dx, dy, x, gamma []float32, mean, rstd, meanG, meanGX float32) {
	normGradGeneric(dx, dy, x, gamma, mean, rstd, meanG, meanGX)
}

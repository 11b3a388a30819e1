//go:build !amd64

package simd

// available lists the kernels this processor runs, the slowest first.
func available() []kernel { return []kernel{generic} }

func panel(m, k, cols int, a []float32, tile, row, col int, b []float32, ldb int, c []float32, ldc int, add bool, _ int) {
	panelGeneric(m, k, cols, a, tile, row, col, b, ldb, c, ldc, add)
}

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
func mul(dst, a, b []float32)                           { mulGeneric(dst, a, b) }
func scale(dst []float32, alpha float32, src []float32) { scaleGeneric(dst, alpha, src) }
func axpy(alpha float32, x, y []float32)                { axpyGeneric(alpha, x, y) }
func dot(a, b []float32) float32                        { return dotGeneric(a, b) }
func sum(a []float32) float32                           { return sumGeneric(a) }
func maximum(a []float32) float32                       { return maximumGeneric(a) }
func expSum(dst, src []float32, shift float32) float32  { return expSumGeneric(dst, src, shift) }
func softmaxGrad(dx, y, dy []float32, dot float32)      { softmaxGradGeneric(dx, y, dy, dot) }
func quickGELU(dst, src []float32)                      { quickGELUGeneric(dst, src) }
func quickGELUGrad(dx, dy, z []float32)                 { quickGELUGradGeneric(dx, dy, z) }
func sumSquares(x []float32, mean float32) float32      { return sumSquaresGeneric(x, mean) }

func normalise(y, x, gamma, beta []float32, mean, rstd float32) {
	normaliseGeneric(y, x, gamma, beta, mean, rstd)
}

func normSums(dy, x, gamma []float32, mean, rstd float32) (sumG, sumGX float32) {
	return normSumsGeneric(dy, x, gamma, mean, rstd)
}

func normGrad(dx, dy, x, gamma []float32, mean, rstd, meanG, meanGX float32) {
	normGradGeneric(dx, dy, x, gamma, mean, rstd, meanG, meanGX)
}

package autograd

import (
	"frontdoor/internal/parallel"
	"frontdoor/simd"
)

// gemm is simd.Gemm, leaving out empty products: a shared prefix or a
// sequence may have no rows.
func gemm(op simd.Op, m, n, k int, a []float32, lda int, b []float32, ldb int, c []float32, ldc int, accumulate bool) {
	if m > 0 && n > 0 && k > 0 {
		simd.Gemm(op, m, n, k, a, lda, b, ldb, c, ldc, accumulate)
	}
}

// maybeGradient returns the buffer for t's gradient, or nil if t is frozen.
func maybeGradient(t *Tensor) []float32 {
	if !t.needsGrad {
		return nil
	}
	return t.gradient()
}

// rowGrain is how many floats one parallel chunk of row-wise work covers at
// least: enough to outweigh handing it to another core.
const rowGrain = 1 << 14

// forRows calls fn for ranges of rows of the given width, in parallel when
// there are enough of them.
func forRows(rows, cols int, fn func(lo, hi int)) {
	parallel.For(rows, max(1, rowGrain/max(1, cols)), fn)
}

// addColumnSums adds the column sums of x [R, n] to dst, top row first.
func addColumnSums(dst, x []float32) {
	n := len(dst)
	for ; len(x) >= n && n > 0; x = x[n:] {
		simd.AddTo(dst, x[:n])
	}
}

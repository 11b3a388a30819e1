package autograd

import "frontdoor/simd"

// MatMul is y = a b: a [R, k], b [k, n], y [R, n]. CLIP stores its two output
// projections this way round.
func (tp *Tape) MatMul(a, b *Tensor) *Tensor {
	rows, k, n := a.Rows(), a.Cols(), b.Cols()
	mustShape(b.rank == 2 && b.Dim(0) == k, "MatMul", a, b)
	y := tp.Buffer(rows, n) // [R, n]
	simd.Gemm(simd.NN, y.rowMatrix(), a.rowMatrix(), b.rowMatrix(), false)
	tp.record(y, matMulBack, a, b)
	return y
}

// matMulBack: da += dy bᵀ; db += aᵀ dy.
func matMulBack(r *record) {
	a, b, dy := r.in[0], r.in[1], r.out.grad
	rows, k, n := a.Rows(), a.Cols(), b.Cols()
	if a.needsGrad {
		da, fresh := a.target()
		simd.Gemm(simd.NT, simd.Dense(da, rows, k), simd.Dense(dy, rows, n), b.rowMatrix(), !fresh)
	}
	if b.needsGrad {
		db, fresh := b.target()
		simd.Gemm(simd.TN, simd.Dense(db, k, n), a.rowMatrix(), simd.Dense(dy, rows, n), !fresh)
	}
}

// MatMulT is y = a bᵀ: a [R, k], b [S, k], y [R, S]; with unit rows, the
// cosine of every pair.
func (tp *Tape) MatMulT(a, b *Tensor) *Tensor {
	rows, k, s := a.Rows(), a.Cols(), b.Rows()
	mustShape(b.Cols() == k, "MatMulT", a, b)
	y := tp.Buffer(rows, s) // [R, S]
	simd.Gemm(simd.NT, y.rowMatrix(), a.rowMatrix(), b.rowMatrix(), false)
	tp.record(y, matMulTBack, a, b)
	return y
}

// matMulTBack: da += dy b; db += dyᵀ a.
func matMulTBack(r *record) {
	a, b, dy := r.in[0], r.in[1], r.out.grad
	rows, k, s := a.Rows(), a.Cols(), b.Rows()
	if a.needsGrad {
		da, fresh := a.target()
		simd.Gemm(simd.NN, simd.Dense(da, rows, k), simd.Dense(dy, rows, s), b.rowMatrix(), !fresh)
	}
	if b.needsGrad {
		db, fresh := b.target()
		simd.Gemm(simd.TN, simd.Dense(db, s, k), simd.Dense(dy, rows, s), a.rowMatrix(), !fresh)
	}
}

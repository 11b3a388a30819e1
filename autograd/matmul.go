package autograd

import "frontdoor/simd"

// MatMul is y = a b: a [R, k], b [k, n], y [R, n]. CLIP stores its two output
// projections this way round.
func (tp *Tape) MatMul(a, b *Tensor) *Tensor {
	rows, k, n := a.Rows(), a.Cols(), b.Cols()
	mustShape(b.rank == 2 && b.Dim(0) == k, "MatMul", a, b)
	y := tp.Buffer(rows, n) // [R, n]
	simd.Gemm(simd.NN, rows, n, k, a.Data, k, b.Data, n, y.Data, n, false)
	tp.record(y, matMulBack, a, b)
	return y
}

// matMulBack: da += dy bᵀ; db += aᵀ dy.
func matMulBack(r *record) {
	a, b, dy := r.in[0], r.in[1], r.out.grad
	rows, k, n := a.Rows(), a.Cols(), b.Cols()
	if a.needsGrad {
		da, fresh := a.target()
		simd.Gemm(simd.NT, rows, k, n, dy, n, b.Data, n, da, k, !fresh)
	}
	if b.needsGrad {
		db, fresh := b.target()
		simd.Gemm(simd.TN, k, n, rows, a.Data, k, dy, n, db, n, !fresh)
	}
}

// MatMulT is y = a bᵀ: a [R, k], b [S, k], y [R, S]; with unit rows, the
// cosine of every pair.
func (tp *Tape) MatMulT(a, b *Tensor) *Tensor {
	rows, k, s := a.Rows(), a.Cols(), b.Rows()
	mustShape(b.Cols() == k, "MatMulT", a, b)
	y := tp.Buffer(rows, s) // [R, S]
	simd.Gemm(simd.NT, rows, s, k, a.Data, k, b.Data, k, y.Data, s, false)
	tp.record(y, matMulTBack, a, b)
	return y
}

// matMulTBack: da += dy b; db += dyᵀ a.
func matMulTBack(r *record) {
	a, b, dy := r.in[0], r.in[1], r.out.grad
	rows, k, s := a.Rows(), a.Cols(), b.Rows()
	if a.needsGrad {
		da, fresh := a.target()
		simd.Gemm(simd.NN, rows, k, s, dy, s, b.Data, k, da, k, !fresh)
	}
	if b.needsGrad {
		db, fresh := b.target()
		simd.Gemm(simd.TN, s, k, rows, dy, s, a.Data, k, db, k, !fresh)
	}
}

package autograd

import "frontdoor/simd"

// MatMul is y = a b: a [R, k], b [k, n], y [R, n]. CLIP stores its two output
// projections this way round.
func (tp *Tape) MatMul(a, b *Tensor) *Tensor {
	mustShape(b.isMatrix() && b.Dim(0) == a.Cols(), "MatMul", a, b)
	dev := a.device()
	y := tp.result(dev, a.Rows(), b.Cols()) // [R, n]
	dev.Gemm(simd.NN, y.mat(), a.mat(), b.matOn("MatMul", dev), false, Epilogue{})
	if tp.recordUnread(y, matMulBack, a, b) != nil {
		a.pinned, b.pinned = a.pinned || b.needsGrad, b.pinned || a.needsGrad
	}
	tp.done(a, b)
	return y
}

// matMulBack: da += dy bᵀ; db += aᵀ dy.
func matMulBack(r *record) {
	a, b, dy := r.in[0], r.in[1], r.out.grad
	dev := dy.device()
	if a.needsGrad {
		da, fresh := a.target()
		dev.Gemm(simd.NT, da.mat(), dy.mat(), b.matOn("MatMul", dev), !fresh, Epilogue{})
	}
	if b.needsGrad {
		db, fresh := b.target()
		dev.Gemm(simd.TN, db.mat(), a.mat(), dy.mat(), !fresh, Epilogue{})
	}
}

// MatMulT is y = a bᵀ: a [R, k], b [S, k], y [R, S]; with unit rows, the
// cosine of every pair.
func (tp *Tape) MatMulT(a, b *Tensor) *Tensor {
	mustShape(b.Cols() == a.Cols(), "MatMulT", a, b)
	dev := a.device()
	y := tp.result(dev, a.Rows(), b.Rows()) // [R, S]
	dev.Gemm(simd.NT, y.mat(), a.mat(), b.matOn("MatMulT", dev), false, Epilogue{})
	tp.record(y, matMulTBack, a, b)
	return y
}

// matMulTBack: da += dy b; db += dyᵀ a.
func matMulTBack(r *record) {
	a, b, dy := r.in[0], r.in[1], r.out.grad
	dev := dy.device()
	if a.needsGrad {
		da, fresh := a.target()
		dev.Gemm(simd.NN, da.mat(), dy.mat(), b.matOn("MatMulT", dev), !fresh, Epilogue{})
	}
	if b.needsGrad {
		db, fresh := b.target()
		dev.Gemm(simd.TN, db.mat(), dy.mat(), a.matOn("MatMulT", dev), !fresh, Epilogue{})
	}
}

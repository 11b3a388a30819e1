package autograd

import "frontdoor/simd"

// Linear is y = act(x wᵀ + b): x [R, in], w [out, in] as PyTorch stores it,
// b [out] or nil, y [R, out]. Any leading dimensions of x count as rows.
func (tp *Tape) Linear(x, w, b *Tensor, act Activation) *Tensor {
	rows, in, out := x.Rows(), x.Cols(), w.Dim(0)
	mustShape(w.rank == 2 && w.Cols() == in && (b == nil || b.Len() == out), "Linear", x, w)
	z := tp.Buffer(rows, out) // [R, out]
	if b != nil {
		for r := range rows {
			copy(z.Row(r), b.Data)
		}
	} else {
		clear(z.Data)
	}
	gemm(simd.NT, rows, out, in, x.Data, in, w.Data, in, z.Data, out, true)
	y := z
	recording := tp.wants(x, w) || b != nil && tp.wants(b)
	if act != None {
		if recording {
			y = tp.like(z) // the backward needs z, so y gets its own memory
		}
		forRows(rows, out, func(lo, hi int) { act.apply(y.Data[lo*out:hi*out], z.Data[lo*out:hi*out]) })
	}
	if !recording {
		return y
	}
	var r *record
	if b != nil {
		r = tp.record(y, linearBack, x, w, b)
	} else {
		r = tp.record(y, linearBack, x, w)
	}
	r.saved[0], r.n = z, int(act)
	return y
}

// linearBack: dz = dy act'(z); dx += dz w; dw += dzᵀ x; db += Σ_rows dz.
func linearBack(r *record) {
	x, w, dz := r.in[0], r.in[1], r.out.grad
	rows, in, out := x.Rows(), x.Cols(), w.Dim(0)
	if act := Activation(r.n); act != None {
		z := r.saved[0].Data
		forRows(rows, out, func(lo, hi int) {
			lo, hi = lo*out, hi*out
			act.gradient(dz[lo:hi], dz[lo:hi], z[lo:hi])
		})
	}
	if dx := maybeGradient(x); dx != nil {
		gemm(simd.NN, rows, in, out, dz, out, w.Data, in, dx, in, true)
	}
	if dw := maybeGradient(w); dw != nil {
		gemm(simd.TN, out, in, rows, dz, out, x.Data, in, dw, in, true)
	}
	if len(r.in) == 3 && r.in[2].needsGrad {
		addColumnSums(r.in[2].gradient(), dz)
	}
}

// MatMul is y = a b: a [R, k], b [k, n], y [R, n]. CLIP stores its two output
// projections this way round.
func (tp *Tape) MatMul(a, b *Tensor) *Tensor {
	rows, k, n := a.Rows(), a.Cols(), b.Cols()
	mustShape(b.rank == 2 && b.Dim(0) == k, "MatMul", a, b)
	y := tp.Buffer(rows, n) // [R, n]
	clear(y.Data)
	gemm(simd.NN, rows, n, k, a.Data, k, b.Data, n, y.Data, n, true)
	tp.record(y, matMulBack, a, b)
	return y
}

// matMulBack: da += dy bᵀ; db += aᵀ dy.
func matMulBack(r *record) {
	a, b, dy := r.in[0], r.in[1], r.out.grad
	rows, k, n := a.Rows(), a.Cols(), b.Cols()
	if da := maybeGradient(a); da != nil {
		gemm(simd.NT, rows, k, n, dy, n, b.Data, n, da, k, true)
	}
	if db := maybeGradient(b); db != nil {
		gemm(simd.TN, k, n, rows, a.Data, k, dy, n, db, n, true)
	}
}

// MatMulT is y = a bᵀ: a [R, k], b [S, k], y [R, S]; with unit rows, the
// cosine of every pair.
func (tp *Tape) MatMulT(a, b *Tensor) *Tensor {
	rows, k, s := a.Rows(), a.Cols(), b.Rows()
	mustShape(b.Cols() == k, "MatMulT", a, b)
	y := tp.Buffer(rows, s) // [R, S]
	clear(y.Data)
	gemm(simd.NT, rows, s, k, a.Data, k, b.Data, k, y.Data, s, true)
	tp.record(y, matMulTBack, a, b)
	return y
}

// matMulTBack: da += dy b; db += dyᵀ a.
func matMulTBack(r *record) {
	a, b, dy := r.in[0], r.in[1], r.out.grad
	rows, k, s := a.Rows(), a.Cols(), b.Rows()
	if da := maybeGradient(a); da != nil {
		gemm(simd.NN, rows, k, s, dy, s, b.Data, k, da, k, true)
	}
	if db := maybeGradient(b); db != nil {
		gemm(simd.TN, s, k, rows, dy, s, a.Data, k, db, k, true)
	}
}

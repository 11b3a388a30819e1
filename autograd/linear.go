package autograd

import "frontdoor/simd"

// Linear is y = act(x wᵀ + b): x [R, in], w [out, in] as PyTorch stores it,
// b [out] or nil, y [R, out]. Any leading dimensions of x count as rows.
func (tp *Tape) Linear(x, w, b *Tensor, act Activation) *Tensor {
	mustLinear("Linear", x, w, b)
	z := tp.Buffer(x.Rows(), w.Dim(0)) // [R, out]
	y := z
	recording := tp.wants(x, w) || b != nil && tp.wants(b)
	if act != None && recording {
		y = tp.like(z) // the backward needs z, so y gets its own memory
	}
	simd.GemmEpilogue(simd.NT, z.rowMatrix(), x.rowMatrix(), w.rowMatrix(), false, act.epilogue(b, y))
	if act != None && act != QuickGELU {
		act.applyAll(y.Data, z.Data)
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

// LinearAdd is y = res + (x wᵀ + b), the end of a residual branch: x, w and b
// as in Linear, res and y [R, out]. It is Add of a Linear in one pass.
func (tp *Tape) LinearAdd(res, x, w, b *Tensor) *Tensor {
	mustLinear("LinearAdd", x, w, b)
	mustShape(res.Rows() == x.Rows() && res.Cols() == w.Dim(0), "LinearAdd", res, x, w)
	y := tp.like(res) // [R, out]
	last := None.epilogue(b, y)
	last.Add = res.Data
	simd.GemmEpilogue(simd.NT, y.rowMatrix(), x.rowMatrix(), w.rowMatrix(), false, last)
	if b != nil {
		tp.record(y, linearAddBack, x, w, res, b)
	} else {
		tp.record(y, linearAddBack, x, w, res)
	}
	return y
}

func mustLinear(op string, x, w, b *Tensor) {
	mustShape(w.rank == 2 && w.Cols() == x.Cols() && (b == nil || b.Len() == w.Dim(0)), op, x, w)
}

// linearBack: dz = dy act'(z), and then as without activation.
func linearBack(r *record) {
	if act := Activation(r.n); act != None {
		act.gradientAll(r.out.grad, r.out.grad, r.saved[0].Data)
	}
	var b *Tensor
	if len(r.in) == 3 {
		b = r.in[2]
	}
	backThroughLinear(r.in[0], r.in[1], b, r.out.grad)
}

// linearAddBack: as in Linear, and dres += dy.
func linearAddBack(r *record) {
	var b *Tensor
	if len(r.in) == 4 {
		b = r.in[3]
	}
	backThroughLinear(r.in[0], r.in[1], b, r.out.grad)
	if res := r.in[2]; res.needsGrad {
		r.passOn(res)
	}
}

// backThroughLinear: dx += dz w, of rows that need it; dw += dzᵀ x; db += Σ_rows dz.
func backThroughLinear(x, w, b *Tensor, dz []float32) {
	rows, in, out := x.Rows(), x.Cols(), w.Dim(0)
	switch {
	case !x.needsGrad:
	case len(x.live) > 0 && x.tape != nil:
		backToLive(x, w, dz)
	default:
		dx, fresh := x.target()
		simd.Gemm(simd.NN, simd.Dense(dx, rows, in), simd.Dense(dz, rows, out), w.rowMatrix(), !fresh)
	}
	if w.needsGrad {
		dw, fresh := w.target()
		simd.Gemm(simd.TN, simd.Dense(dw, out, in), simd.Dense(dz, rows, out), x.rowMatrix(), !fresh)
	}
	if b != nil && b.needsGrad {
		addColumnSums(b.gradient(), dz)
	}
}

package autograd

import "frontdoor/simd"

// Linear is y = act(x wᵀ + b): x [R, in], w [out, in] as PyTorch stores it,
// b [out] or nil, y [R, out]. Any leading dimensions of x count as rows.
func (tp *Tape) Linear(x, w, b *Tensor, act Activation) *Tensor {
	mustLinear("Linear", x, w, b)
	dev := x.device()
	z := tp.result(dev, x.Rows(), w.Dim(0)) // [R, out]
	y := z
	recording := tp.wants(x, w) || b != nil && tp.wants(b)
	if act != None && recording {
		y = tp.like(z) // the backward needs z, so y gets its own memory
	}
	last := Epilogue{Bias: biasOn("Linear", b, dev), Act: act, Out: y.mem()}
	dev.Gemm(simd.NT, z.mat(), x.mat(), w.matOn("Linear", dev), false, last)
	if recording {
		r := tp.recordLinear(y, linearBack, x, w, b)
		r.z, r.act = z, act
	}
	tp.done(x)
	return y
}

// LinearAdd is y = res + (x wᵀ + b), the end of a residual branch: x, w and b
// as in Linear, res and y [R, out]. It is Add of a Linear in one pass.
func (tp *Tape) LinearAdd(res, x, w, b *Tensor) *Tensor {
	mustLinear("LinearAdd", x, w, b)
	mustShape(res.Rows() == x.Rows() && res.Cols() == w.Dim(0), "LinearAdd", res, x, w)
	dev := x.device()
	y := tp.like(res) // [R, out]
	last := Epilogue{Bias: biasOn("LinearAdd", b, dev), Add: res.on("LinearAdd", dev)}
	dev.Gemm(simd.NT, y.mat(), x.mat(), w.matOn("LinearAdd", dev), false, last)
	if tp.wants(x, w, res) || b != nil && tp.wants(b) {
		tp.recordLinear(y, linearAddBack, x, w, b, res)
	}
	tp.done(x, res)
	return y
}

// recordLinear records a layer with b, if there is one, behind the other inputs.
// Its backward reads x for the gradient of w alone.
func (tp *Tape) recordLinear(y *Tensor, back func(*record), x, w, b *Tensor, more ...*Tensor) *record {
	var in [4]*Tensor
	all := append(append(in[:0], x, w), more...)
	if b != nil {
		all = append(all, b)
	}
	x.pinned = x.pinned || w.needsGrad
	return tp.recordUnread(y, back, all...)
}

func mustLinear(op string, x, w, b *Tensor) {
	mustShape(w.isMatrix() && w.Cols() == x.Cols() && (b == nil || b.Len() == w.Dim(0)), op, x, w)
}

func biasOn(op string, b *Tensor, dev Device) Mem {
	if b == nil {
		return Mem{}
	}
	return b.on(op, dev)
}

// linearBack: dz = dy act'(z), and then as without activation.
func linearBack(r *record) {
	if dy := r.out.grad; r.act != None {
		dy.device().ActivationGrad(r.act, dy.mem(), dy.mem(), r.z.mem())
	}
	backThroughLinear(r, 2)
}

// linearAddBack: as in Linear, and dres += dy.
func linearAddBack(r *record) {
	backThroughLinear(r, 3)
	if res := r.in[2]; res.needsGrad {
		r.passOn(res)
	}
}

// backThroughLinear: dx += dz w, of rows that need it; dw += dzᵀ x; db += Σ_rows dz.
// The bias is input number bias, if there are so many.
func backThroughLinear(r *record, bias int) {
	x, w, dz := r.in[0], r.in[1], r.out.grad
	dev := dz.device()
	switch {
	case !x.needsGrad:
	case x.live != nil && x.tape != nil:
		backToLive(x, w, dz)
	default:
		dx, fresh := x.target()
		dev.Gemm(simd.NN, dx.mat(), dz.mat(), w.matOn("Linear", dev), !fresh, Epilogue{})
	}
	if w.needsGrad {
		dw, fresh := w.target()
		dev.Gemm(simd.TN, dw.mat(), dz.mat(), x.mat(), !fresh, Epilogue{})
	}
	if bias < len(r.in) && r.in[bias].needsGrad {
		dev.ColumnSums(r.in[bias].gradient().mem(), dz.mat())
	}
}

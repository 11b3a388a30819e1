package autograd

import (
	"math"

	"frontdoor/simd"
)

// Add is a + b for equal shapes.
func (tp *Tape) Add(a, b *Tensor) *Tensor {
	onHost("Add", a, b)
	mustShape(a.sameShape(b), "Add", a, b)
	y := tp.like(a)
	simd.Add(y.Data, a.Data, b.Data)
	tp.record(y, addBack, a, b)
	return y
}

func addBack(r *record) {
	for _, in := range r.in {
		if in.needsGrad {
			simd.AddTo(in.gradient().Data, r.out.grad.Data)
		}
	}
}

// Sub is a - b for equal shapes.
func (tp *Tape) Sub(a, b *Tensor) *Tensor {
	onHost("Sub", a, b)
	mustShape(a.sameShape(b), "Sub", a, b)
	y := tp.like(a)
	copy(y.Data, a.Data)
	simd.Axpy(-1, b.Data, y.Data)
	tp.record(y, subBack, a, b)
	return y
}

func subBack(r *record) {
	if a := r.in[0]; a.needsGrad {
		simd.AddTo(a.gradient().Data, r.out.grad.Data)
	}
	if b := r.in[1]; b.needsGrad {
		simd.Axpy(-1, r.out.grad.Data, b.gradient().Data)
	}
}

// Scale is f x for a constant f.
func (tp *Tape) Scale(x *Tensor, f float32) *Tensor {
	onHost("Scale", x)
	y := tp.like(x)
	simd.Scale(y.Data, f, x.Data)
	if r := tp.record(y, scaleBack, x); r != nil {
		r.factor = f
	}
	return y
}

func scaleBack(r *record) { simd.Axpy(r.factor, r.out.grad.Data, r.in[0].gradient().Data) }

// ScaleExp is exp(s) x for a scalar tensor s: CLIP's logit scale, when it is
// trained.
func (tp *Tape) ScaleExp(x, s *Tensor) *Tensor {
	onHost("ScaleExp", x, s)
	mustShape(s.Len() == 1, "ScaleExp", x, s)
	f := float32(math.Exp(float64(s.Data[0])))
	y := tp.like(x)
	simd.Scale(y.Data, f, x.Data)
	if r := tp.record(y, scaleExpBack, x, s); r != nil {
		r.factor = f
	}
	return y
}

// scaleExpBack: dx += exp(s) dy; ds += Σ dy y, since d exp(s)x / ds = y.
func scaleExpBack(r *record) {
	x, s, dy := r.in[0], r.in[1], r.out.grad.Data
	if x.needsGrad {
		simd.Axpy(r.factor, dy, x.gradient().Data)
	}
	if s.needsGrad {
		s.gradient().Data[0] += simd.Dot(dy, r.out.Data)
	}
}

// RowDot is the inner product of matching rows: a and b [R, D], result [R].
func (tp *Tape) RowDot(a, b *Tensor) *Tensor {
	onHost("RowDot", a, b)
	mustShape(a.sameShape(b), "RowDot", a, b)
	y := tp.Buffer(a.Rows()) // [R]
	for i := range y.Data {
		y.Data[i] = simd.Dot(a.Row(i), b.Row(i))
	}
	tp.record(y, rowDotBack, a, b)
	return y
}

func rowDotBack(r *record) {
	a, b := r.in[0], r.in[1]
	d := a.Cols()
	da, db := a.GradBuffer(), b.GradBuffer()
	for i, g := range r.out.grad.Data {
		if da != nil {
			simd.Axpy(g, b.Row(i), da[i*d:(i+1)*d])
		}
		if db != nil {
			simd.Axpy(g, a.Row(i), db[i*d:(i+1)*d])
		}
	}
}

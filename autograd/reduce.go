package autograd

import "frontdoor/simd"

// Mean is the mean of all elements, as a tensor of shape [1].
func (tp *Tape) Mean(x *Tensor) *Tensor {
	onHost("Mean", x)
	y := tp.Buffer(1)
	y.Data[0] = simd.Sum(x.Data) / float32(len(x.Data))
	tp.record(y, meanBack, x)
	return y
}

func meanBack(r *record) {
	dx := r.in[0].gradient().Data
	g := r.out.grad.Data[0] / float32(len(dx))
	for i := range dx {
		dx[i] += g
	}
}

// MeanSquare is the mean of the squares of all elements, of shape [1].
func (tp *Tape) MeanSquare(x *Tensor) *Tensor {
	onHost("MeanSquare", x)
	y := tp.Buffer(1)
	y.Data[0] = simd.Dot(x.Data, x.Data) / float32(len(x.Data))
	tp.record(y, meanSquareBack, x)
	return y
}

func meanSquareBack(r *record) {
	x := r.in[0]
	simd.Axpy(2*r.out.grad.Data[0]/float32(len(x.Data)), x.Data, x.gradient().Data)
}

// Combine is the weighted sum Σ weights[i] terms[i] of scalars: a loss made of
// several.
func (tp *Tape) Combine(weights []float32, terms ...*Tensor) *Tensor {
	mustShape(len(weights) == len(terms), "Combine", terms...)
	onHost("Combine", terms...)
	y := tp.Buffer(1)
	y.Data[0] = 0
	for i, t := range terms {
		y.Data[0] += weights[i] * t.Item()
	}
	if r := tp.record(y, combineBack, terms...); r != nil {
		r.weights = tp.keepWeights(weights)
	}
	return y
}

func combineBack(r *record) {
	for i, t := range r.in {
		if t.needsGrad {
			t.gradient().Data[0] += r.weights[i] * r.out.grad.Data[0]
		}
	}
}

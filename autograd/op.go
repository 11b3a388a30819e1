package autograd

// Op records an operation of the caller's on tensors of the host: out, made by
// Buffer and filled, was computed from in. Backward calls back with the gradient
// dy of out, in the layout of its Data; back adds to GradBuffer of the inputs that
// need a gradient. Op returns out. Without a gradient to compute, or without a
// tape, nothing is recorded. The example shows an operation with its test.
func (tp *Tape) Op(out *Tensor, back func(dy []float32), in ...*Tensor) *Tensor {
	onHost("Op", in...)
	if r := tp.record(out, customBack, in...); r != nil {
		r.custom = back
	}
	return out
}

func customBack(r *record) { r.custom(r.out.grad.Data) }

// keepLabels returns a copy of labels that lives until Reset.
func (tp *Tape) keepLabels(labels []int) []int {
	from := len(tp.labels)
	tp.labels = append(tp.labels, labels...)
	return tp.labels[from:len(tp.labels):len(tp.labels)]
}

// keepWeights returns a copy of weights that lives until Reset.
func (tp *Tape) keepWeights(weights []float32) []float32 {
	from := len(tp.weights)
	tp.weights = append(tp.weights, weights...)
	return tp.weights[from:len(tp.weights):len(tp.weights)]
}

package cdc

import (
	"testing"

	"frontdoor/autograd"
	"frontdoor/internal/golden"
)

// Every operation of this package, value and gradient, against PyTorch, for the
// loss that tools/golden/ops.py defines: the result itself if it is one number,
// else the sum over its elements, weighted by a tensor of its own and divided by
// its first dimension. Each element is computed in float64 for itself, so that it
// is off by a few units in the last place.
func TestTorchEvidence(t *testing.T) {
	const tolerance = 5e-7
	labels := []int{0, 3, 18, 7, 3}
	f := golden.Read(t, "testdata/torch_evidence.json")
	for _, op := range []struct {
		name, in      string
		factor, shift float64
		rows, cols    int
		run           func(tp *autograd.Tape, x *autograd.Tensor) *autograd.Tensor
	}{
		{"softplus", "x", 40, 0, 7, 33, func(tp *autograd.Tape, x *autograd.Tensor) *autograd.Tensor { return softplus(tp, x, 1.5) }},
		{"log1p", "x", 6, 3, 7, 33, log1p},
		{"dirichlet", "a", 6, 3, 5, 19, func(tp *autograd.Tape, x *autograd.Tensor) *autograd.Tensor { return dirichletCE(tp, x, labels) }},
		{"dirichletlarge", "a", 30, 15, 5, 19, func(tp *autograd.Tape, x *autograd.Tensor) *autograd.Tensor { return dirichletCE(tp, x, labels) }},
		{"kl", "a", 4, 2, 5, 19, func(tp *autograd.Tape, x *autograd.Tensor) *autograd.Tensor { return dirichletKL(tp, x, labels) }},
		{"fused", "a", 24, 12, 7, 33, func(tp *autograd.Tape, x *autograd.Tensor) *autograd.Tensor { return fuseTerms(tp, x, 19) }},
	} {
		tp := autograd.NewTape()
		tp.Poison()
		x := autograd.Param(golden.Tensor32(op.name+"."+op.in, op.rows*op.cols, op.factor, op.shift), op.rows, op.cols)
		y := op.run(tp, x)
		f.Check(t, op.name+".y", y.Data, tolerance)
		loss := y
		if y.Len() > 1 {
			r := autograd.Const(golden.Tensor32(op.name+".r", y.Len(), 1, 0), y.Shape()...)
			dots := tp.RowDot(y, r)
			loss = tp.Scale(tp.Mean(dots), float32(dots.Len())/float32(y.Dim(0)))
		}
		tp.Backward(loss)
		f.Check(t, op.name+".d"+op.in, x.Grad(), tolerance)
	}
	if left := f.Unchecked(""); len(left) > 0 {
		t.Errorf("golden values that nothing was compared with: %v", left)
	}
}

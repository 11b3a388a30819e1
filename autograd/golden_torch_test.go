package autograd

import (
	"testing"

	"frontdoor/internal/golden"
)

// How far an operation may be from PyTorch's float64, as a share of the
// tensor's largest element. float32 resolves 6e-8.
const (
	// sumTolerance: sums of up to 33 rounded products, in any order.
	sumTolerance = 2e-6
	// pointTolerance: each element for itself, computed in float64 or by a
	// polynomial with an error of a few units in the last place.
	pointTolerance = 5e-7
	// chainTolerance: sums, then an exponential or a root of them, then sums.
	chainTolerance = 4e-6
)

const (
	goldenRows, goldenIn, goldenOut = 7, 33, 19
	goldenSeqs, goldenTokens        = 2, 9
	goldenWidth, goldenHeads        = 24, 3
)

// goldenOp is one operation of tools/golden/ops.py.
type goldenOp struct {
	name      string
	tolerance float64
	// inputs by name, each [shape], factor, shift
	inputs []goldenInput
	run    func(tp *Tape, in []*Tensor) *Tensor
}

type goldenInput struct {
	name          string
	factor, shift float64
	shape         []int
}

func goldenOps() []goldenOp {
	var (
		rowsIn  = []int{goldenRows, goldenIn}
		outIn   = []int{goldenOut, goldenIn}
		qShape  = []int{goldenSeqs * goldenTokens, goldenWidth}
		kvShape = []int{goldenSeqs * goldenTokens, 2 * goldenWidth}
	)
	x := func(factor, shift float64, shape ...int) []goldenInput {
		return []goldenInput{{"x", factor, shift, shape}}
	}
	pair := func(a, b []int) []goldenInput {
		return []goldenInput{{"a", 1, 0, a}, {"b", 1, 0, b}}
	}
	dense := func(xf, wf float64) []goldenInput {
		return []goldenInput{{"x", xf, 0, rowsIn}, {"w", wf, 0, outIn}, {"b", 1, 0, []int{goldenOut}}}
	}
	attention := func(causal bool) func(tp *Tape, in []*Tensor) *Tensor {
		return func(tp *Tape, in []*Tensor) *Tensor {
			return tp.Attention(in[0], in[1], Uniform(goldenSeqs, goldenTokens, causal), goldenHeads)
		}
	}
	qkv := []goldenInput{{"q", 4, 0, qShape}, {"kv", 4, 0, kvShape}}
	return []goldenOp{
		{"linear", sumTolerance, dense(1, 1), func(tp *Tape, in []*Tensor) *Tensor { return tp.Linear(in[0], in[1], in[2], None) }},
		{"gelu", chainTolerance, dense(4, 2), func(tp *Tape, in []*Tensor) *Tensor { return tp.Linear(in[0], in[1], in[2], QuickGELU) }},
		{"matmul", sumTolerance, pair(rowsIn, []int{goldenIn, goldenOut}), func(tp *Tape, in []*Tensor) *Tensor { return tp.MatMul(in[0], in[1]) }},
		{"matmult", sumTolerance, pair(rowsIn, outIn), func(tp *Tape, in []*Tensor) *Tensor { return tp.MatMulT(in[0], in[1]) }},
		{"norm", chainTolerance, []goldenInput{{"x", 2, 3, rowsIn}, {"g", 1, 1, []int{goldenIn}}, {"b", 1, 0, []int{goldenIn}}},
			func(tp *Tape, in []*Tensor) *Tensor { return tp.LayerNorm(in[0], in[1], in[2], 1e-5) }},
		{"l2", chainTolerance, x(1, 0, rowsIn...), func(tp *Tape, in []*Tensor) *Tensor { return tp.L2Normalize(in[0], 0) }},
		{"l2eps", chainTolerance, x(1, 0, goldenRows, 5), func(tp *Tape, in []*Tensor) *Tensor { return tp.L2Normalize(in[0], 0.6) }},
		{"full", chainTolerance, qkv, attention(false)},
		{"causal", chainTolerance, qkv, attention(true)},
		{"ce", chainTolerance, x(20, 0, 5, goldenIn), func(tp *Tape, in []*Tensor) *Tensor { return tp.CrossEntropy(in[0], []int{0, 3, 32, 7, 3}) }},
		{"scaleexp", sumTolerance, []goldenInput{{"x", 1, 0, rowsIn}, {"s", 0, 4.6052, []int{1}}},
			func(tp *Tape, in []*Tensor) *Tensor { return tp.ScaleExp(in[0], in[1]) }},
		{"relu", pointTolerance, x(4, 0, rowsIn...), func(tp *Tape, in []*Tensor) *Tensor { return tp.ReLU(in[0], 0.25) }},
		{"rowdot", sumTolerance, pair(rowsIn, rowsIn), func(tp *Tape, in []*Tensor) *Tensor { return tp.RowDot(in[0], in[1]) }},
		{"meansquare", sumTolerance, x(1, 0, rowsIn...), func(tp *Tape, in []*Tensor) *Tensor { return tp.MeanSquare(in[0]) }},
		{"sub", pointTolerance, pair(rowsIn, rowsIn), func(tp *Tape, in []*Tensor) *Tensor { return tp.Sub(in[0], in[1]) }},
	}
}

func elements(shape []int) int {
	n := 1
	for _, d := range shape {
		n *= d
	}
	return n
}

// Every operation's value and gradients against PyTorch, for the loss that
// tools/golden/ops.py defines: the result itself if it is one number, else the
// sum over its elements, weighted by a tensor of its own and divided by its
// first dimension.
func TestTorchOps(t *testing.T) { golden.OnThreads(t, torchOps) }

func torchOps(t *testing.T) *golden.File {
	t.Helper()
	f := golden.Read(t, "testdata/torch_ops.json")
	for _, op := range goldenOps() {
		tp := NewTape()
		tp.Poison()
		in := make([]*Tensor, len(op.inputs))
		for i, x := range op.inputs {
			in[i] = Param(golden.Tensor32(op.name+"."+x.name, elements(x.shape), x.factor, x.shift), x.shape...)
		}
		y := op.run(tp, in)
		f.Check(t, op.name+".y", y.Data, op.tolerance)
		loss := y
		if y.Len() > 1 {
			r := Const(golden.Tensor32(op.name+".r", y.Len(), 1, 0), y.Shape()...)
			dots := tp.RowDot(y, r)
			loss = tp.Scale(tp.Mean(dots), float32(dots.Len())/float32(y.Dim(0)))
		}
		tp.Backward(loss)
		for i, x := range op.inputs {
			f.Check(t, op.name+".d"+x.name, in[i].Grad(), op.tolerance)
		}
	}
	if left := f.Unchecked(""); len(left) > 0 {
		t.Errorf("golden values that nothing was compared with: %v", left)
	}
	return f
}

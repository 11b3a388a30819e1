package autograd

import (
	"math"
	"testing"
)

// elementwise is a reference that treats each element on its own.
func elementwise(f func(x ...float64) float64) func(in [][]float64) []float64 {
	return func(in [][]float64) []float64 {
		out := make([]float64, len(in[0]))
		at := make([]float64, len(in))
		for i := range out {
			for j := range in {
				at[j] = in[j][i%len(in[j])]
			}
			out[i] = f(at...)
		}
		return out
	}
}

func TestElementwiseGradients(t *testing.T) {
	gradCase{
		name: "Add",
		in:   params([]int{3, 5}, []int{3, 5}),
		op:   func(tp *Tape, in []*Tensor) *Tensor { return tp.Add(in[0], in[1]) },
		ref:  elementwise(func(x ...float64) float64 { return x[0] + x[1] }),
	}.run(t)
	gradCase{
		name: "Sub",
		in:   params([]int{3, 5}, []int{3, 5}),
		op:   func(tp *Tape, in []*Tensor) *Tensor { return tp.Sub(in[0], in[1]) },
		ref:  elementwise(func(x ...float64) float64 { return x[0] - x[1] }),
	}.run(t)
	gradCase{
		name: "Scale",
		in:   params([]int{2, 3, 4}),
		op:   func(tp *Tape, in []*Tensor) *Tensor { return tp.Scale(in[0], -2.5) },
		ref:  elementwise(func(x ...float64) float64 { return -2.5 * x[0] }),
	}.run(t)
	gradCase{
		name: "ScaleExp",
		in:   params([]int{3, 4}, []int{1}),
		op:   func(tp *Tape, in []*Tensor) *Tensor { return tp.ScaleExp(in[0], in[1]) },
		ref:  elementwise(func(x ...float64) float64 { return math.Exp(x[1]) * x[0] }),
	}.run(t)
}

// x - x and x + x: both operands are the same tensor.
func TestElementwiseOfOneTensor(t *testing.T) {
	x := Param([]float32{1, -2}, 2)
	tp := NewTape()
	sum := tp.Add(tp.Add(x, x), tp.Sub(x, x))
	numbers(t, "2x", sum.Data, 2, -4)
	tp.Backward(weightedSum(tp, sum, []float32{1, 1}))
	numbers(t, "dx", x.Grad(), 2, 2)
}

func refRowDot(d int) func(in [][]float64) []float64 {
	return func(in [][]float64) []float64 {
		out := make([]float64, len(in[0])/d)
		for i := range in[0] {
			out[i/d] += in[0][i] * in[1][i]
		}
		return out
	}
}

func TestReductionGradients(t *testing.T) {
	gradCase{
		name: "RowDot",
		in:   params([]int{4, 7}, []int{4, 7}),
		op:   func(tp *Tape, in []*Tensor) *Tensor { return tp.RowDot(in[0], in[1]) },
		ref:  refRowDot(7),
	}.run(t)
	gradCase{
		name: "Mean",
		in:   params([]int{3, 5}),
		op:   func(tp *Tape, in []*Tensor) *Tensor { return tp.Mean(in[0]) },
		ref: func(in [][]float64) []float64 {
			sum := 0.0
			for _, v := range in[0] {
				sum += v
			}
			return []float64{sum / 15}
		},
	}.run(t)
	gradCase{
		name: "MeanSquare",
		in:   params([]int{3, 5}),
		op:   func(tp *Tape, in []*Tensor) *Tensor { return tp.MeanSquare(in[0]) },
		ref: func(in [][]float64) []float64 {
			sum := 0.0
			for _, v := range in[0] {
				sum += v * v
			}
			return []float64{sum / 15}
		},
	}.run(t)
	gradCase{
		name: "Combine",
		in:   params([]int{1}, []int{1}, []int{1}),
		op: func(tp *Tape, in []*Tensor) *Tensor {
			return tp.Combine([]float32{2, -0.5, 0}, in[0], in[1], in[2])
		},
		ref: func(in [][]float64) []float64 { return []float64{2*in[0][0] - 0.5*in[1][0]} },
	}.run(t)
}

func TestElementwiseByHand(t *testing.T) {
	a, b := Const([]float32{1, 2}, 2), Const([]float32{5, -3}, 2)
	var tp *Tape // inference
	numbers(t, "Add", tp.Add(a, b).Data, 6, -1)
	numbers(t, "Sub", tp.Sub(a, b).Data, -4, 5)
	numbers(t, "Scale", tp.Scale(a, 3).Data, 3, 6)
	numbers(t, "ScaleExp", tp.ScaleExp(a, Const([]float32{float32(math.Log(100))}, 1)).Data, 100, 200)
	numbers(t, "Mean", tp.Mean(a).Data, 1.5)
	numbers(t, "MeanSquare", tp.MeanSquare(b).Data, 17)
	numbers(t, "Combine", tp.Combine([]float32{10, 1}, tp.Mean(a), tp.Mean(b)).Data, 16)
	x := Const([]float32{1, 2, 3, 4}, 2, 2)
	numbers(t, "RowDot", tp.RowDot(x, x).Data, 5, 25)
}

func TestReLU(t *testing.T) {
	in := params([]int{4, 5}) // no element lies within h of the corner
	for i := range in[0].Data {
		in[0].Data[i] *= 2
	}
	gradCase{
		name: "shift 0.25",
		in:   in,
		op:   func(tp *Tape, in []*Tensor) *Tensor { return tp.ReLU(in[0], 0.25) },
		ref:  elementwise(func(x ...float64) float64 { return max(0, x[0]-0.25) }),
	}.run(t)
	numbers(t, "by hand", (*Tape)(nil).ReLU(Const([]float32{0, 100, -100, 3}, 4), 1).Data, 0, 99, 0, 2)
}

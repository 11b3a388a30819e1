package autograd_test

import (
	"fmt"
	"math"
	"testing"

	"frontdoor/autograd"
	"frontdoor/internal/gradcheck"
)

// tanh is an operation of the caller's: y = tanh(x), and dx += dy (1 - y²).
func tanh(tp *autograd.Tape, x *autograd.Tensor) *autograd.Tensor {
	y := tp.Buffer(x.Shape()...)
	for i, v := range x.Data {
		y.Data[i] = float32(math.Tanh(float64(v)))
	}
	return tp.Op(y, func(dy []float32) {
		dx := x.GradBuffer()
		for i, v := range y.Data {
			dx[i] += dy[i] * (1 - v*v)
		}
	}, x)
}

// Its test: against the same formula in float64 and its difference quotients.
func TestTanh(t *testing.T) {
	gradcheck.Case{Name: "tanh", In: []*autograd.Tensor{gradcheck.Random(1, 3, 4)},
		Op:  func(tp *autograd.Tape, in []*autograd.Tensor) *autograd.Tensor { return tanh(tp, in[0]) },
		Ref: gradcheck.Elementwise(math.Tanh)}.Run(t)
}

func ExampleTape_Op() {
	x := autograd.Param([]float32{0, 1}, 2)
	tp := autograd.NewTape()
	y := tanh(tp, x)
	tp.Backward(tp.Mean(y))
	fmt.Printf("%.3f, gradient %.3f\n", y.Data, x.Grad())
	// Output: [0.000 0.762], gradient [0.500 0.210]
}

// Package gradcheck compares an operation on tensors with a reference in float64:
// its result, and its gradients with central differences of the reference. It is
// for tests of operations that are made outside package autograd; that package
// tests its own in the same way.
package gradcheck

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"frontdoor/autograd"
)

// Case is one operation to be compared.
type Case struct {
	Name string
	In   []*autograd.Tensor // leaves; a Const stays frozen
	Op   func(tp *autograd.Tape, in []*autograd.Tensor) *autograd.Tensor
	// Ref computes what Op computes, independently and in float64, from the
	// elements of In.
	Ref func(in [][]float64) []float64
	// Tolerance is relative to the largest element of a tensor; 0 means 1e-5:
	// float32 rounds at 6e-8, and sums of a few hundred terms lose a digit.
	Tolerance float64
}

// Run checks the result, and the gradient of every trainable input of the loss
// Σ w · result with random weights w.
func (c Case) Run(t *testing.T) {
	t.Helper()
	t.Run(c.Name, func(t *testing.T) {
		if c.Tolerance == 0 {
			c.Tolerance = 1e-5
		}
		in := make([][]float64, len(c.In))
		for i, x := range c.In {
			in[i] = Widen(x.Data)
			x.ZeroGrad()
		}
		want := c.Ref(in)
		r := rand.New(rand.NewPCG(1, 1))
		weights := make([]float32, len(want))
		for i := range weights {
			weights[i] = float32(r.NormFloat64())
		}
		tp := autograd.NewTape()
		tp.Poison()
		y := c.Op(tp, c.In)
		Compare(t, "result", slices.Clone(y.Data), want, c.Tolerance)
		tp.Backward(WeightedSum(tp, y, weights))
		for i, x := range c.In {
			if x.NeedsGrad() {
				name := fmt.Sprintf("gradient of input %d %v", i, x.Shape())
				Compare(t, name, x.Grad(), c.differences(in, i, weights), c.Tolerance)
			} else if x.Grad() != nil {
				t.Errorf("frozen input %d got a gradient", i)
			}
		}
	})
}

// differences returns the gradient of input i by central differences.
func (c Case) differences(in [][]float64, i int, weights []float32) []float64 {
	loss := func() (sum float64) {
		for j, v := range c.Ref(in) {
			sum += v * float64(weights[j])
		}
		return sum
	}
	const h = 1e-4 // truncation about h² = 1e-8, rounding about 1e-16/h
	grad := make([]float64, len(in[i]))
	for j, v := range in[i] {
		in[i][j] = v + h
		up := loss()
		in[i][j] = v - h
		down := loss()
		in[i][j] = v
		grad[j] = (up - down) / (2 * h)
	}
	return grad
}

// WeightedSum is the loss Σ weights · y.
func WeightedSum(tp *autograd.Tape, y *autograd.Tensor, weights []float32) *autograd.Tensor {
	s := tp.Buffer(1)
	s.Data[0] = 0
	for i, v := range y.Data {
		s.Data[0] += weights[i] * v
	}
	return tp.Op(s, func(ds []float32) {
		for i, w := range weights {
			y.GradBuffer()[i] += ds[0] * w
		}
	}, y)
}

// Compare checks got against want with a tolerance relative to the largest
// element, and 1e-8 beside it for tensors of zeros. NaN fails.
func Compare(t testing.TB, name string, got []float32, want []float64, tolerance float64) {
	t.Helper()
	if len(got) != len(want) {
		t.Errorf("%s has %d elements, want %d", name, len(got), len(want))
		return
	}
	largest := 0.0
	for _, w := range want {
		largest = max(largest, math.Abs(w))
	}
	for i, w := range want {
		if g := float64(got[i]); !(math.Abs(g-w) <= tolerance*largest+1e-8) {
			t.Errorf("%s[%d] = %.9g, want %.9g (difference %.2g)", name, i, g, w, g-w)
		}
	}
}

// Widen returns x in float64.
func Widen(x []float32) []float64 {
	out := make([]float64, len(x))
	for i, v := range x {
		out[i] = float64(v)
	}
	return out
}

// Random returns a parameter of random elements, scaled; the same for the same
// shape.
func Random(scale float32, shape ...int) *autograd.Tensor {
	x := autograd.Zeros(shape...)
	r := rand.New(rand.NewPCG(2, 3))
	for i := range x.Data {
		x.Data[i] = scale * float32(r.NormFloat64())
	}
	x.SetTrainable(true)
	return x
}

// Elementwise is a reference that applies f element by element.
func Elementwise(f func(x float64) float64) func(in [][]float64) []float64 {
	return func(in [][]float64) []float64 {
		out := make([]float64, len(in[0]))
		for i, v := range in[0] {
			out[i] = f(v)
		}
		return out
	}
}

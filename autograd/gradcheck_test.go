package autograd

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"frontdoor/internal/parallel"
	"frontdoor/simd"
)

// gradCase is one operation to be held against a float64 reference.
type gradCase struct {
	name string
	in   []*Tensor // leaves; a Const stays frozen
	op   func(tp *Tape, in []*Tensor) *Tensor
	// ref computes what op computes, independently and in float64, from the
	// elements of in.
	ref func(in [][]float64) []float64
	// tolerance is relative to the largest element of a tensor; 0 means 1e-5:
	// float32 rounds at 6e-8, and sums of a few hundred terms lose a digit.
	tolerance float64
}

// run checks the result, and the gradient of every trainable input against
// central differences of the reference. On the way it checks what holds for
// every operation: gradients add up over steps, a frozen input gets none and
// changes nothing for the others, and threads do not change bits.
func (c gradCase) run(t *testing.T) {
	t.Helper()
	t.Run(c.name, func(t *testing.T) {
		if c.tolerance == 0 {
			c.tolerance = 1e-5
		}
		in := make([][]float64, len(c.in))
		for i, x := range c.in {
			in[i] = widen(x.Data)
		}
		want := c.ref(in)
		weights := randoms(rand.New(rand.NewPCG(1, 1)), len(want))

		out, grads := c.gradients(weights)
		compare(t, "result", out, want, c.tolerance)
		c.checkNumerically(t, in, weights, grads)
		c.checkAddsUp(t, weights, grads)
		c.checkFrozen(t, weights, grads)
		c.checkThreads(t, weights, out, grads)
	})
}

// gradients runs one step whose loss is Σ weights · result.
func (c gradCase) gradients(weights []float32) (out []float32, grads [][]float32) {
	for _, x := range c.in {
		x.grad = nil
	}
	tp := NewTape()
	tp.Poison()
	y := c.op(tp, c.in)
	out = slices.Clone(y.Data)
	tp.Backward(weightedSum(tp, y, weights))
	for _, x := range c.in {
		grads = append(grads, slices.Clone(x.Grad()))
	}
	tp.Reset()
	return out, grads
}

func (c gradCase) checkNumerically(t *testing.T, in [][]float64, weights []float32, grads [][]float32) {
	t.Helper()
	loss := func() float64 {
		sum := 0.0
		for i, v := range c.ref(in) {
			sum += v * float64(weights[i])
		}
		return sum
	}
	const h = 1e-4 // truncation about h² = 1e-8, rounding about 1e-16/h
	for i, x := range c.in {
		if !x.NeedsGrad() {
			continue
		}
		want := make([]float64, len(in[i]))
		for j, v := range in[i] {
			in[i][j] = v + h
			up := loss()
			in[i][j] = v - h
			down := loss()
			in[i][j] = v
			want[j] = (up - down) / (2 * h)
		}
		compare(t, fmt.Sprintf("gradient of input %d %v", i, x.Shape()), grads[i], want, c.tolerance)
	}
}

func (c gradCase) checkAddsUp(t *testing.T, weights []float32, grads [][]float32) {
	t.Helper()
	tp := NewTape()
	tp.Backward(weightedSum(tp, c.op(tp, c.in), weights)) // on top of the first step
	for i, x := range c.in {
		twice := widen(grads[i])
		for j := range twice {
			twice[j] *= 2
		}
		compare(t, fmt.Sprintf("gradient of input %d after two steps", i), x.Grad(), twice, c.tolerance)
	}
}

func (c gradCase) checkFrozen(t *testing.T, weights []float32, grads [][]float32) {
	t.Helper()
	trained := make([]bool, len(c.in))
	for i, x := range c.in {
		trained[i] = x.NeedsGrad()
	}
	for i := range c.in {
		if !trained[i] {
			continue
		}
		for j, x := range c.in {
			x.SetTrainable(j == i)
		}
		_, alone := c.gradients(weights)
		for j := range c.in {
			if j == i && !sameBits(alone[j], grads[j]) {
				t.Errorf("gradient of input %d changes when the others are frozen: %v, want %v", i, alone[j], grads[j])
			}
			if j != i && alone[j] != nil {
				t.Errorf("frozen input %d got a gradient", j)
			}
		}
	}
	for i, x := range c.in {
		x.SetTrainable(trained[i])
	}
}

func (c gradCase) checkThreads(t *testing.T, weights, out []float32, grads [][]float32) {
	t.Helper()
	defer parallel.SetThreads(parallel.Threads())
	for _, n := range []int{1, 2} {
		parallel.SetThreads(n)
		out1, grads1 := c.gradients(weights)
		if !sameBits(out, out1) {
			t.Errorf("%d threads change the result's bits", n)
		}
		for i := range grads {
			if !sameBits(grads[i], grads1[i]) {
				t.Errorf("%d threads change the bits of the gradient of input %d", n, i)
			}
		}
	}
}

// weightedSum is the loss Σ weights · y.
func weightedSum(tp *Tape, y *Tensor, weights []float32) *Tensor {
	s := tp.Buffer(1)
	s.Data[0] = simd.Dot(y.Data, weights)
	return tp.Op(s, func(ds []float32) { simd.Axpy(ds[0], weights, y.GradBuffer()) }, y)
}

// compare checks got against want with a tolerance relative to the largest
// element, and 1e-8 beside it for tensors of zeros.
func compare(t *testing.T, name string, got []float32, want []float64, tolerance float64) {
	t.Helper()
	if len(got) != len(want) {
		t.Errorf("%s has %d elements, want %d", name, len(got), len(want))
		return
	}
	largest := 0.0
	for _, w := range want {
		largest = max(largest, math.Abs(w))
	}
	bad := 0
	for i, w := range want {
		if g := float64(got[i]); !(math.Abs(g-w) <= tolerance*largest+1e-8) { // NaN fails
			if bad++; bad <= 5 {
				t.Errorf("%s[%d] = %.9g, want %.9g (difference %.2g)", name, i, g, w, g-w)
			}
		}
	}
	if bad > 5 {
		t.Errorf("%s: %d of %d elements are wrong", name, bad, len(want))
	}
}

func sameBits(a, b []float32) bool {
	return slices.EqualFunc(a, b, func(x, y float32) bool { return math.Float32bits(x) == math.Float32bits(y) })
}

func widen(x []float32) []float64 {
	out := make([]float64, len(x))
	for i, v := range x {
		out[i] = float64(v)
	}
	return out
}

func randoms(r *rand.Rand, n int) []float32 {
	out := make([]float32, n)
	for i := range out {
		out[i] = float32(r.NormFloat64())
	}
	return out
}

// params returns random parameters of the given shapes; the same for the same
// shapes.
func params(shapes ...[]int) []*Tensor {
	r := rand.New(rand.NewPCG(2, 3))
	var out []*Tensor
	for _, s := range shapes {
		n := 1
		for _, d := range s {
			n *= d
		}
		out = append(out, Param(randoms(r, n), s...))
	}
	return out
}

// numbers checks a result against a few numbers worked out by hand.
func numbers(t *testing.T, name string, got []float32, want ...float64) {
	t.Helper()
	compare(t, name, got, want, 1e-6)
}

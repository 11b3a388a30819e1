package autograd

import (
	"fmt"
	"slices"

	"frontdoor/simd"
)

const maxRank = 4

// Tensor is a dense row-major array of float32 with up to four dimensions.
//
// A tensor is either a leaf (made by Const or Param, living as long as its
// owner wants) or the result of an operation (living until the tape's Reset).
type Tensor struct {
	// Data holds the elements, last dimension fastest.
	Data []float32

	shape     [maxRank]int
	rank      int
	grad      []float32
	needsGrad bool
	tape      *Tape // owner of Data and grad; nil for a leaf
	leaf      bool  // made by Const or Param
	live      []int // rows that need a gradient, if few do; see live.go
}

// Const wraps data as a tensor that needs no gradient: an input or a frozen
// weight. It panics if the shape does not describe len(data) elements.
func Const(data []float32, shape ...int) *Tensor {
	t := &Tensor{}
	t.setShape("Const", shape)
	if len(data) != t.Len() {
		panic(fmt.Sprintf("autograd: Const: shape %v needs %d elements, got %d", shape, t.Len(), len(data)))
	}
	t.Data = data
	t.leaf = true
	return t
}

// Param wraps data as a leaf whose gradient Backward computes.
func Param(data []float32, shape ...int) *Tensor {
	t := Const(data, shape...)
	t.needsGrad = true
	return t
}

// Zeros returns a constant of the given shape filled with zeros.
func Zeros(shape ...int) *Tensor {
	n := 1
	for _, d := range shape {
		n *= d
	}
	return Const(make([]float32, n), shape...)
}

func (t *Tensor) setShape(op string, shape []int) {
	if len(shape) == 0 || len(shape) > maxRank {
		panic(fmt.Sprintf("autograd: %s: rank %d is not in 1..%d", op, len(shape), maxRank))
	}
	for i, d := range shape {
		if d < 0 {
			panic(fmt.Sprintf("autograd: %s: negative dimension in %v", op, slices.Clone(shape)))
		}
		t.shape[i] = d
	}
	t.rank = len(shape)
}

// Shape returns the dimensions. The slice must not be changed.
func (t *Tensor) Shape() []int { return t.shape[:t.rank] }

// Dim returns dimension i.
func (t *Tensor) Dim(i int) int { return t.Shape()[i] }

// Len returns the number of elements.
func (t *Tensor) Len() int {
	n := 1
	for _, d := range t.Shape() {
		n *= d
	}
	return n
}

// Cols returns the last dimension: the width of a row.
func (t *Tensor) Cols() int { return t.shape[t.rank-1] }

// Rows returns the number of rows when all but the last dimension are folded.
func (t *Tensor) Rows() int {
	n := 1
	for _, d := range t.shape[:t.rank-1] {
		n *= d
	}
	return n
}

// Row returns row r as a slice of Data.
func (t *Tensor) Row(r int) []float32 {
	d := t.Cols()
	return t.Data[r*d : (r+1)*d]
}

// rowMatrix is t as a matrix of its rows.
func (t *Tensor) rowMatrix() simd.Matrix { return simd.Dense(t.Data, t.Rows(), t.Cols()) }

// NeedsGrad reports whether Backward computes a gradient for t.
func (t *Tensor) NeedsGrad() bool { return t.needsGrad }

// SetTrainable turns a leaf into a parameter (true) or freezes it (false). It
// panics on the result of an operation, whose state follows from its inputs.
func (t *Tensor) SetTrainable(on bool) {
	if t.tape != nil {
		panic("autograd: SetTrainable on the result of an operation")
	}
	t.needsGrad = on
	if !on {
		t.grad = nil
	}
}

// Grad returns the gradient that the last Backward left in a leaf, in the
// layout of Data, or nil if it got none. Gradients add up over several
// Backward calls until ZeroGrad.
func (t *Tensor) Grad() []float32 { return t.grad }

// ZeroGrad clears the gradient of a leaf and keeps its memory.
func (t *Tensor) ZeroGrad() { clear(t.grad) }

// Item returns the only element of a tensor of one element.
func (t *Tensor) Item() float32 {
	if len(t.Data) != 1 {
		panic(fmt.Sprintf("autograd: Item of a tensor of shape %v", t.Shape()))
	}
	return t.Data[0]
}

// gradient returns the buffer to add t's gradient to, zeroed on first use.
func (t *Tensor) gradient() []float32 {
	grad, fresh := t.target()
	if fresh {
		clearAll(grad)
	}
	return grad
}

// target returns the buffer for t's gradient. A fresh one holds anything, and
// the caller must overwrite all of it; to any other the caller adds.
func (t *Tensor) target() (grad []float32, fresh bool) {
	if t.grad != nil {
		return t.grad, false
	}
	if t.tape == nil {
		t.grad = make([]float32, t.Len())
	} else {
		t.grad = t.tape.arena.get(t.Len())
	}
	return t.grad, true
}

func (t *Tensor) sameShape(u *Tensor) bool { return slices.Equal(t.Shape(), u.Shape()) }

// mustShape panics, naming the operation and the shapes, unless ok holds.
func mustShape(ok bool, op string, ts ...*Tensor) {
	if ok {
		return
	}
	shapes := make([]string, len(ts))
	for i, t := range ts {
		shapes[i] = fmt.Sprint(t.Shape())
	}
	panic(fmt.Sprintf("autograd: %s: shapes %v do not fit", op, shapes))
}

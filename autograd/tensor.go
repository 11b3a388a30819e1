package autograd

import (
	"fmt"
	"slices"
)

const maxRank = 4

// Tensor is a dense row-major array of float32 with up to four dimensions.
//
// A tensor is either a leaf (made by Const or Param, living as long as its
// owner wants) or the result of an operation (living until the tape's Reset). It
// lies on the host or in the memory of a device. The zero value is no tensor, and
// nil is none: an operation on them panics, as do Dim, Cols, Rows and Row.
type Tensor struct {
	// Data holds the elements, last dimension fastest. It is nil where they lie in
	// the memory of a device, so that code of the host that reads them panics;
	// Tape.Host brings them here.
	Data []float32

	shape     [maxRank]int
	rank      int
	grad      *Tensor
	needsGrad bool
	dev       Device    // nil for the host
	at        Mem       // on dev
	tape      *Tape     // owner of the memory and of grad; nil for a leaf
	leaf      *leaf     // of what Const or Param made
	live      *liveRows // rows that need a gradient, if few do; see live.go
	last      bool      // the next operation that reads it is the last one
	pinned    bool      // a recorded backward reads it
}

// leaf is what belongs to tensors that are not results.
type leaf struct {
	Resident // copies of a frozen leaf on devices, as Mem
}

// Const wraps data as a tensor that needs no gradient: an input or a frozen
// weight. It panics if the shape does not describe len(data) elements.
func Const(data []float32, shape ...int) *Tensor {
	t := &Tensor{leaf: new(leaf)}
	t.setShape("Const", shape)
	if len(data) != t.Len() {
		panic(fmt.Sprintf("autograd: Const: shape %v needs %d elements, got %d", shape, t.Len(), len(data)))
	}
	t.Data = data
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
	t := new(Tensor)
	t.setShape("Zeros", shape)
	return Const(make([]float32, t.Len()), shape...)
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

// Dim returns dimension i. It panics if there is none.
func (t *Tensor) Dim(i int) int {
	if t == nil || uint(i) >= uint(t.rank) {
		t.missing(i)
	}
	return t.shape[i]
}

// Len returns the number of elements.
func (t *Tensor) Len() int {
	n := 1
	for _, d := range t.Shape() {
		n *= d
	}
	return n
}

// Cols returns the last dimension: the width of a row.
func (t *Tensor) Cols() int {
	if t == nil || t.rank == 0 {
		t.missing(0)
	}
	return t.shape[t.rank-1]
}

// Rows returns the number of rows when all but the last dimension are folded.
func (t *Tensor) Rows() int {
	if t == nil || t.rank == 0 {
		t.missing(0)
	}
	n := 1
	for _, d := range t.shape[:t.rank-1] {
		n *= d
	}
	return n
}

// isMatrix says whether t has two dimensions.
func (t *Tensor) isMatrix() bool {
	if t == nil {
		t.missing(0)
	}
	return t.rank == 2
}

// missing panics because of a dimension that a tensor does not have.
func (t *Tensor) missing(i int) {
	if t == nil || t.rank == 0 {
		panic("autograd: a tensor is nil or the zero Tensor: Const, Param, Zeros and operations make one")
	}
	panic(fmt.Sprintf("autograd: no dimension %d in the shape %v", i, t.Shape()))
}

// Row returns row r as a slice of Data. It panics if t is not on the host.
func (t *Tensor) Row(r int) []float32 {
	t.mustHost("Row")
	d := t.Cols()
	return t.Data[r*d : (r+1)*d]
}

// NeedsGrad reports whether Backward computes a gradient for t.
func (t *Tensor) NeedsGrad() bool { return t.needsGrad }

// SetTrainable turns a leaf into a parameter (true) or freezes it (false). It
// panics on the result of an operation, whose state follows from its inputs.
//
// Devices keep copies of frozen leaves. Whoever writes to the Data of one that a
// device has used calls SetTrainable(false) after it, which drops the copies.
func (t *Tensor) SetTrainable(on bool) {
	if t.tape != nil {
		panic("autograd: SetTrainable on the result of an operation")
	}
	t.needsGrad = on
	if t.leaf != nil {
		t.leaf.drop()
	}
	if !on {
		t.grad = nil
	}
}

// Grad returns the gradient that the last Backward left in a leaf of the host, in
// the layout of Data, or nil if it got none. Gradients add up over several
// Backward calls until ZeroGrad.
func (t *Tensor) Grad() []float32 {
	if t.grad == nil {
		return nil
	}
	t.grad.mustHost("Grad")
	return t.grad.Data
}

// Gradient returns the gradient of a leaf as a tensor beside it, or nil if it got
// none.
func (t *Tensor) Gradient() *Tensor { return t.grad }

// ZeroGrad clears the gradient of a leaf and keeps its memory.
func (t *Tensor) ZeroGrad() {
	if t.grad != nil {
		t.device().Zero(t.grad.mem())
	}
}

// Item returns the only element of a tensor of one element.
func (t *Tensor) Item() float32 {
	t.mustHost("Item")
	if len(t.Data) != 1 {
		panic(fmt.Sprintf("autograd: Item of a tensor of shape %v", t.Shape()))
	}
	return t.Data[0]
}

// GradBuffer returns the elements that the backward of an operation of the host
// adds t's gradient to, zeroed on first use, or nil if t needs none.
func (t *Tensor) GradBuffer() []float32 {
	if !t.needsGrad {
		return nil
	}
	return t.gradient().Data
}

// gradient returns the tensor to add t's gradient to, zeroed on first use.
func (t *Tensor) gradient() *Tensor {
	grad, fresh := t.target()
	if fresh {
		t.device().Zero(grad.mem())
	}
	return grad
}

// gradMem is the memory of gradient, or none if t is frozen.
func (t *Tensor) gradMem() Mem {
	if !t.needsGrad {
		return Mem{}
	}
	return t.gradient().mem()
}

// target returns the tensor for t's gradient. A fresh one holds anything, and
// the caller must overwrite all of it; to any other the caller adds.
func (t *Tensor) target() (grad *Tensor, fresh bool) {
	if t.grad != nil {
		return t.grad, false
	}
	if t.tape == nil {
		t.grad = &Tensor{shape: t.shape, rank: t.rank, dev: t.dev}
		t.grad.hold(t.device().New(t.Len()))
	} else {
		t.grad = t.tape.like(t)
	}
	return t.grad, true
}

func (t *Tensor) sameShape(u *Tensor) bool { return slices.Equal(t.Shape(), u.Shape()) }

// mustShape panics, naming the operation and the shapes, unless ok holds.
func mustShape(ok bool, op string, ts ...*Tensor) {
	if ok {
		return
	}
	panic(fmt.Sprintf("autograd: %s: shapes %v do not fit", op, shapesOf(ts)))
}

func shapesOf(ts []*Tensor) []string {
	shapes := make([]string, len(ts))
	for i, t := range ts {
		shapes[i] = fmt.Sprint(t.Shape())
	}
	return shapes
}

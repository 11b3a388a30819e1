package autograd

import (
	"fmt"

	"frontdoor/simd"
)

// Tape records the operations of one training step in execution order and
// owns the memory of their results. It is used by one goroutine; operations
// may work in parallel inside. A nil *Tape computes without recording.
type Tape struct {
	records []record
	inputs  []*Tensor // backing store of record.in
	headers []*Tensor // every result header handed out, reused after Reset
	used    int       // how many of headers are in use
	arena   arena
	walked  bool
	inner   *Tape // Checkpoint's scratch tape, made when first needed
}

// record is one executed operation: its result, its inputs, what else its
// backward needs, and the backward itself. It holds plain fields instead of a
// closure so that recording allocates nothing once the tape is warm.
type record struct {
	back    func(r *record)
	out     *Tensor
	in      []*Tensor
	saved   [2]*Tensor                     // intermediate values kept for the backward
	idx     []int                          // labels or row indices, owned by the caller
	refs    []RowRef                       // Assemble's row map, owned by the caller
	weights []float32                      // Combine's weights, owned by the caller
	lay     *Layout                        // Attention's layout, owned by the caller
	again   func(*Tape, []*Tensor) *Tensor // Checkpoint's function
	n       int                            // heads, classes or the like
	f       float32                        // factor, epsilon or the like
}

// NewTape returns an empty tape.
func NewTape() *Tape { return &Tape{} }

// Poison makes the tape fill freed buffers with NaN, so that a test notices
// any value that is read after Reset.
func (tp *Tape) Poison() { tp.arena.poison = true }

// ArenaBytes returns how many bytes of float buffers the tape holds. It stops
// growing once every step asks for the same sizes.
func (tp *Tape) ArenaBytes() int64 {
	if tp.inner == nil {
		return tp.arena.bytes
	}
	return tp.arena.bytes + tp.inner.ArenaBytes()
}

// Len returns the number of recorded operations.
func (tp *Tape) Len() int { return len(tp.records) }

// Buffer returns a tensor of undefined contents that needs no gradient and
// lives until Reset: room for a step's input.
func (tp *Tape) Buffer(shape ...int) *Tensor {
	t := tp.header()
	t.setShape("Buffer", shape)
	if tp == nil {
		t.Data = unowned(t.Len())
	} else {
		t.Data = tp.arena.get(t.Len())
	}
	return t
}

func (tp *Tape) header() *Tensor {
	if tp == nil {
		return &Tensor{}
	}
	if tp.used == len(tp.headers) {
		tp.headers = append(tp.headers, &Tensor{})
	}
	t := tp.headers[tp.used]
	tp.used++
	*t = Tensor{tape: tp, live: t.live[:0]}
	return t
}

// like returns a Buffer of t's shape.
func (tp *Tape) like(t *Tensor) *Tensor { return tp.Buffer(t.Shape()...) }

// record notes that out was computed from in. It returns nil when nobody will
// ask for a gradient; otherwise the caller may store in the record what the
// backward needs.
func (tp *Tape) record(out *Tensor, back func(*record), in ...*Tensor) *record {
	if !tp.wants(in...) {
		return nil
	}
	if tp.walked {
		panic("autograd: operation recorded after Backward; Reset the tape first")
	}
	out.needsGrad = true
	from := len(tp.inputs)
	tp.inputs = append(tp.inputs, in...)
	tp.records = append(tp.records, record{back: back, out: out, in: tp.inputs[from:len(tp.inputs):len(tp.inputs)]})
	return &tp.records[len(tp.records)-1]
}

// wants reports whether an operation on these inputs will be recorded.
func (tp *Tape) wants(in ...*Tensor) bool {
	if tp == nil {
		return false
	}
	for _, t := range in {
		if t.needsGrad {
			return true
		}
	}
	return false
}

// Backward computes the gradient of loss, a tensor of one element, with
// respect to every leaf that needs one, and adds it to the leaf's Grad.
// It panics if loss depends on no parameter, and on a second call before
// Reset.
func (tp *Tape) Backward(loss *Tensor) {
	switch {
	case tp == nil:
		panic("autograd: Backward on a nil tape: nothing was recorded")
	case tp.walked:
		panic("autograd: Backward twice on one tape; Reset it in between")
	case len(loss.Data) != 1:
		panic(fmt.Sprintf("autograd: Backward from shape %v, want one element", loss.Shape()))
	case !loss.needsGrad:
		panic("autograd: Backward: the loss depends on no parameter")
	}
	loss.gradient()[0] = 1
	tp.walkBack()
}

// walkBack runs all backwards in reverse, from whatever gradients the results
// have been given.
func (tp *Tape) walkBack() {
	tp.walked = true
	for i := len(tp.records) - 1; i >= 0; i-- {
		r := &tp.records[i]
		if r.out.grad == nil { // no path from here to the loss
			continue
		}
		r.back(r)
		// All consumers of this result came later on the tape, so its
		// gradient is complete and has just been passed on, as a whole perhaps.
		tp.arena.put(r.out.grad)
		r.out.grad = nil
	}
}

// passOn adds the result's gradient, which the backward has no more use for, to
// that of t: as it lies, if it is the first that t gets.
func (r *record) passOn(t *Tensor) {
	if t.grad == nil && t.tape != nil && t.tape == r.out.tape {
		t.grad, r.out.grad = r.out.grad, nil
	} else {
		simd.AddTo(t.gradient(), r.out.grad)
	}
}

// Reset forgets all records and makes the memory of all results free. Tensors
// that operations returned must not be used afterwards.
func (tp *Tape) Reset() {
	clear(tp.records)
	tp.records = tp.records[:0]
	clear(tp.inputs)
	tp.inputs = tp.inputs[:0]
	tp.used = 0
	tp.walked = false
	tp.arena.reset()
}

package autograd

import "fmt"

// Tape records the operations of one training step in execution order and
// owns the memory of their results. It is used by one goroutine; operations
// may work in parallel inside. A nil *Tape computes without recording.
type Tape struct {
	records []record
	inputs  []*Tensor // backing store of record.in
	labels  []int     // backing store of record.labels
	weights []float32 // backing store of record.weights
	headers []*Tensor // every result header handed out, reused after Reset
	used    int       // how many of headers are in use
	arenas  []*arena  // one for each device that a result was on
	sources []Mem     // operands of the kernel that is being called
	walked  bool
	poison  bool
	coarse  bool
	inner   *Tape // Recompute's tape, made when first needed
}

// record is one executed operation: its result, its inputs, what else its
// backward needs, and the backward itself. It holds plain fields instead of a
// closure so that recording allocates nothing once the tape is warm.
type record struct {
	back    func(r *record)
	out     *Tensor
	in      []*Tensor
	act     Activation                     // Linear
	z       *Tensor                        // Linear: before the activation
	eps     float32                        // LayerNorm, L2Normalize
	stats   *Tensor                        // LayerNorm: mean and rstd of rows; L2Normalize: their lengths
	lay     *Layout                        // Attention
	heads   int                            // Attention
	probs   *Tensor                        // Attention, CrossEntropy; nil if computed again
	index   *Index                         // of operations on rows
	first   int                            // Slice: its first row
	labels  []int                          // CrossEntropy
	factor  float32                        // Scale, ScaleExp
	weights []float32                      // Combine
	again   func(*Tape, []*Tensor) *Tensor // Recompute
	custom  func(dy []float32)             // Op
}

// NewTape returns an empty tape.
func NewTape() *Tape { return &Tape{} }

// Poison makes the tape fill freed buffers with NaN, so that a test notices
// any value that is read after Reset.
func (tp *Tape) Poison() {
	tp.poison = true
	for _, a := range tp.arenas {
		a.poison = true
	}
}

// ArenaBytes returns how many bytes of float buffers the tape holds on all
// devices. It stops growing once every step asks for the same sizes.
func (tp *Tape) ArenaBytes() (n int64) {
	for _, a := range tp.arenas {
		n += a.bytes
	}
	if tp.inner != nil {
		n += tp.inner.ArenaBytes()
	}
	return n
}

// arena returns the arena of a device.
func (tp *Tape) arena(dev Device) *arena {
	for _, a := range tp.arenas {
		if a.dev == dev {
			return a
		}
	}
	a := &arena{dev: dev, poison: tp.poison, coarse: tp.coarse}
	tp.arenas = append(tp.arenas, a)
	return a
}

// Len returns the number of recorded operations.
func (tp *Tape) Len() int { return len(tp.records) }

// Buffer returns a tensor of the host of undefined contents that needs no
// gradient and lives until Reset: room for a step's input.
func (tp *Tape) Buffer(shape ...int) *Tensor { return tp.result(CPU, shape...) }

// result returns a tensor of undefined contents on a device.
func (tp *Tape) result(dev Device, shape ...int) *Tensor {
	t := tp.header()
	t.setShape("Buffer", shape)
	if dev != CPU {
		t.dev = dev
	}
	switch {
	case tp != nil:
		t.hold(tp.arena(dev).get(t.Len()))
	case dev == CPU:
		t.Data = unowned(t.Len())
	default:
		t.at = dev.New(t.Len())
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
	*t = Tensor{tape: tp}
	return t
}

// like returns a tensor of undefined contents, of t's shape and beside it.
func (tp *Tape) like(t *Tensor) *Tensor { return tp.result(t.device(), t.Shape()...) }

// mems lists the memory of tensors on dev, until the next call.
func (tp *Tape) mems(dev Device, ts ...*Tensor) []Mem {
	var all []Mem
	if tp != nil {
		all = tp.sources[:0]
	}
	for _, t := range ts {
		all = append(all, t.on("Gather", dev))
	}
	if tp != nil {
		tp.sources = all
	}
	return all
}

// record notes that out was computed from in, all of which the backward may read.
// It returns nil when nobody will ask for a gradient; otherwise the caller may
// store in the record what the backward needs.
func (tp *Tape) record(out *Tensor, back func(*record), in ...*Tensor) *record {
	r := tp.recordUnread(out, back, in...)
	if r != nil {
		out.pinned = true
		for _, t := range in {
			t.pinned = true
		}
	}
	return r
}

// recordUnread is record for a backward that reads neither out nor in. What it
// reads after all the caller pins.
func (tp *Tape) recordUnread(out *Tensor, back func(*record), in ...*Tensor) *record {
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
	case loss.dev != nil || len(loss.Data) != 1:
		panic(fmt.Sprintf("autograd: Backward from shape %v, want one element", loss.Shape()))
	case !loss.needsGrad:
		panic("autograd: Backward: the loss depends on no parameter")
	}
	loss.gradient().Data[0] = 1
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
		if r.out.grad != nil {
			tp.drop(r.out.grad)
			r.out.grad = nil
		}
	}
}

// passOn adds the result's gradient, which the backward has no more use for, to
// that of t: as it lies, if it is the first that t gets.
func (r *record) passOn(t *Tensor) {
	if t.grad == nil && t.tape != nil && t.tape == r.out.tape {
		t.grad, r.out.grad = r.out.grad, nil
	} else {
		t.device().Axpy(1, r.out.grad.mem(), t.gradient().mem())
	}
}

// Reset forgets all records and makes the memory of all results free. Tensors
// that operations returned must not be used afterwards.
func (tp *Tape) Reset() {
	clear(tp.records)
	tp.records = tp.records[:0]
	clear(tp.inputs)
	tp.inputs = tp.inputs[:0]
	tp.labels, tp.weights = tp.labels[:0], tp.weights[:0]
	tp.used = 0
	tp.walked = false
	for _, a := range tp.arenas {
		a.reset()
	}
}

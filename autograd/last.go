package autograd

import "sync"

// Last says that the next operation with t is the last that reads it, and returns
// t: y = tp.Linear(tp.Last(x), w, b, act). If no backward reads t either, which
// the operations know, its memory goes back at once and later results take it
// over. The gradient of t flows as usual. The operations of towers do so (Linear,
// LinearAdd, LayerNorm, Attention, MatMul, Assemble, Gather, AddRows, ReplaceRows,
// To and Host); for others, and on a leaf, Last has no effect.
//
// Without a tape, memory otherwise goes back when the garbage collector sees
// it, and comes from there zeroed: Last saves both.
func (tp *Tape) Last(t *Tensor) *Tensor {
	t.last = t.leaf == nil && t.tape == tp
	return t
}

// done gives the memory of operands back that Last announced, unless a backward
// reads them. Each operation that reads tensors of a tower ends with it.
func (tp *Tape) done(ts ...*Tensor) {
	for _, t := range ts {
		if t != nil && t.last && !t.pinned {
			tp.drop(t)
		}
	}
}

// Release gives the memory of results back at once, unless a recorded backward
// reads them. It leaves leaves alone, and tensors that are not of this tape.
func (tp *Tape) Release(ts ...*Tensor) {
	for _, t := range ts {
		tp.done(tp.Last(t))
	}
}

// drop gives the memory of a result back.
func (tp *Tape) drop(t *Tensor) {
	t.last = false
	dev := t.device()
	m := t.held()
	switch {
	case m.Empty():
	case tp != nil:
		tp.arena(dev).put(m)
	case dev == CPU:
		giveBack(m.Host)
	default:
		dev.Free(m)
	}
}

// freeLists keeps what was given back without a tape, by length.
var freeLists sync.Map // of *sync.Pool of *[]float32

func freeList(n int) *sync.Pool {
	pool, ok := freeLists.Load(n)
	if !ok {
		pool, _ = freeLists.LoadOrStore(n, new(sync.Pool))
	}
	return pool.(*sync.Pool)
}

func giveBack(data []float32) { freeList(len(data)).Put(&data) }

// unowned returns n floats of undefined contents for a result without a tape.
func unowned(n int) []float32 {
	if p, ok := freeList(n).Get().(*[]float32); ok {
		return *p
	}
	return make([]float32, n)
}

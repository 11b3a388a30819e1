package autograd

import "sync"

// Free gives the memory of a result back before Reset, for results that a
// model knows to be of no more use: later operations and buffers take it over.
// The values must not be read again, neither by an operation nor by the
// backward of one. Linear and LinearAdd with a frozen weight do not read their
// x again, Assemble and AddRows read nothing again, nor does an operation that
// was not recorded (NeedsGrad of its result is false). The gradient of a freed
// result flows as usual.
//
// Without a tape, memory otherwise goes back when the garbage collector sees
// it, and comes from there zeroed: freeing saves both.
func (tp *Tape) Free(t *Tensor) {
	mustOwn("Free", tp, t)
	switch {
	case len(t.Data) == 0:
	case tp == nil:
		data := t.Data
		spare(len(data)).Put(&data)
	default:
		tp.arena.put(t.Data)
	}
	t.Data = nil
}

// mustOwn panics unless t is a result on the tape.
func mustOwn(op string, tp *Tape, t *Tensor) {
	if t.tape != tp || t.leaf {
		panic("autograd: " + op + " of a tensor that is not a result on this tape")
	}
}

// spares keeps what Free got without a tape, by length.
var spares sync.Map // of *sync.Pool of *[]float32

func spare(n int) *sync.Pool {
	pool, ok := spares.Load(n)
	if !ok {
		pool, _ = spares.LoadOrStore(n, new(sync.Pool))
	}
	return pool.(*sync.Pool)
}

// unowned returns n floats of undefined contents for a result without a tape.
func unowned(n int) []float32 {
	if p, ok := spare(n).Get().(*[]float32); ok {
		return *p
	}
	return make([]float32, n)
}

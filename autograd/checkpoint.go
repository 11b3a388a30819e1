package autograd

// Checkpoint is y = f(in...), keeping nothing of the way there but the inputs:
// Backward computes f once more, this time recording. It trades a second
// forward for the memory of everything f saves.
//
// f must compute with the tape and the tensors that it is handed; other than
// those it may use leaves only (frozen weights, parameters), since a result of
// the outer tape would not get its gradient. It must return the same values
// both times.
func (tp *Tape) Checkpoint(f func(tp *Tape, in []*Tensor) *Tensor, in ...*Tensor) *Tensor {
	if !tp.wants(in...) {
		return f(tp, in)
	}
	if tp.inner == nil {
		tp.inner = NewTape()
		tp.inner.arena.poison, tp.inner.arena.coarse = tp.arena.poison, true
	}
	y := f(tp.inner, detached(in, false))
	out := tp.like(y)
	copy(out.Data, y.Data)
	tp.inner.Reset()
	if r := tp.record(out, checkpointBack, in...); r != nil {
		r.again = f
	}
	return out
}

// checkpointBack: the inner tape adds to the gradients of the inputs directly.
func checkpointBack(r *record) {
	inner := r.out.tape.inner
	y := r.again(inner, detached(r.in, true))
	copy(y.gradient(), r.out.grad)
	inner.walkBack()
	inner.Reset()
}

// detached returns leaves with the data of ts. With gradients, those that
// stand for a tensor that needs one share its gradient buffer.
func detached(ts []*Tensor, gradients bool) []*Tensor {
	leaves := make([]*Tensor, len(ts))
	for i, t := range ts {
		leaf := *t
		leaf.tape, leaf.grad, leaf.needsGrad = nil, nil, gradients && t.needsGrad
		if leaf.needsGrad {
			leaf.grad = t.gradient()
		}
		leaves[i] = &leaf
	}
	return leaves
}

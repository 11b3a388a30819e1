package autograd

// Recompute is y = f(in...), saving only the inputs: Backward computes f once
// more, this time recording. It trades a second forward for the memory of
// everything f saves.
//
// f must compute with the tape and the tensors that it is handed; other than
// those it may use leaves only (frozen weights, parameters), since a result of
// the outer tape would not get its gradient. It must return the same values
// both times.
func (tp *Tape) Recompute(f func(tp *Tape, in []*Tensor) *Tensor, in ...*Tensor) *Tensor {
	if !tp.wants(in...) {
		return f(tp, in)
	}
	if tp.inner == nil {
		tp.inner = &Tape{poison: tp.poison, coarse: true}
	}
	y := f(tp.inner, detached(in, false))
	out := tp.like(y)
	out.device().Copy(out.mem(), y.mem())
	tp.inner.Reset()
	if r := tp.recordUnread(out, recomputeBack, in...); r != nil {
		r.again = f
		for _, x := range in {
			x.pinned = true
		}
	}
	return out
}

// recomputeBack: the inner tape adds to the gradients of the inputs directly.
func recomputeBack(r *record) {
	inner := r.out.tape.inner
	y := r.again(inner, detached(r.in, true))
	y.device().Copy(y.gradient().mem(), r.out.grad.mem())
	inner.walkBack()
	inner.Reset()
}

// detached returns tensors with the memory of ts and without their history. With
// gradients, those that stand for a tensor that needs one share its gradient.
func detached(ts []*Tensor, gradients bool) []*Tensor {
	copies := make([]*Tensor, len(ts))
	for i, t := range ts {
		c := *t
		c.tape, c.grad, c.last, c.needsGrad = nil, nil, false, gradients && t.needsGrad
		if c.needsGrad {
			c.grad = t.gradient()
		}
		copies[i] = &c
	}
	return copies
}

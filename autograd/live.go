package autograd

import "frontdoor/simd"

// The rows that enter a tower are mostly constant: only those of learned tokens
// lead back to anything that is trained. A tensor lists such rows in live as
// long as operations work row by row, up to the first attention, and the
// products that take gradients back to it leave the other rows at zero.

// keepLive notes which rows of y, assembled from srcs, come from a source that
// needs a gradient. Where most do it notes nothing: all rows then count.
func (y *Tensor) keepLive(refs []RowRef, srcs []*Tensor) {
	y.live = y.live[:0]
	for i, ref := range refs {
		if srcs[ref.Src].needsGrad {
			y.live = append(y.live, i)
		}
	}
	if 2*len(y.live) > len(refs) {
		y.live = y.live[:0]
	}
}

// sameLive notes that y was made of x row by row with other tensors, whose
// gradients, if they need any, take all rows.
func (y *Tensor) sameLive(x *Tensor, others ...*Tensor) {
	y.live = y.live[:0]
	for _, t := range others {
		if t.needsGrad {
			return
		}
	}
	y.live = append(y.live, x.live...)
}

// backToLive is dx += dz w for the live rows of x: as many of dz are gathered,
// multiplied, and put where they belong. The bits are those of the product of
// all rows.
func backToLive(x, w *Tensor, dz []float32) {
	in, out := x.Cols(), w.Dim(0)
	dx, fresh := x.target()
	if fresh {
		clearAll(dx)
	}
	arena := &x.tape.arena
	from, to := arena.get(len(x.live)*out), arena.get(len(x.live)*in)
	for i, row := range x.live {
		copy(from[i*out:(i+1)*out], dz[row*out:(row+1)*out])
		copy(to[i*in:(i+1)*in], dx[row*in:(row+1)*in])
	}
	simd.Gemm(simd.NN, simd.Dense(to, len(x.live), in), simd.Dense(from, len(x.live), out), w.rowMatrix(), !fresh)
	for i, row := range x.live {
		copy(dx[row*in:(row+1)*in], to[i*in:(i+1)*in])
	}
	arena.put(from)
	arena.put(to)
}

package autograd

import "frontdoor/simd"

// The rows that enter a tower are mostly constant: only those of learned tokens
// lead back to anything that is trained. A tensor lists such rows in live as
// long as operations work row by row, up to the first attention, and the
// products that take gradients back to it leave the other rows at zero.

// liveRows are the rows of a matrix that need a gradient.
type liveRows struct {
	take *Index // the live rows, one after the other, out of the matrix
	put  *Index // the matrix out of them; its other rows come from nowhere
}

// liveFor returns the rows that come from a source that needs a gradient, or nil
// where most do: all rows then count.
func (idx *Index) liveFor(srcs []*Tensor) *liveRows {
	var set uint64
	if len(srcs) > 64 {
		return nil
	}
	for s, t := range srcs {
		if t.needsGrad {
			set |= 1 << s
		}
	}
	idx.mu.Lock()
	defer idx.mu.Unlock()
	live, ok := idx.live[set]
	if !ok {
		live = idx.findLive(set)
		if idx.live == nil {
			idx.live = map[uint64]*liveRows{}
		}
		idx.live[set] = live
	}
	return live
}

func (idx *Index) findLive(set uint64) *liveRows {
	var rows []int
	back := make([]int, len(idx.refs))
	for i, ref := range idx.refs {
		back[i] = -1
		if ref.Src >= 0 && set>>ref.Src&1 == 1 {
			back[i] = len(rows)
			rows = append(rows, i)
		}
	}
	if 2*len(rows) > len(idx.refs) || rows == nil {
		return nil
	}
	return &liveRows{take: RowIndex(rows), put: RowIndex(back)}
}

// sameLive notes that y was made of x row by row with other tensors, whose
// gradients, if they need any, take all rows.
func (y *Tensor) sameLive(x *Tensor, others ...*Tensor) {
	for _, t := range others {
		if t.needsGrad {
			return
		}
	}
	y.live = x.live
}

// backToLive adds dz w to the rows of dx that need a gradient: gather, multiply,
// scatter. The bits are those of the product of all rows.
func backToLive(x, w, dz *Tensor) {
	dev, tp := x.device(), x.tape
	dx, fresh := x.target()
	if fresh {
		dev.Zero(dx.mem())
	}
	n := x.live.take.Len()
	from, to := tp.result(dev, n, dz.Cols()), tp.result(dev, n, dx.Cols()) // [live, out], [live, in]
	dev.Gather(from.mat(), x.live.take, tp.mems(dev, dz))
	if !fresh {
		dev.Gather(to.mat(), x.live.take, tp.mems(dev, dx))
	}
	dev.Gemm(simd.NN, to.mat(), from.mat(), w.matOn("Linear", dev), !fresh, Epilogue{})
	dev.Gather(dx.mat(), x.live.put, tp.mems(dev, to))
	tp.drop(from)
	tp.drop(to)
}

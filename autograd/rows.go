package autograd

// Assemble builds a matrix row by row out of several sources, as idx says: it is
// how token embeddings, learned prompt tokens, the class token and patches come
// together. The result is [len, D], on the device of the first source; rows that
// come from nowhere are zero.
func (tp *Tape) Assemble(idx *Index, srcs ...*Tensor) *Tensor {
	return tp.AssembleOn(srcs[0].device(), idx, srcs...)
}

// AssembleOn is Assemble on a device, nil for the host, of sources that are there
// or are frozen leaves.
func (tp *Tape) AssembleOn(dev Device, idx *Index, srcs ...*Tensor) *Tensor {
	if dev == nil {
		dev = CPU
	}
	return tp.gather("Assemble", dev, idx, srcs...)
}

// Gather picks rows of x [R, D]: row i of the result [len, D] is the row of x that
// idx names for it.
func (tp *Tape) Gather(x *Tensor, idx *Index) *Tensor {
	return tp.gather("Gather", x.device(), idx, x)
}

func (tp *Tape) gather(op string, dev Device, idx *Index, srcs ...*Tensor) *Tensor {
	d := srcs[0].Cols()
	for _, s := range srcs {
		mustShape(s.Cols() == d, op, srcs...)
	}
	idx.check(op, srcs...)
	y := tp.result(dev, idx.Len(), d) // [len, D]
	if idx.open {
		dev.Zero(y.mem())
	}
	dev.Gather(y.mat(), idx, tp.mems(dev, srcs...))
	if r := tp.recordUnread(y, gatherBack, srcs...); r != nil {
		r.index = idx
		y.live = idx.liveFor(srcs)
	}
	tp.done(srcs...)
	return y
}

// gatherBack: each source row adds up the gradients of the rows it went to.
func gatherBack(r *record) {
	dy := r.out.grad
	for s, src := range r.in {
		if src.needsGrad {
			dy.device().ScatterAdd(src.gradient().mem(), r.index, s, dy.mat())
		}
	}
}

// Slice is rows [lo, hi) of x [R, D].
func (tp *Tape) Slice(x *Tensor, lo, hi int) *Tensor {
	mustShape(0 <= lo && lo <= hi && hi <= x.Rows(), "Slice", x)
	y := tp.result(x.device(), hi-lo, x.Cols()) // [hi-lo, D]
	y.device().Copy(y.mem(), x.mem().part(lo*x.Cols(), hi*x.Cols()))
	if r := tp.recordUnread(y, sliceBack, x); r != nil {
		r.first = lo
	}
	return y
}

func sliceBack(r *record) {
	dy := r.out.grad
	at := r.first * dy.Cols()
	dy.device().Axpy(1, dy.mem(), r.in[0].gradient().mem().part(at, at+dy.Len()))
}

// AddRows adds a row of table [P, D] to each row of x [R, D], the one that idx
// names for it, or nothing: positional embeddings.
func (tp *Tape) AddRows(x, table *Tensor, idx *Index) *Tensor {
	mustShape(x.Cols() == table.Cols() && x.Rows() == idx.Len(), "AddRows", x, table)
	idx.check("AddRows", table)
	dev := x.device()
	y := tp.like(x) // [R, D]
	dev.AddRows(y.mat(), x.mat(), table.on("AddRows", dev), idx)
	if r := tp.recordUnread(y, addRowsBack, x, table); r != nil {
		r.index = idx
		y.sameLive(x, table)
	}
	tp.done(x)
	return y
}

func addRowsBack(r *record) {
	x, table, dy := r.in[0], r.in[1], r.out.grad
	if table.needsGrad {
		dy.device().ScatterAdd(table.gradient().mem(), r.index, 0, dy.mat())
	}
	if x.needsGrad {
		r.passOn(x)
	}
}

// ReplaceRows overwrites rows of x [R, D]: row i becomes the row of table [P, D]
// that idx names for it, or stays. It is how learned tokens enter later blocks.
// Only a few rows change, so the result takes over the memory of x, of which no
// element may be read again. It panics if x is not a result on this tape, or if
// the backward of another operation reads x: that of LinearAdd or Recompute, where
// x comes from, does not.
func (tp *Tape) ReplaceRows(x, table *Tensor, idx *Index) *Tensor {
	mustShape(x.Cols() == table.Cols() && x.Rows() == idx.Len(), "ReplaceRows", x, table)
	idx.check("ReplaceRows", table)
	if x.tape != tp || x.leaf != nil || x.pinned {
		panic("autograd: ReplaceRows of a tensor that is not a result on this tape, or that a backward reads")
	}
	y := tp.header()
	y.setShape("ReplaceRows", x.Shape())
	y.dev = x.dev
	y.hold(x.held())
	dev := y.device()
	dev.Gather(y.mat(), idx, tp.mems(dev, table))
	if r := tp.recordUnread(y, replaceRowsBack, x, table); r != nil {
		r.index = idx
	}
	return y
}

// replaceRowsBack: the gradients of rows that came from the table go there, and
// x gets the others.
func replaceRowsBack(r *record) {
	x, table, dy := r.in[0], r.in[1], r.out.grad
	dev := dy.device()
	if table.needsGrad {
		dev.ScatterAdd(table.gradient().mem(), r.index, 0, dy.mat())
	}
	if x.needsGrad {
		dev.Gather(dy.mat(), r.index, noRows[:])
		r.passOn(x)
	}
}

// noRows is a source of zeros for Device.Gather.
var noRows [1]Mem

// part is the memory of floats [lo, hi).
func (m Mem) part(lo, hi int) Mem {
	p := Mem{N: hi - lo}
	if m.Host != nil {
		p.Host = m.Host[lo:hi]
	}
	if m.Ptr != 0 {
		p.Ptr = m.Ptr + 4*uintptr(lo)
	}
	return p
}

package autograd

import (
	"fmt"

	"frontdoor/internal/parallel"
	"frontdoor/simd"
)

// RowRef names one row of one of several source tensors.
type RowRef struct{ Src, Row int32 }

// Assemble builds a matrix row by row out of several sources: row i of the
// result [len(refs), D] is row refs[i].Row of srcs[refs[i].Src]. It is how
// token embeddings, learned prompt tokens, the class token and patches come
// together. refs must stay unchanged until the tape's Reset.
func (tp *Tape) Assemble(refs []RowRef, srcs ...*Tensor) *Tensor {
	d := srcs[0].Cols()
	for _, s := range srcs {
		mustShape(s.Cols() == d, "Assemble", srcs...)
	}
	y := tp.Buffer(len(refs), d) // [len(refs), D]
	for i, ref := range refs {
		if ref.Src < 0 || int(ref.Src) >= len(srcs) || ref.Row < 0 || int(ref.Row) >= srcs[ref.Src].Rows() {
			panic(fmt.Sprintf("autograd: Assemble: row %d refers to row %d of source %d, which is not there", i, ref.Row, ref.Src))
		}
	}
	l := rowLoops.Get()
	l.y, l.srcs, l.refs = y, append(l.srcs[:0], srcs...), refs
	forRows(len(refs), d, l.assemble)
	l.release()
	if r := tp.record(y, assembleBack, srcs...); r != nil {
		r.refs = refs
		y.keepLive(refs, srcs)
	}
	return y
}

// assembleBack: each source row adds up the gradients of the rows it went to.
func assembleBack(r *record) {
	d := r.out.Cols()
	for i, ref := range r.refs {
		if src := r.in[ref.Src]; src.needsGrad {
			at := int(ref.Row) * d
			simd.AddTo(src.gradient()[at:at+d], r.out.grad[i*d:(i+1)*d])
		}
	}
}

// mustRow panics unless x has the row. Slicing would not notice a
// row behind the end if the memory goes on there, as in a part of a stored
// tensor.
func mustRow(op string, x *Tensor, row int) {
	if row < 0 || row >= x.Rows() {
		panic(fmt.Sprintf("autograd: %s: there is no row %d in shape %v", op, row, x.Shape()))
	}
}

// Rows gathers rows of x [R, D]: row i of the result [len(idx), D] is row
// idx[i] of x. idx must stay unchanged until the tape's Reset.
func (tp *Tape) Rows(x *Tensor, idx []int) *Tensor {
	y := tp.Buffer(len(idx), x.Cols()) // [len(idx), D]
	for i, row := range idx {
		mustRow("Rows", x, row)
		copy(y.Row(i), x.Row(row))
	}
	if r := tp.record(y, rowsBack, x); r != nil {
		r.idx = idx
	}
	return y
}

func rowsBack(r *record) {
	d := r.out.Cols()
	dx := r.in[0].gradient()
	for i, row := range r.idx {
		simd.AddTo(dx[row*d:(row+1)*d], r.out.grad[i*d:(i+1)*d])
	}
}

// AddRows adds a row of table [P, D] to each row of x [R, D]: row i gets table
// row idx[i], or nothing if idx[i] is negative. It adds positional embeddings.
// idx must stay unchanged until the tape's Reset.
func (tp *Tape) AddRows(x, table *Tensor, idx []int) *Tensor {
	mustShape(x.Cols() == table.Cols() && x.Rows() == len(idx), "AddRows", x, table)
	y := tp.like(x)
	for _, row := range idx {
		if row >= 0 {
			mustRow("AddRows", table, row)
		}
	}
	l := rowLoops.Get()
	l.y, l.x, l.table, l.idx = y, x, table, idx
	forRows(len(idx), x.Cols(), l.add)
	l.release()
	if r := tp.record(y, addRowsBack, x, table); r != nil {
		r.idx = idx
		y.sameLive(x, table)
	}
	return y
}

func addRowsBack(r *record) {
	x, table, dy := r.in[0], r.in[1], r.out.grad
	if dt := maybeGradient(table); dt != nil {
		addRowsTo(dt, dy, r.idx, x.Cols())
	}
	if x.needsGrad {
		r.passOn(x)
	}
}

// addRowsTo adds row i of dy [R, D] to row idx[i] of dt, where that is not
// negative.
func addRowsTo(dt, dy []float32, idx []int, d int) {
	for i, row := range idx {
		if row >= 0 {
			simd.AddTo(dt[row*d:(row+1)*d], dy[i*d:(i+1)*d])
		}
	}
}

// rowLoop runs Assemble and AddRows in parallel. Its functions are made once,
// so that a loop allocates nothing.
type rowLoop struct {
	y, x, table   *Tensor
	srcs          []*Tensor
	refs          []RowRef
	idx           []int
	assemble, add func(lo, hi int)
}

var rowLoops = parallel.NewStash(func() *rowLoop {
	l := new(rowLoop)
	l.assemble = func(lo, hi int) {
		for i := lo; i < hi; i++ {
			copy(l.y.Row(i), l.srcs[l.refs[i].Src].Row(int(l.refs[i].Row)))
		}
	}
	l.add = func(lo, hi int) {
		for i := lo; i < hi; i++ {
			if row := l.idx[i]; row < 0 {
				copy(l.y.Row(i), l.x.Row(i))
			} else {
				simd.Add(l.y.Row(i), l.x.Row(i), l.table.Row(row))
			}
		}
	}
	return l
})

func (l *rowLoop) release() {
	clear(l.srcs)
	l.y, l.x, l.table, l.refs, l.idx = nil, nil, nil, nil, nil
	rowLoops.Put(l)
}

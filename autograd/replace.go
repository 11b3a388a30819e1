package autograd

// ReplaceRows overwrites rows of x [R, D]: row i becomes row idx[i] of table
// [P, D], or stays if idx[i] is negative. It is how learned tokens enter later
// blocks. Only a few rows change, so the result takes over the memory of x, of
// which no element may be read again, neither by an operation nor by the
// backward of the one that x came from. LinearAdd and Checkpoint do not read
// their results again. It panics if x is not a result on this tape. idx must
// stay unchanged until the tape's Reset.
func (tp *Tape) ReplaceRows(x, table *Tensor, idx []int) *Tensor {
	mustShape(x.Cols() == table.Cols() && x.Rows() == len(idx), "ReplaceRows", x, table)
	mustOwn("ReplaceRows", tp, x)
	y := tp.header()
	y.setShape("ReplaceRows", x.Shape())
	y.Data, x.Data = x.Data, nil
	for i, row := range idx {
		if row >= 0 {
			mustRow("ReplaceRows", table, row)
			copy(y.Row(i), table.Row(row))
		}
	}
	if r := tp.record(y, replaceRowsBack, x, table); r != nil {
		r.idx = idx
	}
	return y
}

// replaceRowsBack: the gradients of rows that came from the table go there, and
// x gets the others.
func replaceRowsBack(r *record) {
	x, table, dy := r.in[0], r.in[1], r.out.grad
	d := x.Cols()
	if dt := maybeGradient(table); dt != nil {
		addRowsTo(dt, dy, r.idx, d)
	}
	if !x.needsGrad {
		return
	}
	for i, row := range r.idx {
		if row >= 0 {
			clear(dy[i*d : (i+1)*d])
		}
	}
	r.passOn(x)
}

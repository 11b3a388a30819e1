package autograd

import "testing"

// refRows gathers rows, in float64.
func refRows(d int, idx []int, x []float64) []float64 {
	var out []float64
	for _, r := range idx {
		out = append(out, x[r*d:(r+1)*d]...)
	}
	return out
}

func TestGatherGradients(t *testing.T) {
	idx := []int{2, 0, 2, 2, 4} // repeated rows, and rows nobody reads
	gradCase{
		name: "repeated rows",
		in:   params([]int{5, 3}),
		op:   func(tp *Tape, in []*Tensor) *Tensor { return tp.Gather(in[0], RowIndex(idx)) },
		ref:  func(in [][]float64) []float64 { return refRows(3, idx, in[0]) },
	}.run(t)
}

func TestSliceGradients(t *testing.T) {
	gradCase{
		name: "two of four rows",
		in:   params([]int{4, 3}),
		op: func(tp *Tape, in []*Tensor) *Tensor {
			return tp.Add(tp.Slice(in[0], 1, 3), tp.Slice(in[0], 2, 4))
		},
		ref: func(in [][]float64) []float64 {
			out := make([]float64, 6)
			for i := range out {
				out[i] = in[0][3+i] + in[0][6+i]
			}
			return out
		},
	}.run(t)
}

func TestAssembleGradients(t *testing.T) {
	refs := []RowRef{{0, 1}, {1, 0}, {0, 1}, {2, 2}, {1, 1}, {2, 0}, {0, 0}}
	in := params([]int{2, 4}, []int{2, 4}, []int{3, 4})
	c := gradCase{
		name: "three sources",
		in:   in,
		op:   func(tp *Tape, in []*Tensor) *Tensor { return tp.Assemble(NewIndex(refs), in...) },
		ref: func(in [][]float64) []float64 {
			var out []float64
			for _, r := range refs {
				out = append(out, refRows(4, []int{int(r.Row)}, in[r.Src])...)
			}
			return out
		},
	}
	c.run(t)
	c.name = "one source frozen"
	in[1].SetTrainable(false)
	c.run(t)
}

func TestAddRowsGradients(t *testing.T) {
	idx := []int{1, -1, 1, 0, -1}
	gradCase{
		name: "some rows get nothing",
		in:   params([]int{5, 3}, []int{3, 3}),
		op:   func(tp *Tape, in []*Tensor) *Tensor { return tp.AddRows(in[0], in[1], RowIndex(idx)) },
		ref: func(in [][]float64) []float64 {
			out := append([]float64(nil), in[0]...)
			for i, r := range idx {
				for j := range 3 {
					if r >= 0 {
						out[i*3+j] += in[1][r*3+j]
					}
				}
			}
			return out
		},
	}.run(t)
}

func TestRowsByHand(t *testing.T) {
	x := Param([]float32{1, 2, 3, 4}, 2, 2)
	table := Param([]float32{10, 20}, 1, 2)
	tp := NewTape()
	numbers(t, "Slice", tp.Slice(x, 1, 2).Data, 3, 4)
	numbers(t, "Gather", tp.Gather(x, RowIndex([]int{1, 1, -1})).Data, 3, 4, 3, 4, 0, 0)
	numbers(t, "Assemble", tp.Assemble(NewIndex([]RowRef{{1, 0}, {0, 1}}), x, table).Data, 10, 20, 3, 4)
	y := tp.AddRows(x, table, RowIndex([]int{0, -1}))
	numbers(t, "AddRows", y.Data, 11, 22, 3, 4)
	tp.Backward(weightedSum(tp, y, []float32{1, 2, 3, 4}))
	numbers(t, "dx", x.Grad(), 1, 2, 3, 4)
	numbers(t, "dtable", table.Grad(), 1, 2)
}

// The class token is stored as a vector; as a source it is one row.
func TestAssembleTakesAVectorAsOneRow(t *testing.T) {
	class := Param([]float32{7, 8}, 2)
	x := Const([]float32{1, 2, 3, 4}, 2, 2)
	tp := NewTape()
	y := tp.Assemble(NewIndex([]RowRef{{0, 0}, {1, 1}, {0, 0}}), class, x)
	numbers(t, "y", y.Data, 7, 8, 3, 4, 7, 8)
	tp.Backward(tp.Mean(y))
	numbers(t, "dclass", class.Grad(), 1.0/3, 1.0/3)
}

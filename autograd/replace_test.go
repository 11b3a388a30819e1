package autograd

import (
	"slices"
	"testing"
)

func TestReplaceRowsGradients(t *testing.T) {
	idx := []int{-1, 1, -1, 0, 1} // a repeated row of the table
	in := params([]int{5, 3}, []int{2, 3})
	c := gradCase{
		name: "both trained",
		in:   in,
		op: func(tp *Tape, in []*Tensor) *Tensor {
			return tp.ReplaceRows(tp.Slice(in[0], 0, 5), in[1], RowIndex(idx))
		},
		ref: func(in [][]float64) []float64 {
			out := slices.Clone(in[0])
			for i, r := range idx {
				if r >= 0 {
					copy(out[i*3:i*3+3], in[1][r*3:])
				}
			}
			return out
		},
	}
	c.run(t)
	c.name = "table frozen"
	in[1].SetTrainable(false)
	c.run(t)
	c.name = "stream frozen"
	in[0].SetTrainable(false)
	in[1].SetTrainable(true)
	c.run(t)
}

// The result and, in the backward, the gradient lie where the input's were.
func TestReplaceRowsTakesNoMemory(t *testing.T) {
	x, table := params([]int{50, 8})[0], params([]int{2, 8})[0]
	idx := slices.Repeat([]int{-1}, 50)
	idx[7], idx[30] = 0, 1
	bytes := func(replace bool) int64 {
		tp := NewTape()
		y := tp.Slice(x, 0, 50)
		if replace {
			y = tp.ReplaceRows(y, table, RowIndex(idx))
		}
		tp.Backward(tp.MeanSquare(y))
		return tp.ArenaBytes()
	}
	if with, without := bytes(true), bytes(false); with != without {
		t.Errorf("replacing rows took %d bytes", with-without)
	}
}

// What a caller still holds is not overwritten.
func TestReplaceRowsOfALeafPanics(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("rows of a parameter were overwritten")
		}
	}()
	NewTape().ReplaceRows(params([]int{2, 3})[0], params([]int{1, 3})[0], RowIndex([]int{0, -1}))
}

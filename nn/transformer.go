package nn

import (
	"fmt"

	"frontdoor/autograd"
)

// Transformer is a stack of blocks.
type Transformer struct {
	Blocks []Block

	// Recompute keeps only the input of each block for the backward, which
	// runs the block once more: about a third more time for a fraction of the
	// memory.
	Recompute bool
	// AllRows computes every row of the last block, though only those of the
	// readout are used. It is there to show what leaving them out brings.
	AllRows bool
}

// Deep holds prompt tokens that overwrite rows at the input of later blocks
// (MaPLe, section 3.2): Layers[l-1] [P, D] is used at block l >= 1. Rows says
// for each of the R rows which prompt token overwrites it, if any. What the
// block before produced there is dropped. The zero value replaces nothing.
type Deep struct {
	Rows   *autograd.Index
	Layers []*autograd.Tensor
}

// Readout says which rows are wanted after the last block, and how they ask:
// Layout has one query per entry of Rows.
type Readout struct {
	Rows   *autograd.Index
	Layout *autograd.Layout
}

// Forward runs x [R, D] through all blocks and returns the rows of out
// [len(out.Rows), D]; it is the last to read x. Only those rows of the last block
// are computed, since nobody reads the others. It panics if there are more deep
// prompts than blocks after the first.
func (t *Transformer) Forward(tp *autograd.Tape, x *autograd.Tensor, lay *autograd.Layout, deep Deep, out Readout) *autograd.Tensor {
	if len(deep.Layers) >= len(t.Blocks) && len(deep.Layers) > 0 {
		panic(fmt.Sprintf("nn: %d deep prompts for %d blocks", len(deep.Layers), len(t.Blocks)))
	}
	for l := range t.Blocks {
		if l >= 1 && l <= len(deep.Layers) {
			x = tp.ReplaceRows(x, deep.Layers[l-1], deep.Rows) // [R, D]
		}
		if last := l == len(t.Blocks)-1; last && !t.AllRows {
			x = t.block(tp, l, x, out.Layout, out.Rows) // [len(out.Rows), D]
		} else {
			x = t.block(tp, l, x, lay, nil) // [R, D]
		}
	}
	if t.AllRows {
		x = tp.Gather(tp.Last(x), out.Rows) // [len(out.Rows), D]
	}
	return x
}

// block runs one block, recomputed in the backward if all are.
func (t *Transformer) block(tp *autograd.Tape, l int, x *autograd.Tensor, lay *autograd.Layout, rows *autograd.Index) *autograd.Tensor {
	if !t.Recompute {
		return t.Blocks[l].Forward(tp, x, lay, rows)
	}
	return tp.Recompute(func(tp *autograd.Tape, in []*autograd.Tensor) *autograd.Tensor {
		return t.Blocks[l].Forward(tp, in[0], lay, rows)
	}, x)
}

package nn

import (
	"math"
	"testing"

	"frontdoor/autograd"
)

// Two sequences of four rows of width 16 with two heads, by hand: a block has
// 24·8·16² operations of linear layers and 4·32·16 of attention, back the same
// and 8·32·16; it keeps 8·(9·16+2·4+4) floats.
func TestBlockCostByHand(t *testing.T) {
	tr, _ := transformer(1)
	got := tr.Cost(8, autograd.Uniform(2, 4, true), everyRow(autograd.Uniform(2, 4, true)))
	if want := 24*8*256.0 + 4*32*16; got.Forward != want {
		t.Errorf("forward %v, want %v", got.Forward, want)
	}
	if want := 24*8*256.0 + 8*32*16; got.Backward != want {
		t.Errorf("backward %v, want %v", got.Backward, want)
	}
	if want := int64(4 * 8 * (9*16 + 2*4 + 4)); got.Saved != want {
		t.Errorf("saved %v, want %v", got.Saved, want)
	}
}

// lastRows reads the last row of each of two sequences of ten.
func lastRows() Readout {
	var groups []autograd.Group
	for i := range 2 {
		groups = append(groups, autograd.Group{Seqs: []autograd.Seq{{
			Query: autograd.Span{Lo: i, Hi: i + 1}, Keys: autograd.Span{Lo: 10 * i, Hi: 10*i + 10}, First: 9,
		}}})
	}
	return Readout{Rows: autograd.RowIndex([]int{9, 19}), Layout: autograd.NewLayout(true, groups...)}
}

// What the formulas say is what the tape's arena comes to, within a few
// percent, also with blocks recomputed.
func TestCostIsWhatTheArenaHolds(t *testing.T) {
	for _, recompute := range []bool{false, true} {
		tr, _ := transformer(8)
		tr.Recompute = recompute
		lay := autograd.Uniform(2, 10, true)
		x := random(20, width)
		tp := autograd.NewTape()
		in := tp.Scale(x, 1)
		tp.Backward(tp.MeanSquare(tr.Forward(tp, in, lay, Deep{}, lastRows())))
		c := tr.Cost(20, lay, lastRows())
		got, want := float64(tp.ArenaBytes()), float64(c.Saved+c.Working+floats(20*width))
		if math.Abs(got-want) > 0.05*want {
			t.Errorf("recompute %v: the arena holds %v bytes, the formula says %v", recompute, got, want)
		}
	}
}

func TestRecomputingCostsAForwardMore(t *testing.T) {
	tr, _ := transformer(8)
	lay := autograd.Uniform(2, 10, true)
	plain := tr.Cost(20, lay, lastRows())
	tr.Recompute = true
	again := tr.Cost(20, lay, lastRows())
	if again.Forward != plain.Forward || again.Backward != plain.Backward+plain.Forward {
		t.Errorf("recomputing: %+v, plain %+v", again, plain)
	}
	if again.Saved+again.Working > (plain.Saved+plain.Working)/2 {
		t.Errorf("recomputing keeps %d bytes, plain %d", again.Saved+again.Working, plain.Saved+plain.Working)
	}
}

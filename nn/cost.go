package nn

import "frontdoor/autograd"

// Cost is what a pass of rows through layers takes, by formula. Operations
// count a multiplication and an addition as two, of matrix products and
// attention alone: what works row by row is proportional to the rows and comes
// in with a measured rate.
type Cost struct {
	Forward  float64 // operations of the forward
	Backward float64 // operations of the backward, what it computes again included
	Saved    int64   // bytes that a recorded forward keeps for the backward
	Working  int64   // bytes that a recorded pass needs besides, at its greatest
	Bare     int64   // bytes that a forward without a tape needs at its greatest
}

// Plus returns the cost of both passes, one after the other on one tape, whose
// arena keeps what either worked in.
func (c Cost) Plus(d Cost) Cost {
	return Cost{c.Forward + d.Forward, c.Backward + d.Backward, c.Saved + d.Saved, c.Working + d.Working, max(c.Bare, d.Bare)}
}

// Times returns the cost of n such passes.
func (c Cost) Times(n float64) Cost {
	c.Forward *= n
	c.Backward *= n
	return c
}

// floats is a number of float32s in bytes.
func floats(n int) int64 { return 4 * int64(n) }

// Cost of a block in front of which there are R rows, of which it computes Q
// (all of them, or the ones read out), when the Q rows see S keys in all and
// heads keep P ≤ S probabilities each:
//
//	forward   queries 2QD², keys and values 4RD², output 2QD², MLP 4QDF,
//	          scores and their products with values 4SD
//	backward  the same products for the rows' gradient; none for weights, which
//	          are frozen; attention 8SD, and 2SD where it kept no probabilities.
//	          The 6D² a constant row of the first block that are left out count
//	saved     per row of R: keys and values 2D, statistics of LN1 2;
//	          per row of Q: queries D, sum D, before the activation F, result D,
//	          statistics of LN2 2; H·P probabilities. With Q = R and T keys a row
//	          that is 5D + F + H·T + 4 floats a row. Rows that were picked, D each.
//	working   gradients of rows 3D, of keys and values 2D, and of Q F + D
func (b *Block) cost(rows int, lay *autograd.Layout, picked *autograd.Index) Cost {
	q, d, f := rows, b.Up.W.Cols(), b.Up.W.Rows()
	if picked != nil {
		q = picked.Len()
	}
	s, kept := lay.Scores(), autograd.CPU.AttentionKeeps(lay, 1)
	linear := 4*mul(q, d, d) + 4*mul(q, d, f) + 4*mul(rows, d, d)
	c := Cost{
		Forward:  linear + 4*mul(s, d),
		Backward: linear + 8*mul(s, d),
		Saved:    floats(rows*(2*d+2) + q*(3*d+f+2) + b.Attn.Heads*kept),
		Working:  floats(rows*5*d + q*(d+f)),
		Bare:     floats(rows*4*d + q*(3*d+f)),
	}
	if kept == 0 {
		c.Backward += 2 * mul(s, d)
	}
	if picked != nil {
		c.Saved += floats(q * d)
	}
	return c
}

func mul(n ...int) float64 {
	p := 1.0
	for _, x := range n {
		p *= float64(x)
	}
	return p
}

// Cost of [Transformer.Forward] on so many rows in front of the first block.
// Deep prompts take nothing: they overwrite rows that nobody reads. With
// Recompute the tape keeps of a block what comes out of it, and one block at a
// time is worked on twice.
func (t *Transformer) Cost(rows int, lay *autograd.Layout, out Readout) Cost {
	var sum, most Cost
	for l := range t.Blocks {
		b, end := &t.Blocks[l], l == len(t.Blocks)-1
		c := b.cost(rows, lay, nil)
		if end && !t.AllRows {
			c = b.cost(rows, out.Layout, out.Rows)
		}
		d := b.Up.W.Cols()
		if t.Recompute {
			most.Working = max(most.Working, c.Saved+c.Working)
			c.Backward += c.Forward
			c.Saved, c.Working = floats(rows*d), floats(2*rows*d)
			if end && !t.AllRows {
				c.Saved = floats(out.Rows.Len() * d)
			}
		}
		sum.Forward += c.Forward
		sum.Backward += c.Backward
		sum.Saved += c.Saved
		sum.Working = max(sum.Working, c.Working)
		sum.Bare = max(sum.Bare, c.Bare)
	}
	sum.Working += most.Working
	return sum
}

package textenc

import "frontdoor/nn"

// Cost of Encode for packed prompts, learned tokens included. Ragged prompts
// and shared beginnings count as the rows that they are: no padding, and a
// beginning once a group. Besides the blocks there are D floats a row
// (embeddings with positions; without them they are worked in), 2D + E a prompt,
// and 2DE operations a prompt of the projection.
//
// In chunks, each is encoded once more in the backward, and memory is that of
// the largest chunk and the features.
func (e *Encoder) Cost(p *Batch) nn.Cost {
	if p.chunks != nil {
		return e.chunkCost(p)
	}
	d, n, r := e.Width, p.Len(), p.rows.Len()
	c := e.Transformer.Cost(r, p.layout, p.readout)
	product := 2 * float64(n) * float64(d) * float64(e.Projection.Cols())
	c.Forward += product
	c.Backward += product
	c.Saved += 4 * int64(r*d+n*(2*d+e.Projection.Cols()))
	c.Working += 4 * int64(r*d)
	c.Bare += 4 * int64(2*r*d)
	return c
}

func (e *Encoder) chunkCost(p *Batch) nn.Cost {
	var sum nn.Cost
	for _, chunk := range p.chunks {
		c := e.Cost(chunk)
		sum.Forward += c.Forward
		sum.Backward += c.Forward + c.Backward
		sum.Working = max(sum.Working, c.Saved+c.Working)
		sum.Bare = max(sum.Bare, c.Bare)
	}
	sum.Saved = 4 * int64(2*p.Len()*e.Projection.Cols())
	return sum
}

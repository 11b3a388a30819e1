package vit

import "frontdoor/nn"

// patches returns how many patches are embedded: those of each image once, also
// where several sequences share it.
func (b *Batch) patches() (n int) {
	for _, r := range b.rows.Refs() {
		if r.Src == 1 {
			n = max(n, int(r.Row)+1)
		}
	}
	return n
}

// Cost of Encode for a batch, learned tokens included. Besides the blocks there
// are, for G² patches of 3P² pixels an image, 2·G²·3P²·D operations of the patch
// projection (forward alone: no gradient goes to pixels), 2D + 2 floats a row
// (tokens with positions, normalised), and per image the projection's 2DE
// operations and 2D + E floats.
// Pixels and patches, G²(3P² + D) floats, and tokens without positions are
// worked in and given back.
func (e *Encoder) Cost(b *Batch) nn.Cost {
	d, n, r := e.Width, b.readout.Rows.Len(), b.rows.Len()
	c := e.Transformer.Cost(r, b.layout, b.readout)
	patches, pixels, embed := b.patches(), 3*e.Patch*e.Patch, e.Proj.Cols()
	product := 2 * float64(n) * float64(d) * float64(embed)
	c.Forward += product + 2*float64(patches)*float64(pixels)*float64(d)
	c.Backward += product
	c.Saved += 4 * int64(r*(2*d+2)+n*(2*d+embed))
	c.Working += 4 * int64(patches*(pixels+d)+r*d)
	c.Bare += 4 * int64(patches*(pixels+d)+3*r*d)
	return c
}

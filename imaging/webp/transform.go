package webp

import "errors"

// Kinds of transforms.
const (
	predictor = iota
	crossColour
	subtractGreen
	indexing
)

// transform is a step of the encoder that is undone.
type transform struct {
	kind  int
	w     int // columns of the image that it gives
	block uint
	data  []uint32 // a number for each block, or the palette
}

// transform reads one that gives an image [h, w] and returns how many columns the
// image before it has.
func (d *lossless) transform(w, h int) (narrow int, err error) {
	t := transform{kind: d.bits.bits(2), w: w}
	for _, seen := range d.transforms {
		if seen.kind == t.kind {
			return 0, errors.New("a transform comes twice")
		}
	}
	switch t.kind {
	case predictor, crossColour:
		t.block = uint(2 + d.bits.bits(3))
		t.data, err = d.image(blocks(w, t.block), blocks(h, t.block))
	case indexing:
		colours := d.bits.bits(8) + 1
		switch {
		case colours <= 2:
			t.block = 3
		case colours <= 4:
			t.block = 2
		case colours <= 16:
			t.block = 1
		}
		w = blocks(w, t.block)
		t.data, err = d.palette(colours, 1<<(8>>t.block))
	}
	d.transforms = append(d.transforms, t)
	return w, err
}

// palette reads colours, each as its difference from the one before; those up to
// size are transparent black.
func (d *lossless) palette(colours, size int) ([]uint32, error) {
	read, err := d.image(colours, 1)
	if err != nil {
		return nil, err
	}
	for i := 1; i < len(read); i++ {
		read[i] = add(read[i], read[i-1])
	}
	return append(read, make([]uint32, size-colours)...), nil
}

// undo returns the image [h, w] that the transform was applied to.
func (t *transform) undo(pix []uint32, h int) []uint32 {
	switch t.kind {
	case predictor:
		t.predict(pix, h)
	case crossColour:
		for i, v := range pix {
			pix[i] = uncross(t.data[i/t.w>>t.block*blocks(t.w, t.block)+i%t.w>>t.block], v)
		}
	case subtractGreen:
		for i, v := range pix {
			g := v >> 8 & 0xff
			pix[i] = v&0xff00ff00 | (v&0x00ff00ff+(g<<16|g))&0x00ff00ff
		}
	case indexing:
		return t.look(pix, h)
	}
	return pix
}

// look looks the colours up; each pixel holds 2^block indices in its green.
func (t *transform) look(pix []uint32, h int) []uint32 {
	out, across, bits := make([]uint32, t.w*h), blocks(t.w, t.block), 8>>t.block
	for y := range h {
		in, row := pix[y*across:][:across], out[y*t.w:][:t.w]
		for x := range row {
			shift := x & (1<<t.block - 1) * bits
			row[x] = t.data[in[x>>t.block]>>8&0xff>>shift&(1<<bits-1)]
		}
	}
	return out
}

// uncross adds the parts of green and red that were taken from red and blue.
func uncross(m, v uint32) uint32 {
	part := func(factor, colour uint32) uint32 { return uint32(int32(int8(factor)) * int32(int8(colour)) >> 5) }
	g := v >> 8
	r := (v>>16 + part(m, g)) & 0xff
	b := (v + part(m>>8, g) + part(m>>16, r)) & 0xff
	return v&0xff00ff00 | r<<16 | b
}

// add adds channel by channel.
func add(a, b uint32) uint32 {
	return (a&0xff00ff00+b&0xff00ff00)&0xff00ff00 | (a&0x00ff00ff+b&0x00ff00ff)&0x00ff00ff
}

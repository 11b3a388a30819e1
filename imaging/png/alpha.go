package png

import "encoding/binary"

// paletteOf returns the colours of a layout that Pillow keeps as indices (modes
// P and 1), black behind the file's, or nil.
func paletteOf(l layout, palette []byte) *[256][3]byte {
	var t [256][3]byte
	switch {
	case l.colour == 3:
		for i := range len(palette) / 3 {
			copy(t[i][:], palette[3*i:])
		}
	case l.colour == 0 && l.depth == 1:
		for i := range t[1:] {
			t[1+i] = [3]byte{255, 255, 255}
		}
	default:
		return nil
	}
	return &t
}

// alpha returns how opaque the pixels of p are, which clear, the data of tRNS,
// may say for a colour or for indices, or nothing if all are.
func (r *raster) alpha(p *Picture, clear []byte) (alpha []byte, keyed bool) {
	step := int(r.layout.depth) / 8
	look := &look{depth: int(r.layout.depth), size: int(r.layout.bits() / 8)}
	switch colour := r.layout.colour; {
	case colour == 4:
		look.at = [3]int{step, step, step}
	case colour == 6:
		look.at = [3]int{3 * step, 3 * step, 3 * step}
	case len(clear) == 0:
		return nil, false
	case colour == 3:
		look.indexed = true
		for i := range look.table {
			a := byte(255)
			if i < len(clear) {
				a = clear[i]
			}
			look.table[i] = [3]byte{a, a, a}
		}
	default:
		return clearColour(p, r.layout, clear), true
	}
	alpha = r.paint(p.W, p.H, look)
	for i := range p.W * p.H {
		alpha[i] = alpha[3*i]
	}
	return alpha[:p.W*p.H], r.layout.colour == 3
}

// clearColour returns 0 for the pixels of one colour and 255 for the others.
// Pillow compares it with the samples after they became bytes.
func clearColour(p *Picture, l layout, clear []byte) []byte {
	var key [3]uint16
	for c := range key {
		at := 2 * c
		if l.colour == 0 {
			at = 0
		}
		if key[c] = binary.BigEndian.Uint16(clear[at:]); l.colour == 0 && l.depth == 1 && key[c] != 0 {
			key[c] = 255
		}
	}
	alpha := make([]byte, p.W*p.H)
	for i := range alpha {
		if x := p.Pix[3*i:]; uint16(x[0]) != key[0] || uint16(x[1]) != key[1] || uint16(x[2]) != key[2] {
			alpha[i] = 255
		}
	}
	return alpha
}

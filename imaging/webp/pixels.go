package webp

// near are the first distances of a copy, as columns to the left (8 less than the
// low four bits count, to the right if negative) and rows up (the high bits).
var near = [120]uint8{
	0x18, 0x07, 0x17, 0x19, 0x28, 0x06, 0x27, 0x29, 0x16, 0x1a, 0x26, 0x2a,
	0x38, 0x05, 0x37, 0x39, 0x15, 0x1b, 0x36, 0x3a, 0x25, 0x2b, 0x48, 0x04,
	0x47, 0x49, 0x14, 0x1c, 0x35, 0x3b, 0x46, 0x4a, 0x24, 0x2c, 0x58, 0x45,
	0x4b, 0x34, 0x3c, 0x03, 0x57, 0x59, 0x13, 0x1d, 0x56, 0x5a, 0x23, 0x2d,
	0x44, 0x4c, 0x55, 0x5b, 0x33, 0x3d, 0x68, 0x02, 0x67, 0x69, 0x12, 0x1e,
	0x66, 0x6a, 0x22, 0x2e, 0x54, 0x5c, 0x43, 0x4d, 0x65, 0x6b, 0x32, 0x3e,
	0x78, 0x01, 0x77, 0x79, 0x53, 0x5d, 0x11, 0x1f, 0x64, 0x6c, 0x42, 0x4e,
	0x76, 0x7a, 0x21, 0x2f, 0x75, 0x7b, 0x31, 0x3f, 0x63, 0x6d, 0x52, 0x5e,
	0x00, 0x74, 0x7c, 0x41, 0x4f, 0x10, 0x20, 0x62, 0x6e, 0x30, 0x73, 0x7d,
	0x51, 0x5f, 0x40, 0x72, 0x7e, 0x61, 0x6f, 0x50, 0x71, 0x7f, 0x60, 0x70,
}

// distance returns how many pixels before this one a copy begins.
func distance(w, code int) int {
	if code > len(near) {
		return code - len(near)
	}
	n := int(near[code-1])
	return max(n>>4*w+8-n&15, 1)
}

// extent reads a length or a distance: small symbols are the number, larger ones
// its first two bits and how many follow.
func (r *bitReader) extent(symbol int) int {
	if symbol < 4 {
		return symbol + 1
	}
	extra := uint(symbol-2) >> 1
	return (2+symbol&1)<<extra + r.bits(extra) + 1
}

// rowsBetweenLooks is how often a decoder asks whether it is still wanted.
const rowsBetweenLooks = 64

// pixels decodes an image [h, w].
func (d *lossless) pixels(c *codes, w, h int) ([]uint32, error) {
	r, pix := &d.bits, make([]uint32, w*h)
	cache := colourCache{bits: c.cacheBits}
	if c.cacheBits > 0 {
		cache.colours = make([]uint32, 1<<c.cacheBits)
	}
	g, x, y := &c.groups[0], 0, 0
	for at := 0; at < len(pix); {
		if c.numbers != nil {
			g = &c.groups[c.numbers[y>>c.block*c.across+x>>c.block]]
		}
		r.fill()
		n, s := 1, g[green].symbol(r)
		switch {
		case s < literals:
			pix[at] = g.literal(r, s)
		case s < literals+lengths:
			n = r.extent(s - literals)
			back := g[distTree].symbol(r)
			r.fill()
			back = distance(w, r.extent(back))
			if back > at || n > len(pix)-at {
				return nil, errCopy
			}
			for i := at; i < at+n; i++ {
				pix[i] = pix[i-back]
			}
		default:
			pix[at] = cache.colour(pix[:at], s-literals-lengths)
		}
		if at += n; r.passed() && (!c.lenient || at < len(pix)) {
			return nil, errShort
		}
		for x += n; x >= w; x -= w {
			if y++; y%rowsBetweenLooks == 0 && d.ctx.Err() != nil {
				return nil, d.ctx.Err()
			}
		}
	}
	return pix, nil
}

// literal reads the rest of a pixel whose green is known.
func (g *group) literal(r *bitReader, s int) uint32 {
	red := g[red].symbol(r)
	r.fill()
	blue := g[blue].symbol(r)
	alpha := g[alphaTree].symbol(r)
	return uint32(alpha)<<24 | uint32(red)<<16 | uint32(s)<<8 | uint32(blue)
}

// colourCache remembers colours by their hash.
type colourCache struct {
	colours []uint32
	bits    uint
	entered int // pixels that are
}

// colour enters the pixels that were decoded since the last time and returns the
// colour at a place.
func (c *colourCache) colour(pix []uint32, at int) uint32 {
	const multiplier = 0x1e35a7bd
	for _, v := range pix[c.entered:] {
		c.colours[v*multiplier>>(32-c.bits)] = v
	}
	c.entered = len(pix)
	return c.colours[at]
}

package heif

import (
	"math"

	"frontdoor/imaging/internal/codec"
)

// libheif converts planes to RGB as libheif does for pillow-heif: chroma samples
// are repeated; samples of more than 8 bits are cut before its fast conversion
// and after its general one.
func libheif(p *codec.Planes, c colour) []byte {
	if p.Chroma == codec.Grey {
		return grey(narrow(p))
	}
	if p.Chroma == codec.Half && c.full && c.matrix != identity && c.matrix != ycgco {
		return repeatChroma(narrow(p), c.fixed())
	}
	return repeatChroma(p, c.floating(p.Depth))
}

// toRGB converts one pixel.
type toRGB func(y, cb, cr int) (r, g, b byte)

// repeatChroma converts pixel by pixel with the chroma sample that it lies in.
func repeatChroma(p *codec.Planes, rgb toRGB) []byte {
	pix := make([]byte, 3*p.W*p.H)
	cw, _ := p.ChromaSize()
	sx, sy := 0, 0
	if p.Chroma != codec.Full {
		sx = 1
	}
	if p.Chroma == codec.Half {
		sy = 1
	}
	for y := range p.H {
		luma, out := p.Samples[0][y*p.W:], pix[3*y*p.W:]
		cb, cr := p.Samples[1][y>>sy*cw:], p.Samples[2][y>>sy*cw:]
		for x := range p.W {
			o := out[3*x : 3*x+3 : 3*x+3]
			o[0], o[1], o[2] = rgb(int(luma[x]), int(cb[x>>sx]), int(cr[x>>sx]))
		}
	}
	return pix
}

// coefficients returns the factors of Cr in red, of Cb and Cr in green, of Cb in
// blue: those of BT.601 where the matrix does not say.
func (c colour) coefficients() (rCr, gCb, gCr, bCb float32) {
	kr, kb, ok := c.weights()
	if !ok {
		return 1.402, -0.344136, -0.714136, 1.772
	}
	r, b := float32(kr), float32(kb)
	return 2 * (1 - r), 2 * b * (1 - b) / (b + r - 1), 2 * r * (1 - r) / (b + r - 1), 2 * (1 - b)
}

// fixed is libheif's conversion with 8 bits behind the point, of full range.
func (c colour) fixed() toRGB {
	rCr, gCb, gCr, bCb := c.coefficients()
	round := func(v float32) int { return int(math.Round(float64(256 * v))) }
	kr, kgb, kgr, kb := round(rCr), round(gCb), round(gCr), round(bCb)
	return func(y, cb, cr int) (r, g, b byte) {
		u, v := cb-128, cr-128
		return clip8(y + (kr*v+128)>>8), clip8(y + (kgb*u+kgr*v+128)>>8), clip8(y + (kb*u+128)>>8)
	}
}

// floating is libheif's conversion of all other pictures, at their own depth.
func (c colour) floating(depth int) toRGB {
	rCr, gCb, gCr, bCb := c.coefficients()
	// libheif rounds 255/219 up and 255/224 so.
	const lumaGain, chromaGain = 1.1689, 1.1429
	shift := depth - 8
	half, black, top := 128<<shift, 16<<shift, 1<<depth-1
	clip := func(v float32) byte {
		if v < 0 {
			return 0
		}
		return byte(min(int(v+0.5), top) >> shift)
	}
	switch {
	case c.matrix == identity && c.full:
		return func(y, cb, cr int) (r, g, b byte) { return byte(cr >> shift), byte(y >> shift), byte(cb >> shift) }
	case c.matrix == identity:
		return func(y, cb, cr int) (r, g, b byte) {
			return clip(float32(cr-black) * chromaGain), clip(float32(y-black) * lumaGain), clip(float32(cb-black) * chromaGain)
		}
	case c.matrix == ycgco:
		return func(y, cb, cr int) (r, g, b byte) {
			u, v := cb-half, cr-half
			return clip8((y - u + v) >> shift), clip8((y + u) >> shift), clip8((y - u - v) >> shift)
		}
	}
	return func(y, cb, cr int) (r, g, b byte) {
		l, u, v := float32(y), float32(cb-half), float32(cr-half)
		if !c.full {
			l, u, v = (l-float32(black))*lumaGain, u*chromaGain, v*chromaGain
		}
		return clip(l + rCr*v), clip(l + gCb*u + gCr*v), clip(l + bCb*u)
	}
}

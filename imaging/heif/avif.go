package heif

import (
	"math"
	"slices"

	"frontdoor/imaging/internal/codec"
)

// libavif converts planes to RGB as libavif with libyuv does, which has a function
// for grey of 8 bits only where there is alpha beside it.
func libavif(p *codec.Planes, c colour, alpha bool) []byte {
	if k, ok := c.libyuv(); ok && (p.Chroma != codec.Grey || alpha && p.Depth == 8) {
		return bilinear(narrow(p), k.rgb)
	}
	return c.float(p)
}

// yuvConstants are libyuv's numbers of a matrix, with 6 bits behind the point:
// luma's factor (for samples of 16 bits) and offset, and the factors of Cb in
// blue and green, of Cr in green and red.
type yuvConstants struct{ yg, yb, ub, ug, vg, vr int }

var (
	fullBT601    = yuvConstants{16320, 32, 113, 22, 46, 90}
	fullBT709    = yuvConstants{16320, 32, 119, 12, 30, 101}
	fullBT2020   = yuvConstants{16320, 32, 120, 11, 37, 94}
	videoBT601   = yuvConstants{18997, -1160, 128, 25, 52, 102}
	videoBT709   = yuvConstants{18997, -1160, 128, 14, 34, 115}
	videoBT2020  = yuvConstants{19003, -1160, 128, 12, 42, 107}
	matrixOfPrim = map[int]int{1: 1, unspecified: 1, 5: 6, 6: 6, 9: 9}
)

// libyuv returns the constants that libavif takes from libyuv, if it does.
func (c colour) libyuv() (yuvConstants, bool) {
	matrix := c.matrix
	if matrix == derived {
		matrix = matrixOfPrim[c.primaries]
	}
	var full, video yuvConstants
	switch matrix {
	case 1:
		full, video = fullBT709, videoBT709
	case unspecified, 5, 6:
		full, video = fullBT601, videoBT601
	case 9:
		full, video = fullBT2020, videoBT2020
	default:
		return full, false
	}
	if c.full {
		return full, true
	}
	return video, true
}

func (k yuvConstants) rgb(y, cb, cr int) (r, g, b byte) {
	l := y*0x0101*k.yg>>16 + k.yb
	u, v := cb-128, cr-128
	return clip8((l + v*k.vr) >> 6), clip8((l - u*k.ug - v*k.vg) >> 6), clip8((l + u*k.ub) >> 6)
}

// bilinear converts pixel by pixel; chroma is widened first, a pixel takes 3/4
// of its sample and 1/4 of the next one on either axis that has fewer samples.
func bilinear(p *codec.Planes, rgb toRGB) []byte {
	pix := make([]byte, 3*p.W*p.H)
	cb, cr := slices.Repeat([]uint16{128}, p.W+1), slices.Repeat([]uint16{128}, p.W+1)
	for y := range p.H {
		if p.Chroma != codec.Grey {
			widenRow(cb, p, 1, y)
			widenRow(cr, p, 2, y)
		}
		luma, out := p.Samples[0][y*p.W:], pix[3*y*p.W:]
		for x := range p.W {
			o := out[3*x : 3*x+3 : 3*x+3]
			o[0], o[1], o[2] = rgb(int(luma[x]), int(cb[x]), int(cr[x]))
		}
	}
	return pix
}

// neighbours returns the rows of chroma that row y of the picture lies between,
// the nearest first. At the borders, and where no rows are missing, both are
// one.
func neighbours(p *codec.Planes, c, y int) (near, far []uint16) {
	w, h := p.ChromaSize()
	n, f := y, y
	if p.Chroma == codec.Half {
		n = y / 2
		f = min(max(n-1+2*(y%2), 0), h-1)
		if y == p.H-1 && y%2 == 1 {
			f = n
		}
	}
	return p.Samples[c][n*w : (n+1)*w], p.Samples[c][f*w : (f+1)*w]
}

// widenRow writes row y of a chroma plane at full width.
func widenRow(out []uint16, p *codec.Planes, c, y int) {
	near, far := neighbours(p, c, y)
	if p.Chroma == codec.Full {
		copy(out, near)
		return
	}
	// libyuv's linear filter, of which the two-dimensional one with equal rows
	// differs by its rounding.
	linear := &near[0] == &far[0]
	n := len(near)
	at := func(i, side int) uint16 {
		a, b, c, d := int(near[i]), int(near[side]), int(far[i]), int(far[side])
		if linear {
			return uint16((3*a + b + 2) >> 2)
		}
		return uint16((9*a + 3*b + 3*c + d + 8) >> 4)
	}
	for i := range n {
		out[2*i] = at(i, max(i-1, 0))
		if 2*i+1 < len(out) {
			out[2*i+1] = at(i, min(i+1, n-1))
		}
	}
	if p.W%2 == 1 { // the last pixel has its own sample alone
		out[p.W-1] = at(n-1, n-1)
	}
}

// float converts as libavif's own code does: everything in 0..1.
func (c colour) float(p *codec.Planes) []byte {
	top := float32(int(1)<<p.Depth - 1)
	biasY, rangeY, biasC, rangeC := float32(0), top, float32(int(1)<<(p.Depth-1)), top
	if !c.full {
		s := float32(int(1) << (p.Depth - 8))
		biasY, rangeY, rangeC = 16*s, 219*s, 224*s
	}
	if c.matrix == identity {
		biasC, rangeC = biasY, rangeY
	}
	convert := c.unit()
	pix := make([]byte, 3*p.W*p.H)
	cb, cr := make([]float32, p.W+1), make([]float32, p.W+1)
	for y := range p.H {
		if p.Chroma != codec.Grey {
			widenFloat(cb, p, 1, y, biasC, rangeC)
			widenFloat(cr, p, 2, y, biasC, rangeC)
		}
		for x, v := range p.Samples[0][y*p.W : (y+1)*p.W] {
			l := (float32(v) - biasY) / rangeY
			r, g, b := l, l, l
			if p.Chroma != codec.Grey {
				r, g, b = convert(l, cb[x], cr[x])
			}
			o := pix[3*(y*p.W+x):][:3]
			o[0], o[1], o[2] = unitByte(r), unitByte(g), unitByte(b)
		}
	}
	return pix
}

func unitByte(v float32) byte { return byte(0.5 + min(max(v, 0), 1)*255) }

// unit returns the conversion of luma in 0..1 and chroma in -1/2..1/2.
func (c colour) unit() func(y, cb, cr float32) (r, g, b float32) {
	switch c.matrix {
	case identity:
		return func(y, cb, cr float32) (r, g, b float32) { return cr, y, cb }
	case ycgco:
		return func(y, cb, cr float32) (r, g, b float32) { return y - cb + cr, y + cb, y - cb - cr }
	case reversible:
		return lifted
	}
	kr64, kb64, ok := c.weights()
	if !ok {
		kr64, kb64 = 0.299, 0.114
	}
	kr, kb := float32(kr64), float32(kb64)
	kg := 1 - kr - kb
	return func(y, cb, cr float32) (r, g, b float32) {
		return y + 2*(1-kr)*cr, y - 2*(kr*(1-kr)*cr+kb*(1-kb)*cb)/kg, y + 2*(1-kb)*cb
	}
}

// lifted undoes the lifting steps of reversible YCgCo (ITU-T H.273, equations 62
// to 65) on whole numbers, of which those of 10 bits make colours of 8.
func lifted(y, cg, co float32) (r, g, b float32) {
	whole := func(v float32) int { return int(math.Floor(float64(float32(v*1023) + 0.5))) }
	v := whole(cg)
	t := whole(y) - v>>1
	green := t + v
	v = whole(co)
	blue := min(max(t-v>>1, 0), 255)
	return float32(blue+v) / 255, float32(green) / 255, float32(blue) / 255
}

// widenFloat is widenRow without rounding, of samples less a bias over their range.
// The filter adds up in libavif's order.
func widenFloat(out []float32, p *codec.Planes, c, y int, bias, span float32) {
	near, far := neighbours(p, c, y)
	unit := func(v uint16) float32 { return (float32(v) - bias) / span }
	if p.Chroma == codec.Full {
		for x, v := range near {
			out[x] = unit(v)
		}
		return
	}
	n := len(near)
	at := func(i, side int) float32 {
		return float32(unit(near[i])*(9./16)) + float32(unit(near[side])*(3./16)) + float32(unit(far[i])*(3./16)) + float32(unit(far[side])*(1./16))
	}
	for i := range n {
		out[2*i] = at(i, max(i-1, 0))
		if 2*i+1 < len(out) {
			out[2*i+1] = at(i, min(i+1, n-1))
		}
	}
}

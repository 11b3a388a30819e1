package jpeg

// upsampler brings one component to the size of the image: libjpeg's "fancy
// upsampling", a triangle filter, where two pixels share a sample, and
// repetition for other ratios and for planes too narrow for the filter.
type upsampler struct {
	sx, sy int // pixels that share a sample
	fancy  bool
}

func newUpsampler(f *frame, c *component) upsampler {
	u := upsampler{sx: f.maxH / c.h, sy: f.maxV / c.v}
	switch {
	case f.lossless:
	case u.sx == 1:
		u.fancy = u.sy == 2
	case u.sx == 2 && u.sy <= 2:
		u.fancy = c.width > 2
	}
	return u
}

// row returns row y at full width; tmp is room for it.
func (u *upsampler) row(tmp []byte, c *component, y, width int) []byte {
	near := c.row(y / u.sy)
	far := near
	if u.sy == 2 { // the next nearest row: above for even y, below for odd y
		far = c.row(y/2 - 1 + y%2*2)
	}
	switch {
	case u.sx == 1 && u.sy == 1:
		return near
	case u.fancy && u.sy == 1:
		h2v1(tmp, near, c.width)
	case u.fancy && u.sx == 1:
		h1v2(tmp, near, far, c.width, 1+y%2)
	case u.fancy:
		h2v2(tmp, near, far, c.width)
	case u.sx == 1:
		return near
	default:
		repeat(tmp, near, width, u.sx)
	}
	return tmp
}

// repeat writes each sample n times, width pixels in all.
func repeat(dst, src []byte, width, n int) {
	for x := 0; x < width; x += n {
		for i := range n {
			dst[x+i] = src[x/n]
		}
	}
}

// h2v1Generic writes two pixels for each of w samples: three parts of it and
// one of its left or right neighbour. The two rounding terms differ so that the
// errors do not drift to one side.
func h2v1Generic(dst, src []byte, w int) {
	dst[0], dst[2*w-1] = src[0], src[w-1]
	for x := 1; x < w; x++ {
		a, b := int(src[x-1]), int(src[x])
		dst[2*x-1] = byte((3*a + b + 2) >> 2)
		dst[2*x] = byte((3*b + a + 1) >> 2)
	}
}

// h1v2Generic writes w pixels between two rows, nearer to the first.
func h1v2Generic(dst, near, far []byte, w, bias int) {
	for x := range w {
		dst[x] = byte((3*int(near[x]) + int(far[x]) + bias) >> 2)
	}
}

// h2v2Generic writes two pixels for each of w samples between two rows: the
// triangle filter down the columns, then along the row, with one rounding.
func h2v2Generic(dst, near, far []byte, w int) {
	a := 3*int(near[0]) + int(far[0])
	dst[0] = byte((4*a + 8) >> 4)
	for x := 1; x < w; x++ {
		b := 3*int(near[x]) + int(far[x])
		dst[2*x-1] = byte((3*a + b + 7) >> 4)
		dst[2*x] = byte((3*b + a + 8) >> 4)
		a = b
	}
	dst[2*w-1] = byte((4*a + 7) >> 4)
}

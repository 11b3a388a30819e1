package jpeg

// padding is how many bytes the kernels may read or write behind a row.
const padding = 64

// colorSpace is what the components of a frame mean.
type colorSpace int

const (
	spaceGray colorSpace = iota
	spaceRGB
	spaceYCC
	spaceCMYK
	spaceYCCK
)

// output turns planes into pixels.
type output struct {
	image *Image
	space colorSpace
	next  int         // the next row of pixels
	rows  [4][]byte   // a row of each component at full width
	up    []upsampler // of each component
}

// chooseOutput finds out what the components mean, as libjpeg guesses it from
// the markers, and how each is brought to full size.
func (d *decoder) chooseOutput() error {
	f, o := &d.frame, &d.out
	switch n := len(f.comps); n {
	case 1:
		o.space = spaceGray
	case 3:
		o.space = d.threeComponents()
		if f.lossless && o.space == spaceYCC {
			return unsupported("a lossless frame of YCbCr")
		}
	case 4:
		o.space = spaceCMYK
		if d.adobe && d.transform != 0 {
			o.space = spaceYCCK
		}
		if f.lossless && o.space == spaceYCCK {
			return unsupported("a lossless frame of YCCK")
		}
	default:
		return unsupportedf("%d components", n)
	}
	for i := range f.comps {
		o.up = append(o.up, newUpsampler(f, &f.comps[i]))
	}
	return nil
}

// threeComponents tells RGB from YCbCr: by JFIF, then by Adobe's transform,
// then by the components' names.
func (d *decoder) threeComponents() colorSpace {
	c := d.frame.comps
	switch {
	case d.jfif:
		return spaceYCC
	case d.adobe && d.transform == 0:
		return spaceRGB
	case d.adobe:
		return spaceYCC
	case c[0].id == 'R' && c[1].id == 'G' && c[2].id == 'B', d.frame.lossless:
		return spaceRGB
	}
	return spaceYCC
}

// emit writes the rows of pixels that are complete when iMCU row row is in the
// planes: all but the last row group, which needs the samples below.
func (d *decoder) emit(row int) {
	f, o := &d.frame, &d.out
	if o.image == nil {
		o.image = &Image{W: f.width, H: f.height, Pix: make([]byte, 3*f.width*f.height)}
		if o.space == spaceCMYK || o.space == spaceYCCK {
			o.image.Inks, o.image.Black = make([]byte, 3*f.width*f.height), make([]byte, f.width*f.height)
		}
		for i := range f.comps {
			if f.comps[i].h != f.maxH || f.comps[i].v != f.maxV {
				o.rows[i] = make([]byte, f.width+2*f.maxH+padding)
			}
		}
	}
	end := f.height
	if row < f.rows-1 {
		end = (row+1)*f.maxV*f.unit - f.maxV
	}
	for ; o.next < end; o.next++ {
		var in [4][]byte
		for i := range f.comps {
			in[i] = o.up[i].row(o.rows[i], &f.comps[i], o.next, f.width)
		}
		o.convert(o.next, &in)
	}
}

// convert writes a row of pixels.
func (o *output) convert(row int, in *[4][]byte) {
	n := o.image.W
	dst := o.image.Pix[3*n*row:][:3*n]
	switch o.space {
	case spaceGray:
		for x, v := range in[0][:n] {
			p := dst[3*x : 3*x+3 : 3*x+3]
			p[0], p[1], p[2] = v, v, v
		}
	case spaceRGB, spaceCMYK:
		r, g, b := in[0][:n], in[1][:n], in[2][:n]
		for x := range r {
			p := dst[3*x : 3*x+3 : 3*x+3]
			p[0], p[1], p[2] = r[x], g[x], b[x]
		}
	default:
		yccRow(dst, in[0], in[1], in[2])
	}
	switch o.space {
	case spaceCMYK:
		o.ink(row, in[3][:n], 255)
	case spaceYCCK:
		o.ink(row, in[3][:n], 0)
	}
}

// ink keeps the inks of a row and mixes them.
func (o *output) ink(row int, black []byte, invert byte) {
	n := o.image.W
	dst := o.image.Pix[3*n*row:][:3*n]
	inks := o.image.Inks[3*n*row:][:3*n]
	for i, v := range dst {
		inks[i] = v ^ invert
	}
	for x, light := range black {
		o.image.Black[n*row+x] = 255 - light
	}
	inkRow(dst, black, invert)
}

// inkRow mixes three inks with black. dst holds the inks as the file has them,
// or inverted, and invert is 255 or 0 accordingly. Pillow takes CMYK in JPEG to
// be stored inverted, as Adobe does, whatever the markers say: then 255-k is
// the black ink, and an ink takes its part of the light that black leaves.
func inkRow(dst, black []byte, invert byte) {
	for x, light := range black {
		p := dst[3*x : 3*x+3 : 3*x+3]
		for i, v := range p {
			p[i] = light - mulDiv255(v^invert, light)
		}
	}
}

// mulDiv255 is a*b/255, rounded.
func mulDiv255(a, b byte) byte {
	t := uint32(a)*uint32(b) + 128
	return byte((t>>8 + t) >> 8)
}

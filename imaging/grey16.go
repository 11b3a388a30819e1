package imaging

import "math"

// Pillow scales 16-bit grey in float64 and rounds each pass to 16 bits. The
// images here hold a sample as the three bytes high, low, low.

// resample16 returns the image scaled to w columns and h rows. Source: Pillow,
// src/libImaging/Resample.c, ImagingResampleHorizontal_16bpc.
func resample16(im *Image, w, h int, f Filter) *Image {
	if f == Nearest {
		return nearest(im, w, h, window{0, 0, w, h})
	}
	if w != im.W {
		out := New(w, im.H)
		for x := range w {
			lo, weights := f.Weights(im.W, w, x)
			for y := range im.H {
				store16(out, x, y, weights, func(i int) (int, int) { return lo + i, y }, im)
			}
		}
		im = out
	}
	if h != im.H {
		out := New(w, h)
		for y := range h {
			lo, weights := f.Weights(im.H, h, y)
			for x := range w {
				store16(out, x, y, weights, func(i int) (int, int) { return x, lo + i }, im)
			}
		}
		im = out
	}
	return im
}

// store16 writes a weighted sum of samples. What leaves the range of 16 bits
// becomes what it does in Pillow, whose bytes are limited one by one.
func store16(out *Image, x, y int, weights []float64, place func(i int) (x, y int), in *Image) {
	sum := 0.0
	for i, k := range weights {
		px, py := place(i)
		p := in.row(py)[3*px:]
		sum += float64(k * float64(int(p[0])<<8+int(p[1])))
	}
	v := int(math.Copysign(math.Floor(math.Abs(sum)+0.5), sum))
	low := uint8(min(max(v%256, 0), 255))
	o := out.row(y)[3*x:]
	o[0], o[1], o[2] = uint8(min(max(v>>8, 0), 255)), low, low
}

// grey16To8 is Pillow's conversion of 16-bit grey to RGB: what does not fit into
// a byte is white.
func grey16To8(im *Image) *Image {
	out := New(im.W, im.H)
	for i := 0; i < len(out.Pix); i += 3 {
		v := im.Pix[i+1]
		if im.Pix[i] != 0 {
			v = 255
		}
		out.Pix[i], out.Pix[i+1], out.Pix[i+2] = v, v, v
	}
	return out
}

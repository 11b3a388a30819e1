package imaging

import (
	"fmt"
	"math"
)

// Resize returns the image scaled to w columns and h rows with Pillow's
// bicubic filter, byte for byte. An axis that keeps its size is not filtered.
// It panics if w or h is not positive.
func Resize(im *Image, w, h int) *Image { return Resample(im, w, h, Bicubic) }

// Resample is Resize with any of Pillow's filters.
func Resample(im *Image, w, h int, f Filter) *Image {
	return resizeWindow(im, w, h, window{0, 0, w, h}, f)
}

// ResizeShort scales the image so that its shorter side has n pixels and the
// longer side trunc(n*long/short), as torchvision's Resize(n) does. An image
// that already has this size is returned itself. It panics if n is not
// positive.
func ResizeShort(im *Image, n int) *Image {
	im.must("ResizeShort")
	w, h := shortSize(im.W, im.H, n)
	if w == im.W && h == im.H {
		return im
	}
	return Resize(im, w, h)
}

// Square is CLIP's preprocessing of a photograph, up to the tensor:
// CenterCrop(n, n) of ResizeShort(im, n). Only the pixels that survive the
// crop are computed, which gives the same bytes in less time, and keeps the
// memory small for images that are thousands of times longer than wide.
// It panics if n is not positive.
func Square(im *Image, n int) *Image {
	im.must("Square")
	w, h := shortSize(im.W, im.H, n)
	return resizeWindow(im, w, h, window{centerOffset(w, n), centerOffset(h, n), n, n}, Bicubic)
}

// shortSize returns the size that ResizeShort gives to a w by h image.
func shortSize(w, h, n int) (int, int) {
	if w <= h {
		return n, int(float64(n*h) / float64(w))
	}
	return int(float64(n*w) / float64(h)), n
}

// window is a rectangle of the output image.
type window struct{ x, y, w, h int }

// resizeWindow computes the part win of the image scaled to w by h. As in
// Pillow the horizontal pass comes first and rounds to 8 bits; it visits only
// the rows that the vertical pass will read.
func resizeWindow(im *Image, w, h int, win window, f Filter) *Image {
	im.must("Resize")
	if w <= 0 || h <= 0 || win.w <= 0 || win.h <= 0 {
		panic(fmt.Sprintf("imaging.Resize: sides must be positive, have [%d, %d] from [%d, %d]", h, w, im.H, im.W))
	}
	if f == Nearest {
		return nearest(im, w, h, win)
	}
	rows := newTaps(im.H, h, win.y, win.h, f)
	first, last := rows.span()
	mid := &Image{W: im.W, H: last - first, Pix: im.Pix[3*im.W*first : 3*im.W*last]}
	switch {
	case w != im.W:
		mid = horizontal(mid, newTaps(im.W, w, win.x, win.w, f))
	case win.x != 0 || win.w != im.W || h == im.H:
		mid = mid.Crop(win.x, 0, win.w, mid.H) // a copy, if nothing is filtered
	}
	if h == im.H {
		return mid
	}
	rows.shift(-first)
	return vertical(mid, rows)
}

// The filter weights are fixed-point numbers with this many fractional bits:
// 32 minus 8 for the pixel and 2 for the overshoot of the filter.
const (
	weightBits = 22
	weightHalf = 1 << (weightBits - 1)
)

// horizontal filters each row of src: [H, W, 3] -> [H, len(t.lo), 3].
func horizontal(src *Image, t *taps) *Image {
	dst := New(len(t.lo), src.H)
	y := 0
	if useAVX2 {
		y = horizontalRows(dst, src, t)
	}
	horizontalGeneric(dst, src, t, y)
	return dst
}

// horizontalGeneric filters the rows from y on. It is the specification of the
// kernel.
func horizontalGeneric(dst, src *Image, t *taps, y int) {
	for ; y < src.H; y++ {
		in, out := src.row(y), dst.row(y)
		for x, lo := range t.lo {
			weights := t.of(x)
			px := in[3*lo : 3*(lo+len(weights))]
			r, g, b := int32(weightHalf), int32(weightHalf), int32(weightHalf)
			for i, k := range weights {
				p := px[3*i : 3*i+3 : 3*i+3]
				r += int32(p[0]) * k
				g += int32(p[1]) * k
				b += int32(p[2]) * k
			}
			o := out[3*x : 3*x+3 : 3*x+3]
			o[0], o[1], o[2] = clip8(r), clip8(g), clip8(b)
		}
	}
}

// vertical filters each column of src: [H, W, 3] -> [len(t.lo), W, 3].
func vertical(src *Image, t *taps) *Image {
	dst := New(src.W, len(t.lo))
	for y, lo := range t.lo {
		in, out, weights := src.Pix[3*src.W*lo:3*src.W*(lo+t.n[y])], dst.row(y), t.of(y)
		done := 0
		if useAVX2 {
			done = verticalRow(out, in, weights)
		}
		verticalGeneric(out, in, weights, done)
	}
	return dst
}

// verticalGeneric computes the values of one row from x on, from as many rows
// as there are weights. It is the specification of the kernel.
func verticalGeneric(out, in []uint8, weights []int32, x int) {
	for ; x < len(out); x++ {
		sum := int32(weightHalf)
		for i, k := range weights {
			sum += int32(in[i*len(out)+x]) * k
		}
		out[x] = clip8(sum)
	}
}

// clip8 rounds a fixed-point sum to a byte, with saturation: the filter's
// negative lobes overshoot at edges.
func clip8(v int32) uint8 {
	return uint8(min(max(v>>weightBits, 0), 255))
}

// taps holds the filter of one axis: output i reads the inputs lo[i],
// lo[i]+1, ... with the weights weight[i*width : i*width+n[i]].
type taps struct {
	lo, n  []int
	weight []int32
	width  int
}

// of returns the weights of output i.
func (t *taps) of(i int) []int32 {
	return t.weight[i*t.width : i*t.width+t.n[i]]
}

// span returns the half-open range of inputs that some output reads.
func (t *taps) span() (first, last int) {
	end := len(t.lo) - 1 // lo and lo+n never decrease with i
	return t.lo[0], t.lo[end] + t.n[end]
}

// shift moves the inputs by d.
func (t *taps) shift(d int) {
	for i := range t.lo {
		t.lo[i] += d
	}
}

// newTaps returns the filter that scales an axis from in to out, for the
// outputs from, ..., from+count-1.
//
// When the image shrinks, the filter is widened by the scale, which is what
// keeps fine patterns from aliasing. Each product that feeds a sum is
// converted explicitly, so that no processor fuses the two and changes the
// last bit.
func newTaps(in, out, from, count int, f Filter) *taps {
	if in == out { // the axis is copied, not filtered
		t := &taps{lo: make([]int, count), n: make([]int, count), width: 1}
		for i := range count {
			t.lo[i], t.n[i] = from+i, 1
		}
		return t
	}
	a := newAxis(in, out, f)
	width := min(in, int(math.Ceil(a.support))*2+1)
	t := &taps{lo: make([]int, count), n: make([]int, count), weight: make([]int32, count*width), width: width}
	w := make([]float64, 0, width)
	for i := range count {
		var sum float64
		t.lo[i], w, sum = a.weights(w[:0], from+i)
		t.n[i] = len(w)
		for x, v := range w {
			t.weight[i*width+x] = fixed(v, sum)
		}
	}
	return t
}

// axis is a filter on an axis that is scaled.
type axis struct {
	in                   int
	scale, wide, support float64
	kernel               func(float64) float64
}

func newAxis(in, out int, f Filter) axis {
	a := axis{in: in, scale: float64(in) / float64(out)}
	a.wide = max(a.scale, 1)
	a.kernel, a.support = f.kernel()
	a.support *= a.wide
	return a
}

// weights appends the weights of output i to w and returns their sum, which
// they are still to be divided by. The first is that of the input lo.
func (a axis) weights(w []float64, i int) (lo int, all []float64, sum float64) {
	center := float64((float64(i) + 0.5) * a.scale)
	lo = max(0, int(center-a.support+0.5))
	hi := min(a.in, int(center+a.support+0.5))
	for x := lo; x < hi; x++ {
		v := a.kernel((float64(x) - center + 0.5) * (1 / a.wide))
		w = append(w, v)
		sum += v
	}
	return lo, w, sum
}

// Weights returns what output i of an axis that is scaled from in to out takes
// of the inputs from lo on; the weights sum to 1. Tables of positions are scaled
// so, too. It panics for Nearest, which has none.
func (f Filter) Weights(in, out, i int) (lo int, weights []float64) {
	lo, weights, sum := newAxis(in, out, f).weights(nil, i)
	for x := range weights {
		weights[x] /= sum
	}
	return lo, weights
}

// fixed returns w/sum as a fixed-point number, rounded half away from zero.
func fixed(w, sum float64) int32 {
	if sum != 0 {
		w /= sum
	}
	w = float64(w * (1 << weightBits))
	if w < 0 {
		return int32(w - 0.5)
	}
	return int32(w + 0.5)
}

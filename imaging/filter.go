package imaging

import (
	"fmt"
	"math"
)

// Filter is one of Pillow's resampling filters. When a picture shrinks, each
// but Nearest is widened by the scale, so that it does not alias.
type Filter int

// The filters; the zero value is CLIP's. Pillow numbers them otherwise, see
// FilterOf.
const (
	Bicubic  Filter = iota // cubic convolution, a = -0.5
	Nearest                // the pixel at the place, no average
	Bilinear               // a triangle
	Box                    // the mean of the pixels that are covered
	Hamming                // a windowed sinc of width 2
	Lanczos                // a windowed sinc of width 6
)

var filterNames = []string{"bicubic", "nearest", "bilinear", "box", "hamming", "lanczos"}

// String returns the filter's name.
func (f Filter) String() string {
	if f >= 0 && int(f) < len(filterNames) {
		return filterNames[f]
	}
	return fmt.Sprintf("Filter(%d)", int(f))
}

// FilterNamed returns the filter of that name, and whether there is one.
func FilterNamed(name string) (Filter, bool) {
	for i, n := range filterNames {
		if n == name {
			return Filter(i), true
		}
	}
	return 0, false
}

// FilterOf returns the filter of Pillow's number (PIL.Image.Resampling), and
// whether there is one.
func FilterOf(resample int) (Filter, bool) {
	order := []Filter{Nearest, Lanczos, Bilinear, Bicubic, Box, Hamming}
	if resample < 0 || resample >= len(order) {
		return 0, false
	}
	return order[resample], true
}

// kernel returns the weight at a distance in pixels, and the distance from
// which on it is 0. Source: Pillow, src/libImaging/Resample.c.
func (f Filter) kernel() (weight func(float64) float64, support float64) {
	switch f {
	case Bicubic:
		return bicubic, 2
	case Bilinear:
		return triangle, 1
	case Box:
		return box, 0.5
	case Hamming:
		return hamming, 1
	case Lanczos:
		return lanczos, 3
	}
	panic("imaging: no kernel of " + f.String())
}

// bicubic is the cubic convolution kernel with a = -0.5. Each product that
// feeds a sum is converted explicitly, so that no processor fuses the two.
func bicubic(t float64) float64 {
	const a = -0.5
	t = math.Abs(t)
	switch {
	case t < 1:
		return float64(float64(float64((a+2)*t)-(a+3))*t*t) + 1
	case t < 2:
		return float64(float64(float64(float64((t-5)*t)+8)*t)-4) * a
	}
	return 0
}

func triangle(t float64) float64 { return max(0, 1-math.Abs(t)) }

func box(t float64) float64 {
	if t > -0.5 && t <= 0.5 {
		return 1
	}
	return 0
}

func hamming(t float64) float64 {
	t = math.Abs(t)
	switch {
	case t == 0:
		return 1
	case t >= 1:
		return 0
	}
	t *= math.Pi
	return math.Sin(t) / t * (0.54 + float64(0.46*math.Cos(t)))
}

func lanczos(t float64) float64 {
	if t >= -3 && t < 3 {
		return sinc(t) * sinc(t/3)
	}
	return 0
}

func sinc(t float64) float64 {
	if t == 0 {
		return 1
	}
	t *= math.Pi
	return math.Sin(t) / t
}

// nearest computes the part win of the image scaled to w by h without a
// filter. Pillow adds the step up pixel by pixel in float64, which rounds
// otherwise than a product would.
func nearest(im *Image, w, h int, win window) *Image {
	columns, rows := nearestPlaces(im.W, w), nearestPlaces(im.H, h)
	dst := New(win.w, win.h)
	for y := range win.h {
		in, out := im.row(rows[win.y+y]), dst.row(y)
		for x := range win.w {
			at := 3 * columns[win.x+x]
			copy(out[3*x:3*x+3], in[at:at+3])
		}
	}
	return dst
}

// nearestPlaces returns the input of each output of an axis.
func nearestPlaces(in, out int) []int {
	places := make([]int, out)
	step := float64(in) / float64(out)
	at := step * 0.5
	for i := range places {
		places[i] = min(int(at), in-1)
		at += step
	}
	return places
}

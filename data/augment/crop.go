package augment

import (
	"math"
	"math/rand/v2"
)

// cropFlip scales a random square part of the image, in the image's own aspect
// ratio, back to full size, and mirrors it half of the time.
//
// The part covers an area U(MinArea, 1) of the image at a uniform place inside
// it. Pixels are read with bilinear interpolation, and a reflected border
// stands beyond the outermost pixels.
type cropFlip struct {
	MinArea float32
}

// Apply crops and mirrors; see operation. It takes random numbers for area, column, row and flip, in
// this order.
func (c cropFlip) Apply(dst, src []float32, h, w int, rng *rand.Rand) {
	checkShape("cropFlip", dst, src, h, w)
	side := float32(math.Sqrt(float64(uniform(rng, c.MinArea, 1))))
	tx := uniform(rng, -1, 1) * (1 - side)
	ty := uniform(rng, -1, 1) * (1 - side)
	sx := side
	if rng.Float32() >= 0.5 {
		sx = -side
	}
	sample(dst, src, h, w, axis(w, sx, tx), axis(h, side, ty))
}

// tap is the interpolation of an output pixel along an axis: (1-t) of pixel a and
// t of pixel b.
type tap struct {
	a, b int
	t    float32
}

// axis maps the n pixels of an axis by x -> scale*x + shift, in coordinates in
// which the image spans -1 to 1 and pixel j has its centre at (2j+1)/n - 1.
func axis(n int, scale, shift float32) []tap {
	taps := make([]tap, n)
	for j := range taps {
		x := float64(2*j+1)/float64(n) - 1
		x = float64(scale)*x + float64(shift)
		x = reflect(((x+1)*float64(n)-1)/2, n)
		lo := math.Floor(x)
		a := int(lo)
		taps[j] = tap{a: a, b: min(a+1, n-1), t: float32(x - lo)}
	}
	return taps
}

// reflect folds a pixel coordinate back into an axis of n pixels, mirrored at
// its outer edges -0.5 and n-0.5; the half pixel inside each edge takes the
// value of the outermost pixel.
func reflect(x float64, n int) float64 {
	span := float64(n)
	x = math.Abs(x + 0.5)
	fold := math.Floor(x / span)
	x -= fold * span
	if math.Mod(fold, 2) == 1 {
		x = span - x
	}
	return min(max(x-0.5, 0), span-1)
}

// sample writes dst[c, y, x] = src[c, ys[y], xs[x]], interpolated.
func sample(dst, src []float32, h, w int, xs, ys []tap) {
	for c := range 3 {
		in, out := src[c*h*w:(c+1)*h*w], dst[c*h*w:(c+1)*h*w]
		for y, v := range ys {
			top, bottom := in[v.a*w:(v.a+1)*w], in[v.b*w:(v.b+1)*w]
			row := out[y*w : (y+1)*w]
			for x, u := range xs {
				p := top[u.a] + u.t*(top[u.b]-top[u.a])
				q := bottom[u.a] + u.t*(bottom[u.b]-bottom[u.a])
				row[x] = p + v.t*(q-p)
			}
		}
	}
}

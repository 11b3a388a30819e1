package augment

import (
	"math"

	"frontdoor/imaging"
)

// Uniform is a source of random numbers: *rand.Rand of math/rand/v2, or a
// generator that repeats PyTorch's.
type Uniform interface {
	// Float32 returns a number in [0, 1).
	Float32() float32
	// IntN returns a number in [0, n).
	IntN(n int) int
}

// ResizedCrop is torchvision's RandomResizedCrop: a random rectangle of the
// photograph, scaled to a square.
type ResizedCrop struct {
	// ScaleMin and ScaleMax bound the rectangle's share of the area.
	ScaleMin, ScaleMax float32
	// RatioMin and RatioMax bound width over height, sampled log-uniformly.
	RatioMin, RatioMax float64
}

// DefaultCrop has the parameters of torchvision and of CoOp's configurations.
var DefaultCrop = ResizedCrop{ScaleMin: 0.08, ScaleMax: 1, RatioMin: 3. / 4, RatioMax: 4. / 3}

// Box is a rectangle of an image, in pixels.
type Box struct{ X, Y, W, H int }

// Sample samples the rectangle for an image of w columns and h rows. It makes ten
// attempts at an area and a ratio that fit the image; after that it takes the
// largest centred rectangle within the ratios. The order of random numbers and the
// roundings, single and double precision included, are torchvision's.
func (c ResizedCrop) Sample(w, h int, rng Uniform) Box {
	logMin := float32(math.Log(float64(float32(c.RatioMin))))
	logMax := float32(math.Log(float64(float32(c.RatioMax))))
	for range 10 {
		area := float64(w*h) * float64(between(rng, c.ScaleMin, c.ScaleMax))
		ratio := float64(float32(math.Exp(float64(between(rng, logMin, logMax)))))
		cw := int(math.RoundToEven(math.Sqrt(area * ratio)))
		ch := int(math.RoundToEven(math.Sqrt(area / ratio)))
		if 0 < cw && cw <= w && 0 < ch && ch <= h {
			top := rng.IntN(h - ch + 1)
			left := rng.IntN(w - cw + 1)
			return Box{X: left, Y: top, W: cw, H: ch}
		}
	}
	return c.largest(w, h)
}

// largest returns the largest centred rectangle within the ratios.
func (c ResizedCrop) largest(w, h int) Box {
	cw, ch := w, h
	switch ratio := float64(w) / float64(h); {
	case ratio < c.RatioMin:
		ch = max(1, min(h, int(math.RoundToEven(float64(w)/c.RatioMin))))
	case ratio > c.RatioMax:
		cw = max(1, min(w, int(math.RoundToEven(float64(h)*c.RatioMax))))
	}
	return Box{X: (w - cw) / 2, Y: (h - ch) / 2, W: cw, H: ch}
}

// between maps a uniform number to [lo, hi) in float32, in two roundings as
// PyTorch does.
func between(rng Uniform, lo, hi float32) float32 {
	return float32(rng.Float32()*(hi-lo)) + lo
}

// Image samples a rectangle of im, then a flip with probability one half, and
// returns the rectangle scaled to n by n pixels. Pixels outside the rectangle
// have no influence.
func (c ResizedCrop) Image(im *imaging.Image, n int, rng Uniform) *imaging.Image {
	b := c.Sample(im.W, im.H, rng)
	flip := rng.Float32() < 0.5
	out := imaging.Resize(im.Crop(b.X, b.Y, b.W, b.H), n, n)
	if flip {
		out.FlipH()
	}
	return out
}

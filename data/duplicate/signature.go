package duplicate

import (
	"math/bits"

	"frontdoor/imaging"
)

// side is that of the grids that signatures are made of.
const side = 16

// Two images are near duplicates if no more than nearBits of 256 differences have
// another sign, and if the colours of the grid differ by no more than nearColour of
// 255 on average, as root of the mean square.
const (
	nearBits   = 10
	nearColour = 8
)

// Signature is what near duplicates have nearly in common.
type Signature struct {
	rising [side * side / 64]uint64 // is the next cell in a row brighter?
	colour [3 * side * side]uint8   // of a grid over the whole image
}

// Of returns the signature of an image.
func Of(im *imaging.Image) *Signature {
	s := new(Signature)
	copy(s.colour[:], imaging.Resample(im, side, side, imaging.Box).Pix)
	grey := imaging.Resample(im, side+1, side, imaging.Box)
	for y := range side {
		for x := range side {
			at := y*(side+1) + x
			if brightness(grey, at) < brightness(grey, at+1) {
				i := y*side + x
				s.rising[i/64] |= 1 << (i % 64)
			}
		}
	}
	return s
}

// brightness is the luma of a pixel, 0 to 255,000.
func brightness(im *imaging.Image, at int) int {
	p := im.Pix[3*at : 3*at+3]
	return 299*int(p[0]) + 587*int(p[1]) + 114*int(p[2])
}

// Near says whether two images are near duplicates.
func (s *Signature) Near(other *Signature) bool {
	different := 0
	for i, w := range s.rising {
		different += bits.OnesCount64(w ^ other.rising[i])
	}
	if different > nearBits {
		return false
	}
	sum := 0
	for i, v := range s.colour {
		d := int(v) - int(other.colour[i])
		sum += d * d
	}
	return sum <= nearColour*nearColour*len(s.colour)
}

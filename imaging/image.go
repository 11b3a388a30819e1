package imaging

import (
	"errors"
	"fmt"
	"math"
)

// Image is an 8-bit RGB image, interleaved and row-major: the red, green and
// blue bytes of the pixel in row y and column x start at Pix[3*(y*W+x)].
// len(Pix) is 3*W*H.
//
// Functions of this package panic, in words, of a value that is otherwise; Check
// tells.
type Image struct {
	W, H int
	Pix  []uint8

	source *source // of a decoded picture that was not RGB or grey
}

// New returns a black image of w columns and h rows. It panics if a side is
// not positive, or the image beyond all memory.
func New(w, h int) *Image {
	if w <= 0 || h <= 0 || w > math.MaxInt/3/h {
		panic(fmt.Sprintf("imaging.New: sides must be positive and fit into memory, have %dx%d", w, h))
	}
	return &Image{W: w, H: h, Pix: make([]uint8, 3*w*h)}
}

// Check returns an error if im, which a program may have made itself, is no image:
// it is nil, a side is not positive, or Pix has another length than the sides ask
// for.
func (im *Image) Check() error {
	switch {
	case im == nil:
		return errors.New("the image is nil")
	case im.W <= 0 || im.H <= 0:
		return fmt.Errorf("an image of %d x %d pixels has none", im.W, im.H)
	case im.W > math.MaxInt/3/im.H || len(im.Pix) != 3*im.W*im.H:
		return fmt.Errorf("an image of %d x %d pixels has %d bytes, want 3 for each", im.W, im.H, len(im.Pix))
	}
	return nil
}

// must panics, naming the operation, unless im is an image.
func (im *Image) must(op string) {
	if err := im.Check(); err != nil {
		panic(fmt.Sprintf("imaging.%s: %v", op, err))
	}
}

// row returns row y of the image, 3*W bytes.
func (im *Image) row(y int) []uint8 {
	return im.Pix[3*y*im.W : 3*(y+1)*im.W]
}

// Crop copies the w by h rectangle whose upper left corner is (x, y). Parts
// of the rectangle outside the image are black. It panics if w or h is not
// positive.
func (im *Image) Crop(x, y, w, h int) *Image {
	im.must("Crop")
	out := New(w, h)
	lo, hi := max(x, 0), min(x+w, im.W)
	if lo >= hi {
		return out
	}
	for r := max(y, 0); r < min(y+h, im.H); r++ {
		copy(out.row(r - y)[3*(lo-x):], im.row(r)[3*lo:3*hi])
	}
	return out
}

// CenterCrop copies the w by h rectangle in the middle of the image, as
// torchvision does: an image smaller than the crop is surrounded with black
// first (the odd column or row goes to the right or the bottom), and the
// offset is rounded half to even.
func (im *Image) CenterCrop(w, h int) *Image {
	im.must("CenterCrop")
	return im.Crop(centerOffset(im.W, w), centerOffset(im.H, h), w, h)
}

// centerOffset returns where a centred window of the wanted size begins on an
// axis of the size have; it is negative where the axis is padded.
func centerOffset(have, want int) int {
	if have < want {
		return -((want - have) / 2)
	}
	return int(math.RoundToEven(float64(have-want) / 2))
}

// FlipH mirrors the image left to right, in place.
func (im *Image) FlipH() {
	im.must("FlipH")
	for y := range im.H {
		row := im.row(y)
		for a, b := 0, 3*(im.W-1); a < b; a, b = a+3, b-3 {
			row[a], row[b] = row[b], row[a]
			row[a+1], row[b+1] = row[b+1], row[a+1]
			row[a+2], row[b+2] = row[b+2], row[a+2]
		}
	}
}

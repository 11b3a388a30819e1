package webp

import (
	"context"
	"errors"
)

var errAlpha = errors.New("damaged alpha")

// translucent says whether libwebp's WebPGetFeatures finds alpha, by which Pillow
// chooses the mode: the head of a lossless stream decides, else the flag, and a
// chunk with alpha counts in any case.
func (f *features) translucent() bool {
	has := f.flags&flagAlpha != 0
	if f.lossless && len(f.stream) >= 5 {
		has = u32(f.stream[1:])>>28&1 != 0
	}
	return has || f.alpha != nil
}

// alphaPlane [H, W] decodes ALPH, the alpha of a lossy picture: raw, or the
// green of a lossless stream without its head, as differences from neighbours.
// Damage in it spoils the picture for libwebp.
func (f *features) alphaPlane(ctx context.Context) ([]byte, error) {
	if len(f.alpha) < 2 {
		return nil, errAlpha
	}
	method, filter, preprocessing, reserved := f.alpha[0]&3, f.alpha[0]>>2&3, f.alpha[0]>>4&3, f.alpha[0]>>6
	data := f.alpha[1:]
	if method > 1 || preprocessing > 1 || reserved > 0 {
		return nil, errAlpha
	}
	plane := make([]byte, f.w*f.h)
	switch {
	case method == 1:
		pix, err := decodeAlpha(ctx, data, int(f.w), int(f.h))
		if err != nil {
			return nil, err
		}
		for i, v := range pix {
			plane[i] = byte(v >> 8)
		}
	case len(data) < len(plane):
		return nil, errAlpha
	default:
		copy(plane, data)
	}
	unfilter(plane, int(f.w), filter)
	return plane, nil
}

// unfilter adds to each sample what it was predicted from: nothing, the one on
// the left, the one above, or left + above - upper left. Where the others are
// missing the first row takes the left one, the first column the one above.
func unfilter(plane []byte, w int, filter byte) {
	if filter == 0 {
		return
	}
	for i := range plane {
		x, y := i%w, i/w
		switch {
		case i == 0:
		case y == 0, x > 0 && filter == 1:
			plane[i] += plane[i-1]
		case x == 0, filter == 2:
			plane[i] += plane[i-w]
		default:
			left, up, corner := int(plane[i-1]), int(plane[i-w]), int(plane[i-w-1])
			plane[i] += byte(min(max(left+up-corner, 0), 255))
		}
	}
}

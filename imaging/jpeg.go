package imaging

import (
	"context"
	"errors"

	"frontdoor/imaging/jpeg"
)

// Revision counts the changes of what Decode and Resize make of the same file.
// Whoever keeps pixels keeps it beside them, and asks for the same one.
const Revision = 6

func sizeJPEG(data []byte) (extent, error) {
	h, err := jpeg.DecodeHeader(data)
	w, rows := int64(h.Width), int64(h.Height)
	return extent{w, rows, int64(h.Components) * w * rows}, err
}

// What a JPEG file may take of memory: some in any case and more for each of its
// bytes, below jpeg.DefaultMaxBytes. A blank picture of one scan takes 770 times
// its file, a photograph a hundred times.
const (
	jpegFree    = 256 << 20
	jpegPerByte = 1024
)

func decodeJPEG(ctx context.Context, data []byte, check func(extent) error) (*Image, error) {
	e, err := sizeJPEG(data)
	if err != nil {
		return nil, err
	}
	if err := check(e); err != nil {
		return nil, err
	}
	p, err := jpeg.Decode(ctx, data, min(jpeg.DefaultMaxBytes, jpegFree+jpegPerByte*int64(len(data))))
	if errors.As(err, new(jpeg.LimitError)) {
		return nil, &sizeError{err.Error()}
	}
	if err != nil {
		return nil, err
	}
	im := &Image{W: p.W, H: p.H, Pix: p.Pix}
	im.keep(source{inks: p.Inks, black: p.Black})
	return im, nil
}

package imaging

import (
	"context"

	"frontdoor/imaging/heif"
)

func sizeHEIF(data []byte) (extent, error) {
	h, err := heif.ReadHeader(data)
	return extent{h.W, h.H, h.Bytes}, err
}

func decodeHEIF(ctx context.Context, data []byte, check func(extent) error) (*Image, error) {
	p, err := heif.Decode(ctx, data, func(h heif.Header) error { return check(extent{h.W, h.H, h.Bytes}) })
	if err != nil {
		return nil, err
	}
	return &Image{W: p.W, H: p.H, Pix: p.Pix}, nil
}

// neverWhole is for formats whose end does not tell whether it is missing.
func neverWhole(_, _ []byte, _ int64) bool { return false }

package imaging

import (
	"context"

	"frontdoor/imaging/webp"
)

func isWebP(head []byte) bool {
	return len(head) >= 12 && string(head[:4]) == "RIFF" && string(head[8:12]) == "WEBP"
}

func sizeWebP(data []byte) (extent, error) {
	h, err := webp.ReadHeader(data)
	return extent{h.W, h.H, h.Bytes}, err
}

func decodeWebP(ctx context.Context, data []byte, check func(extent) error) (*Image, error) {
	p, err := webp.Decode(ctx, data, func(h webp.Header) error { return check(extent{h.W, h.H, h.Bytes}) })
	if err != nil {
		return nil, err
	}
	im := &Image{W: p.W, H: p.H, Pix: p.Pix}
	im.keep(source{alpha: p.Alpha})
	return im, nil
}

package imaging

import (
	"context"

	"frontdoor/imaging/gif"
)

func sizeGIF(data []byte) (extent, error) {
	h, err := gif.ReadHeader(data)
	return extent{h.W, h.H, h.Bytes}, err
}

func decodeGIF(ctx context.Context, data []byte, check func(extent) error) (*Image, error) {
	p, err := gif.Decode(ctx, data, func(h gif.Header) error { return check(extent{h.W, h.H, h.Bytes}) })
	if err != nil {
		return nil, err
	}
	im := &Image{W: p.W, H: p.H, Pix: p.Pix}
	im.keep(source{palette: colours(p.Palette), alpha: p.Alpha, keyed: true})
	return im, nil
}

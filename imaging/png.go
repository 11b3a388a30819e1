package imaging

import (
	"context"

	"frontdoor/imaging/png"
)

func sizePNG(data []byte) (extent, error) {
	h, err := png.ReadHeader(data)
	return extent{h.W, h.H, h.Bytes}, err
}

func decodePNG(ctx context.Context, data []byte, check func(extent) error) (*Image, error) {
	p, err := png.Decode(ctx, data, func(h png.Header) error { return check(extent{h.W, h.H, h.Bytes}) })
	if err != nil {
		return nil, err
	}
	im := &Image{W: p.W, H: p.H, Pix: p.Pix}
	im.keep(source{palette: colours(p.Palette), alpha: p.Alpha, keyed: p.Keyed, grey16: p.Grey16})
	return im, nil
}

package imaging

import (
	"bytes"
	"image"

	"golang.org/x/image/webp"
)

// studioYCbCr marks a decoded lossy WebP: its planes look like JPEG's but use
// the range 16..235 of video.
type studioYCbCr struct{ *image.YCbCr }

// decodeWebP reads a WebP file. Alpha, if there is any, is dropped here.
func decodeWebP(data []byte) (image.Image, error) {
	m, err := webp.Decode(bytes.NewReader(data))
	if err != nil {
		return nil, err
	}
	switch m := m.(type) {
	case *image.YCbCr:
		return studioYCbCr{m}, nil
	case *image.NYCbCrA:
		return studioYCbCr{&m.YCbCr}, nil
	}
	return m, nil
}

// studioRGB converts one pixel of video-range YCbCr with libwebp's fixed-point
// coefficients (14 bits, of which 8 are dropped in each product).
func studioRGB(y, cb, cr uint8) (r, g, b uint8) {
	mul := func(v uint8, k int) int { return int(v) * k >> 8 }
	clip := func(v int) uint8 { return uint8(min(max(v>>6, 0), 255)) }
	l := mul(y, 19077)
	return clip(l + mul(cr, 26149) - 14234),
		clip(l - mul(cb, 6419) - mul(cr, 13320) + 8708),
		clip(l + mul(cb, 33050) - 17685)
}

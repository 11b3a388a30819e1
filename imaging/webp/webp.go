package webp

import (
	"bytes"
	"context"
	"errors"

	"golang.org/x/image/vp8"
)

// Picture is the first frame on its canvas, black around it: W*H pixels of red,
// green and blue.
type Picture struct {
	W, H  int
	Pix   []byte // [H, W, 3]
	Alpha []byte // [H, W], how opaque each pixel is; nil if the file has no alpha
}

// Header is what a file announces: the canvas, and the bytes that its pixels
// take when unpacked.
type Header struct{ W, H, Bytes int64 }

// ReadHeader reads the first chunks; the data may end behind them.
func ReadHeader(data []byte) (Header, error) {
	f, err := readFeatures(data)
	return Header{f.w, f.h, 3 * f.w * f.h}, err
}

func readFeatures(data []byte) (features, error) {
	if len(data) < 16 {
		return features{}, errShort
	}
	switch string(data[12:16]) {
	case "VP8 ", "VP8L", "VP8X":
		return inspect(data, false)
	}
	return features{}, errors.New("it begins with an unknown chunk")
}

// Decode reads the first frame. Before it reads the pixels it asks check whether
// the size is wanted. It ends with an error when the context does, in a lossy
// frame once the frame is read.
func Decode(ctx context.Context, data []byte, check func(Header) error) (*Picture, error) {
	whole, err := readFeatures(data)
	if err == nil {
		err = check(Header{whole.w, whole.h, 3 * whole.w * whole.h})
	}
	if err != nil {
		return nil, err
	}
	d, err := demux(data)
	if err != nil {
		return nil, err
	}
	f := d.frames[0]
	if err := check(Header{d.w, d.h, 3 * f.w * f.h}); err != nil {
		return nil, err
	}
	info, err := inspect(d.chunks(f), true)
	if err != nil {
		return nil, err
	}
	if info.w != f.w || info.h != f.h {
		return nil, errSizes
	}
	paint, alpha, err := info.pixels(ctx)
	if err != nil {
		return nil, err
	}
	p := &Picture{W: int(d.w), H: int(d.h), Pix: make([]byte, 3*d.w*d.h)}
	at := f.y*d.w + f.x
	paint(p.Pix[3*at:], int(3*d.w))
	if whole.translucent() {
		p.Alpha = make([]byte, d.w*d.h)
		for y := range f.h {
			alpha(p.Alpha[at+y*d.w:][:f.w], int(y))
		}
	}
	return p, nil
}

// Metadata returns the Exif block of a file, from the TIFF header on, and its
// XMP, a text; nil for what it does not have.
func Metadata(data []byte) (exif, xmp []byte) {
	d, err := demux(data)
	if err != nil {
		return nil, nil
	}
	return bytes.TrimPrefix(d.exif, []byte("Exif\x00\x00")), d.xmp
}

// pixels decodes the bit stream. The first function that it returns writes the
// pixels to rows that are stride bytes apart, the second a row of alpha.
func (f *features) pixels(ctx context.Context) (paint func(dst []byte, stride int), alpha func(dst []byte, y int), err error) {
	if f.lossless {
		pix, err := decodeLossless(ctx, f.stream, int(f.w), int(f.h))
		if err != nil {
			return nil, nil, err
		}
		w := int(f.w)
		alpha = func(dst []byte, y int) {
			for x := range dst {
				dst[x] = byte(pix[y*w+x] >> 24)
			}
		}
		return func(dst []byte, stride int) { paintRGB(dst, stride, pix, w) }, alpha, nil
	}
	v := vp8.NewDecoder()
	v.Init(bytes.NewReader(f.stream), len(f.stream))
	if _, err := v.DecodeFrameHeader(); err != nil {
		return nil, nil, err
	}
	m, err := v.DecodeFrame()
	if err == nil {
		err = ctx.Err()
	}
	if err != nil {
		return nil, nil, err
	}
	alpha = func(dst []byte, y int) {
		for x := range dst {
			dst[x] = 255
		}
	}
	if f.alpha != nil {
		plane, err := f.alphaPlane(ctx)
		if err != nil {
			return nil, nil, err
		}
		alpha = func(dst []byte, y int) { copy(dst, plane[y*int(f.w):]) }
	}
	return func(dst []byte, stride int) { paintYCbCr(dst, stride, m) }, alpha, nil
}

// paintRGB copies the colours of a lossless picture of w columns.
func paintRGB(dst []byte, stride int, pix []uint32, w int) {
	for y := range len(pix) / w {
		out := dst[y*stride:][:3*w]
		for x, v := range pix[y*w:][:w] {
			out[3*x], out[3*x+1], out[3*x+2] = byte(v>>16), byte(v>>8), byte(v)
		}
	}
}

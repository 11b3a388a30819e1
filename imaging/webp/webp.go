package webp

import (
	"bytes"
	"errors"
	"image"

	"golang.org/x/image/vp8"
	"golang.org/x/image/vp8l"
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
	if len(data) < 16 {
		return Header{}, errShort
	}
	switch string(data[12:16]) {
	case "VP8 ", "VP8L", "VP8X":
	default:
		return Header{}, errors.New("it begins with an unknown chunk")
	}
	f, err := inspect(data, false)
	if err != nil {
		return Header{}, err
	}
	return Header{f.w, f.h, 3 * f.w * f.h}, nil
}

// Decode reads the first frame. Before it reads the pixels it asks check whether
// the size is wanted.
func Decode(data []byte, check func(Header) error) (*Picture, error) {
	h, err := ReadHeader(data)
	if err == nil {
		err = check(h)
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
	paint, alpha, err := info.pixels()
	if err != nil {
		return nil, err
	}
	p := &Picture{W: int(d.w), H: int(d.h), Pix: make([]byte, 3*d.w*d.h)}
	at := f.y*d.w + f.x
	paint(p.Pix[3*at:], int(3*d.w))
	if d.flags&flagAlpha != 0 || !d.extended && info.translucent() {
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
func (f *features) pixels() (paint func(dst []byte, stride int), alpha func(dst []byte, y int), err error) {
	if f.lossless {
		m, err := vp8l.Decode(bytes.NewReader(f.stream))
		if err != nil {
			return nil, nil, err
		}
		n := m.(*image.NRGBA)
		alpha = func(dst []byte, y int) {
			for x := range dst {
				dst[x] = n.Pix[y*n.Stride+4*x+3]
			}
		}
		return func(dst []byte, stride int) { paintRGBA(dst, stride, n) }, alpha, nil
	}
	v := vp8.NewDecoder()
	v.Init(bytes.NewReader(f.stream), len(f.stream))
	if _, err := v.DecodeFrameHeader(); err != nil {
		return nil, nil, err
	}
	m, err := v.DecodeFrame()
	if err != nil {
		return nil, nil, err
	}
	alpha = func(dst []byte, y int) {
		for x := range dst {
			dst[x] = 255
		}
	}
	if f.alpha != nil {
		plane, err := f.alphaPlane()
		if err != nil {
			return nil, nil, err
		}
		alpha = func(dst []byte, y int) { copy(dst, plane[y*int(f.w):]) }
	}
	return func(dst []byte, stride int) { paintYCbCr(dst, stride, m) }, alpha, nil
}

// paintRGBA copies the colours of a lossless picture.
func paintRGBA(dst []byte, stride int, m *image.NRGBA) {
	for y := range m.Rect.Dy() {
		in, out := m.Pix[y*m.Stride:], dst[y*stride:]
		for x := range m.Rect.Dx() {
			copy(out[3*x:3*x+3], in[4*x:4*x+3])
		}
	}
}

package png

import (
	"context"
	"errors"
	"fmt"
	"strings"
)

// Picture is a decoded file: W*H pixels of red, green and blue, row by row.
type Picture struct {
	W, H int
	Pix  []byte // [H, W, 3]

	// Palette holds the colours of a picture of indices, or black and white of
	// one with a bit a pixel; nil for others.
	Palette *[256][3]byte
	// Alpha [H, W] is how opaque each pixel is, nil if all are. Keyed says that
	// it comes of a transparent colour or index, not of samples of its own.
	Alpha []byte
	Keyed bool
	// Grey16 [H, W, 3] is the high byte of each sample of 16-bit grey and twice the
	// low one; nil for others.
	Grey16 []byte
}

// Header is what a file announces.
type Header struct {
	W, H int64
	// Bytes is how much the pixels take as the format packs them.
	Bytes int64
}

// freePixels is the size up to which rows that are missing are filled with
// zeros: a few bytes must not make a picture of any size.
const freePixels = 16 << 20

// ReadHeader reads the first chunk, which the format wants to be IHDR.
func ReadHeader(data []byte) (Header, error) {
	if !strings.HasPrefix(string(data[:min(len(data), 8)]), signature) {
		return Header{}, errors.New("no PNG signature")
	}
	s := &stream{data: data, at: len(signature), seq: -1}
	c, err := s.next()
	if err == nil {
		_, err = s.read(c)
	}
	if err == nil && !s.known {
		err = errLayout
	}
	if err != nil {
		return Header{}, err
	}
	return s.size(), nil
}

func (s *stream) size() Header {
	return Header{s.w, s.h, s.h * rowBytes(s.w, s.layout)}
}

var errLayout = errors.New("no IHDR with a colour type and depth of PNG")

// Decode reads a file. Before it reads the pixels it asks check whether the size
// is wanted. It ends with an error when the context does.
func Decode(ctx context.Context, data []byte, check func(Header) error) (*Picture, error) {
	if h, err := ReadHeader(data); err == nil {
		if err := check(h); err != nil {
			return nil, err
		}
	}
	s, err := open(data)
	if err == nil {
		err = check(s.size()) // a second header may say otherwise
	}
	if err != nil {
		return nil, err
	}
	if s.pixels.name == "" {
		return nil, errors.New("the file has no pixels")
	}
	if len(s.palette) > 3*256+2 {
		return nil, fmt.Errorf("a palette of %d bytes", len(s.palette))
	}
	where := box{0, 0, s.w, s.h}
	if s.box != nil {
		where = *s.box
	}
	if where.x1 <= where.x0 || where.y1 <= where.y0 {
		return nil, errors.New("an empty frame")
	}
	if s.interlace {
		// Pillow paints interlaced frames in the corner.
		where = box{0, 0, where.x1 - where.x0, where.y1 - where.y0}
	}
	palette := s.palette // one behind the pixels does not count
	r, err := s.rows(ctx, where)
	if err != nil {
		return nil, err
	}
	switch {
	case r.short && s.w*s.h > freePixels:
		return nil, fmt.Errorf("rows are missing: they are filled up to %d pixels only, the picture has %d", freePixels, s.w*s.h)
	case s.layout.colour == 3 && s.oneClear && palette == nil:
		return nil, errors.New("a transparent index and no palette")
	}
	p := &Picture{W: int(s.w), H: int(s.h)}
	p.Pix = r.paint(p.W, p.H, newLook(r.layout, palette))
	p.Palette = paletteOf(r.layout, palette)
	p.Alpha, p.Keyed = r.alpha(p, s.clear)
	if r.layout.colour == 0 && r.layout.depth == 16 {
		p.Grey16 = r.paint(p.W, p.H, &look{depth: 16, size: 2, at: [3]int{0, 1, 1}})
	}
	return p, nil
}

// Metadata returns the Exif block of a file, from the TIFF header on, and its
// XMP, a text; nil for what it does not have. Exif may be stored as eXIf or as a
// text, both before or behind the pixels.
func Metadata(data []byte) (exif, xmp []byte) {
	s, err := open(data)
	if err != nil {
		return nil, nil
	}
	if s.pixels.name != "" {
		new(pixelInput).gather(s)
		s.at -= 12 // back to the checksum of the last chunk with pixels
		s.finish(false)
	}
	return s.exifBlock(), s.xmp
}

// open reads the chunks up to the pixels, whose checksums must be right.
func open(data []byte) (*stream, error) {
	if !strings.HasPrefix(string(data[:min(len(data), 8)]), signature) {
		return nil, errors.New("no PNG signature")
	}
	s := &stream{data: data, at: len(signature), seq: -1}
	for {
		c, err := s.next()
		if err != nil {
			return nil, err
		}
		body, err := s.read(c)
		if err == errEnd {
			break
		}
		if err != nil {
			return nil, err
		}
		if err := s.crc(c, body); err != nil {
			return nil, err
		}
	}
	if !s.known {
		return nil, errLayout
	}
	if s.w == 0 || s.h == 0 {
		return nil, fmt.Errorf("the header announces %d x %d pixels", s.w, s.h)
	}
	return s, nil
}

// finish reads the chunks behind the pixels, from the end of the chunk with the
// last byte that was needed. Their checksums may be wrong.
func (s *stream) finish(animated bool) error {
	for {
		s.at = min(s.at+4, len(s.data)) // the checksum of the last chunk
		c, err := s.next()
		if err != nil || c.name == "IEND" {
			return nil
		}
		if c.name == "fcTL" && animated {
			return nil
		}
		_, err = s.read(c)
		switch {
		case err == errEnd && c.name == "fdAT":
			c.length -= 4
			fallthrough
		case err == errEnd:
			_, err = s.body(c)
		}
		if err != nil {
			return err
		}
	}
}

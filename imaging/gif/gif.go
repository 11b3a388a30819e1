package gif

import (
	"bytes"
	"context"
	"errors"
	"fmt"
)

// Picture is the first frame on its canvas: W*H pixels of red, green and blue.
type Picture struct {
	W, H int
	Pix  []byte // [H, W, 3]

	Palette *[256][3]byte // the colours of the indices, nil if they are grey levels
	Alpha   []byte        // [H, W], 0 for the transparent index, or nil
}

// Header is what a file announces: the size of the canvas, and how many bytes
// its indices take.
type Header struct{ W, H, Bytes int64 }

// file is a reader of the blocks before the first frame.
type file struct {
	data []byte
	at   int

	w, h           int // of the canvas
	global, local  []byte
	useLocal       bool // the frame has colours of its own, or none but grey
	transparent    int  // -1 where nothing is
	x0, y0, x1, y1 int  // the frame
	interlaced     bool
	bits           int // of the smallest code
}

var errShort = errors.New("the file ends before the first frame")

// ReadHeader reads the blocks before the first frame.
func ReadHeader(data []byte) (Header, error) {
	f, err := open(data)
	if err != nil {
		return Header{}, err
	}
	return f.header(), nil
}

func (f *file) header() Header {
	return Header{int64(f.w), int64(f.h), int64(f.w) * int64(f.h)}
}

// Decode reads the first frame. Before it allocates the canvas it asks check
// whether the size is wanted. It ends with an error when the context does.
func Decode(ctx context.Context, data []byte, check func(Header) error) (*Picture, error) {
	f, err := open(data)
	if err != nil {
		return nil, err
	}
	if err := check(f.header()); err != nil {
		return nil, err
	}
	if f.x1 == f.x0 || f.y1 == f.y0 {
		return nil, errors.New("the first frame is empty")
	}
	canvas := make([]byte, f.w*f.h)
	if f.transparent > 0 {
		for i := range canvas {
			canvas[i] = byte(f.transparent)
		}
	}
	if err := f.decode(ctx, canvas); err != nil {
		return nil, err
	}
	table := f.table()
	p := &Picture{W: f.w, H: f.h, Pix: make([]byte, 3*len(canvas))}
	for i, v := range canvas {
		copy(p.Pix[3*i:3*i+3], table[v][:])
	}
	if !f.isGrey() {
		p.Palette = &table
	}
	if f.transparent >= 0 {
		p.Alpha = make([]byte, len(canvas))
		for i, v := range canvas {
			if int(v) != f.transparent {
				p.Alpha[i] = 255
			}
		}
	}
	return p, nil
}

// isGrey says whether each index is its own grey level, which Pillow keeps as a
// grey picture.
func (f *file) isGrey() bool {
	palette := f.global
	if f.useLocal && f.local != nil {
		palette = f.local
	}
	for i, v := range palette {
		if i/3 != int(v) {
			return false
		}
	}
	return true
}

// table returns the colour of each index.
func (f *file) table() (t [256][3]byte) {
	palette := f.global
	if f.useLocal && f.local != nil {
		palette = f.local
	}
	if palette == nil {
		for i := range t {
			t[i] = [3]byte{byte(i), byte(i), byte(i)}
		}
		return t
	}
	for i := range len(palette) / 3 {
		copy(t[i][:], palette[3*i:])
	}
	return t
}

// take returns the next n bytes, or those that are left.
func (f *file) take(n int) []byte {
	n = min(n, len(f.data)-f.at)
	f.at += n
	return f.data[f.at-n : f.at]
}

// block returns a block of data: a length and as many bytes. It is nil at the
// length 0 and at the end of the file.
func (f *file) block() []byte {
	n := f.take(1)
	if len(n) == 0 || n[0] == 0 {
		return nil
	}
	return f.take(int(n[0]))
}

// open reads up to the first frame's pixels.
func open(data []byte) (*file, error) {
	f := &file{data: data, transparent: -1}
	head := f.take(13)
	if len(head) < 13 || !bytes.HasPrefix(head, []byte("GIF87a")) && !bytes.HasPrefix(head, []byte("GIF89a")) {
		return nil, errors.New("no GIF header")
	}
	f.w, f.h = u16(head[6:]), u16(head[8:])
	var err error
	if flags := head[10]; flags&0x80 != 0 {
		if f.global, err = f.palette(flags); err != nil {
			return nil, err
		}
	}
	for i := 0; ; i++ {
		mark := f.take(1)
		if len(mark) == 0 || mark[0] == ';' {
			return nil, errShort
		}
		switch mark[0] {
		case '!':
			err = f.extension()
		case ',':
			if err = f.frame(); err == nil {
				return f, nil
			}
		}
		if err != nil {
			return nil, err
		}
	}
}

func u16(b []byte) int { return int(b[0]) | int(b[1])<<8 }

// palette reads a table of colours. It is nil where each colour is the grey of
// its own index.
func (f *file) palette(flags byte) ([]byte, error) {
	p := f.take(3 << (flags&7 + 1))
	for i := 0; i < len(p); i += 3 {
		for c := range 3 {
			if i+c >= len(p) {
				return nil, errShort
			}
			if int(p[i+c]) != i/3 {
				return p, nil
			}
		}
	}
	return nil, nil
}

// extension reads what follows '!'. Only the transparent index matters.
func (f *file) extension() error {
	const graphicControl, comment, application = 0xf9, 0xfe, 0xff
	label := f.take(1)
	first := f.block()
	if len(label) == 0 {
		return errShort
	}
	switch {
	case label[0] == graphicControl && first != nil:
		if len(first) < 3 || first[0]&1 != 0 && len(first) < 4 {
			return fmt.Errorf("a graphic control extension of %d bytes", len(first))
		}
		if first[0]&1 != 0 {
			f.transparent = int(first[3])
		}
	case label[0] == comment && len(first) == 0:
		return nil // an empty comment has no other end
	case label[0] == application && bytes.HasPrefix(first, []byte("NETSCAPE2.0")):
		f.block()
	}
	for len(f.block()) > 0 {
	}
	return nil
}

// frame reads the description of the first frame.
func (f *file) frame() error {
	d := f.take(9)
	if len(d) < 9 {
		return errShort
	}
	f.x0, f.y0 = u16(d), u16(d[2:])
	f.x1, f.y1 = f.x0+u16(d[4:]), f.y0+u16(d[6:])
	f.w, f.h = max(f.w, f.x1), max(f.h, f.y1)
	f.interlaced = d[8]&0x40 != 0
	if d[8]&0x80 != 0 {
		var err error
		if f.local, err = f.palette(d[8]); err != nil {
			return err
		}
		f.useLocal = true
	}
	bits := f.take(1)
	if len(bits) == 0 {
		return errShort
	}
	f.bits = int(bits[0])
	if f.w == 0 || f.h == 0 {
		return fmt.Errorf("the header announces %d x %d pixels", f.w, f.h)
	}
	return nil
}

package gif

import (
	"context"
	"errors"
	"fmt"
)

const (
	maxBits   = 12
	tableSize = 1 << maxBits
	// readBytes is how much Pillow reads at a time. Behind an end code it goes
	// on only with what it has not read yet.
	readBytes = 1 << 16
)

var (
	errBroken = errors.New("broken codes")
	errCut    = errors.New("the pixels end early")
)

// source hands out the codes of the pixel blocks.
type source struct {
	data  []byte // from the first block to the end of the file
	at    int
	read  int // how far Pillow has read
	left  int // of the block
	hold  uint32
	nbits int
}

// more reads on. It reports false at the end of the file.
func (s *source) more() bool {
	if s.read >= len(s.data) {
		return false
	}
	s.read = min(s.read+readBytes, len(s.data))
	return true
}

// code returns the next code of n bits. It reports false where the file ends
// before the block does that holds it: no byte of such a block is used.
func (s *source) code(n int) (int, bool) {
	for s.nbits < n {
		if s.left > 0 {
			s.hold |= uint32(s.data[s.at]) << s.nbits
			s.at, s.nbits, s.left = s.at+1, s.nbits+8, s.left-1
			continue
		}
		for s.at >= s.read || s.at+1+int(s.data[s.at]) > s.read {
			if !s.more() {
				return 0, false
			}
		}
		s.left = int(s.data[s.at])
		s.at++
	}
	c := s.hold & (1<<n - 1)
	s.hold, s.nbits = s.hold>>n, s.nbits-n
	return int(c), true
}

// table is the table of strings: each is another one and one index more.
type table struct {
	link [tableSize]uint16
	last [tableSize]byte
	next int
	text [tableSize]byte // the last string, filled from the right
}

// expand returns the string of a code above the single indices, and its first
// index. Where the code is the next free one the string is that of the code
// before, behind which its own first index follows.
func (t *table) expand(code, before, clear int, first byte) ([]byte, byte, error) {
	at := len(t.text)
	if code == t.next {
		at--
		t.text[at] = first
		code = before
	}
	for code >= clear {
		if at <= 0 || code >= tableSize {
			return nil, 0, errBroken
		}
		at--
		t.text[at] = t.last[code]
		code = int(t.link[code])
	}
	return t.text[at:], byte(code), nil
}

// codesBetweenLooks is how often a decoder asks whether it is still wanted.
const codesBetweenLooks = 1 << 16

// decode writes the frame's indices to the canvas.
func (f *file) decode(ctx context.Context, canvas []byte) error {
	if f.bits > maxBits {
		return fmt.Errorf("codes of %d bits", f.bits)
	}
	src := &source{data: f.data[f.at:]}
	out := newWriter(f, canvas)
	t := new(table)
	clear := 1 << f.bits
	end := clear + 1
	var size, before, codes int
	var first byte
	reset := func() { t.next, size, before = clear+2, f.bits+1, -1 }
	reset()
	for {
		if codes++; codes%codesBetweenLooks == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		code, ok := src.code(size)
		switch {
		case !ok:
			return errCut
		case code == clear:
			reset()
			continue
		case code == end:
			if !src.more() {
				return errCut
			}
			continue
		case before < 0 && code > clear || code > t.next:
			return errBroken
		}
		if before < 0 {
			before, first = code, byte(code)
			if out.put(first) {
				return nil
			}
			continue
		}
		text, head, err := t.expand(code, before, clear, first)
		if err != nil {
			return err
		}
		first = head
		if t.next < tableSize {
			t.last[t.next], t.link[t.next] = first, uint16(before)
			if t.next == 1<<size-1 && size < maxBits {
				size++
			}
			t.next++
		}
		before = code
		if out.put(first) || out.write(text) {
			return nil
		}
	}
}

// writer goes over the rows of a frame.
type writer struct {
	canvas     []byte
	stride     int
	at         int // of the frame's first pixel
	w, h       int
	x, y, step int
	pass       int // of the four of an interlaced frame, 3 for the last or only one
}

func newWriter(f *file, canvas []byte) *writer {
	o := &writer{canvas: canvas, stride: f.w, at: f.y0*f.w + f.x0, w: f.x1 - f.x0, h: f.y1 - f.y0, step: 1, pass: 3}
	if f.interlaced {
		o.step, o.pass = 8, 0
	}
	return o
}

// put writes one index and reports whether it was the last.
func (o *writer) put(v byte) bool {
	o.canvas[o.at+o.y*o.stride+o.x] = v
	if o.x++; o.x < o.w {
		return false
	}
	return o.newline()
}

// write writes indices as far as there is room, and reports whether the frame
// is full.
func (o *writer) write(p []byte) bool {
	for len(p) > 0 {
		n := copy(o.canvas[o.at+o.y*o.stride+o.x:][:o.w-o.x], p)
		p = p[n:]
		if o.x += n; o.x == o.w && o.newline() {
			return true
		}
	}
	return false
}

// newline goes to the next row: of an interlaced frame every eighth row from 0,
// then from 4, every fourth from 2, every second from 1.
func (o *writer) newline() bool {
	o.x, o.y = 0, o.y+o.step
	for o.y >= o.h {
		if o.pass == 3 {
			return true
		}
		o.pass++
		o.y = 8 >> o.pass
		if o.pass > 1 {
			o.step = 2 * o.y
		}
	}
	return false
}

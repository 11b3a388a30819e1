package heif

import (
	"encoding/binary"
	"errors"
	"fmt"
)

// box is a box of ISO 14496-12: four letters and data.
type box struct {
	name string
	body []byte
}

var errShort = errors.New("a box ends early")

// reader reads the data of a box. After an error it returns zeros.
type reader struct {
	b   []byte
	err error
}

// take returns the next n bytes.
func (r *reader) take(n int) []byte {
	if r.err == nil && (n < 0 || n > len(r.b)) {
		r.err = errShort
	}
	if r.err != nil {
		return nil
	}
	p := r.b[:n]
	r.b = r.b[n:]
	return p
}

// uint reads a number of n bytes, 0 to 8, big end first.
func (r *reader) uint(n int) uint64 {
	var v uint64
	for _, b := range r.take(n) {
		v = v<<8 | uint64(b)
	}
	return v
}

func (r *reader) u8() int  { return int(r.uint(1)) }
func (r *reader) u16() int { return int(r.uint(2)) }
func (r *reader) u32() int { return int(r.uint(4)) }

// full reads the version and the flags that many boxes begin with.
func (r *reader) full() (version, flags int) {
	v := r.u32()
	return v >> 24, v & 0xffffff
}

// text reads letters up to a zero byte.
func (r *reader) text() string {
	for i, b := range r.b {
		if b == 0 {
			return string(r.take(i + 1)[:i])
		}
	}
	return string(r.take(len(r.b)))
}

// next reads a box. At the end it returns false.
func (r *reader) next() (box, bool) {
	if r.err != nil || len(r.b) == 0 {
		return box{}, false
	}
	size := r.uint(4)
	name := string(r.take(4))
	head := uint64(8)
	if size == 1 {
		size, head = r.uint(8), 16
	}
	if size == 0 { // to the end of the file
		size = head + uint64(len(r.b))
	}
	if r.err == nil && (size < head || size-head > uint64(len(r.b))) {
		r.err = fmt.Errorf("box %q of %d bytes, %d are left", name, size, len(r.b))
	}
	if r.err != nil {
		return box{}, false
	}
	return box{name, r.take(int(size - head))}, true
}

// find returns the data of the first box of a name, or nil.
func find(b []byte, name string) []byte {
	r := reader{b: b}
	for {
		x, ok := r.next()
		if !ok {
			return nil
		}
		if x.name == name {
			return x.body
		}
	}
}

// brands returns the brands of a file, the major one first, or nil for another
// kind of file. The data may end behind the first box.
func brands(data []byte) []string {
	if len(data) < 16 || string(data[4:8]) != "ftyp" {
		return nil
	}
	size := int(min(binary.BigEndian.Uint32(data), uint32(len(data))))
	out := []string{string(data[8:12])}
	for at := 16; at+4 <= size; at += 4 {
		out = append(out, string(data[at:at+4]))
	}
	return out
}

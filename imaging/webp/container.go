package webp

import (
	"encoding/binary"
	"errors"
	"fmt"
)

const (
	riffHeader  = 12 // "RIFF", size, "WEBP"
	chunkHeader = 8  // name, size
	maxPayload  = 1<<32 - 1 - chunkHeader - 1
	maxArea     = 1 << 32
)

// Flags of VP8X.
const (
	flagAnimation = 0x02
	flagXMP       = 0x04
	flagExif      = 0x08
	flagAlpha     = 0x10
	validFlags    = 0x02 | 0x04 | 0x08 | 0x10 | 0x20
)

var (
	errShort = errors.New("the file ends early")
	errSizes = errors.New("the sizes of its chunks disagree")
)

func u24(b []byte) int64 { return int64(b[0]) | int64(b[1])<<8 | int64(b[2])<<16 }
func u32(b []byte) int64 { return int64(binary.LittleEndian.Uint32(b)) }

// features is what the first chunks say of a picture.
type features struct {
	w, h     int64
	flags    byte // of VP8X
	lossless bool
	alpha    []byte // the data of ALPH, or nil
	stream   []byte // the bit stream and what follows it
	size     int64  // of the bit stream as its chunk has it
}

// inspect reads a file, or the chunks of one frame, as libwebp's
// WebPGetFeatures does, and with whole set as its decoder does, which wants all
// of the bit stream.
func inspect(b []byte, whole bool) (f features, err error) {
	if len(b) < riffHeader {
		return f, errShort
	}
	riff, extended := int64(0), false
	if string(b[:4]) == "RIFF" {
		if string(b[8:12]) != "WEBP" {
			return f, errors.New("no WEBP mark")
		}
		riff = u32(b[4:])
		if riff < 4+chunkHeader || riff > maxPayload {
			return f, errSizes
		}
		b = b[riffHeader:]
	}
	if len(b) < chunkHeader {
		return f, errShort
	}
	if string(b[:4]) == "VP8X" {
		if u32(b[4:]) != 10 || riff == 0 {
			return f, errSizes
		}
		if len(b) < chunkHeader+10 {
			return f, errShort
		}
		f.flags, f.w, f.h = b[8], 1+u24(b[12:]), 1+u24(b[15:])
		if f.w*f.h >= maxArea {
			return f, fmt.Errorf("a canvas of %d x %d pixels", f.w, f.h)
		}
		b, extended = b[chunkHeader+10:], true
		if f.flags&flagAnimation != 0 && !whole {
			return f, nil
		}
	}
	w, h := f.w, f.h
	short, err := f.bitstream(b, riff, extended, whole)
	if err != nil {
		// Without the pixels VP8X alone has to do.
		if short && extended && !whole {
			f.w, f.h = w, h
			return f, nil
		}
		return f, err
	}
	if extended && (f.w != w || f.h != h) {
		return f, fmt.Errorf("a frame of %d x %d pixels on a canvas of %d x %d", f.w, f.h, w, h)
	}
	return f, nil
}

// bitstream finds the chunk with the pixels and reads its header. short says
// that an error comes from the end of the data.
func (f *features) bitstream(b []byte, riff int64, extended, whole bool) (short bool, err error) {
	if len(b) < 4 {
		return true, errShort
	}
	if extended || riff == 0 && string(b[:4]) == "ALPH" {
		if b, short, err = f.skip(b, riff); err != nil {
			return short, err
		}
	}
	if len(b) < chunkHeader {
		return true, errShort
	}
	name := string(b[:4])
	if name == "VP8 " || name == "VP8L" {
		f.size, f.lossless = u32(b[4:]), name == "VP8L"
		if riff >= 4+chunkHeader && f.size > riff-(4+chunkHeader) {
			return false, errSizes
		}
		b = b[chunkHeader:]
		if whole && f.size > int64(len(b)) {
			return true, errShort
		}
	} else {
		f.size = int64(len(b))
		f.lossless = len(b) >= 5 && b[0] == 0x2f && b[4]>>5 == 0
	}
	if f.size > maxPayload {
		return false, errSizes
	}
	f.stream = b
	if f.lossless {
		return f.losslessHeader(b)
	}
	return f.lossyHeader(b)
}

// skip goes over the chunks before the bit stream and remembers ALPH.
func (f *features) skip(b []byte, riff int64) (rest []byte, short bool, err error) {
	total := int64(4 + chunkHeader + 10)
	for {
		if len(b) < chunkHeader {
			return b, true, errShort
		}
		size := u32(b[4:])
		if size > maxPayload {
			return b, false, errSizes
		}
		disk := (chunkHeader + size + 1) &^ 1
		if total += disk; riff > 0 && total > riff {
			return b, false, errSizes
		}
		if name := string(b[:4]); name == "VP8 " || name == "VP8L" {
			return b, false, nil
		}
		if int64(len(b)) < disk {
			return b, true, errShort
		}
		if string(b[:4]) == "ALPH" {
			f.alpha = b[chunkHeader : chunkHeader+size]
		}
		b = b[disk:]
	}
}

// lossyHeader reads the head of a VP8 key frame (RFC 6386, 9.1).
func (f *features) lossyHeader(b []byte) (short bool, err error) {
	if len(b) < 10 {
		return true, errShort
	}
	bits := u24(b)
	w, h := int64(b[6])|int64(b[7])<<8, int64(b[8])|int64(b[9])<<8
	f.w, f.h = w&0x3fff, h&0x3fff
	switch {
	case b[3] != 0x9d || b[4] != 0x01 || b[5] != 0x2a:
		return false, errors.New("no VP8 frame")
	case bits&1 != 0 || bits>>1&7 > 3 || bits>>4&1 == 0:
		return false, errors.New("no VP8 key frame that is shown")
	case bits>>5 >= f.size:
		return false, errSizes
	case f.w == 0 || f.h == 0:
		return false, fmt.Errorf("the header announces %d x %d pixels", f.w, f.h)
	}
	return false, nil
}

// losslessHeader reads the head of a VP8L stream.
func (f *features) losslessHeader(b []byte) (short bool, err error) {
	if len(b) < 5 {
		return true, errShort
	}
	if b[0] != 0x2f || b[4]>>5 != 0 {
		return false, errors.New("no VP8L stream")
	}
	bits := u32(b[1:])
	f.w, f.h = 1+bits&0x3fff, 1+bits>>14&0x3fff
	return false, nil
}

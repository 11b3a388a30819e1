package webp

import (
	"errors"
	"fmt"
)

// piece is a chunk with its header: where it begins and its length, padding
// included.
type piece struct{ at, size int64 }

// frame is one picture of a file on its canvas.
type frame struct {
	x, y, w, h   int64
	image, alpha piece // size 0 where there is none
}

// demuxer reads the chunks of a file, whose sizes must agree with each other and
// with the file's.
type demuxer struct {
	data []byte // as far as the RIFF chunk goes
	at   int64

	extended bool
	flags    byte
	w, h     int64
	frames   []frame
	exif     []byte
	xmp      []byte
}

// demux reads all chunks, as libwebp's WebPDemux does.
func demux(data []byte) (*demuxer, error) {
	if len(data) < riffHeader+chunkHeader {
		return nil, errShort
	}
	end := u32(data[4:]) + chunkHeader
	if end > int64(len(data)) {
		return nil, fmt.Errorf("the RIFF header announces %d bytes, the file has %d", end, len(data))
	}
	d := &demuxer{data: data[:end], at: riffHeader}
	var err error
	switch string(data[riffHeader : riffHeader+4]) {
	case "VP8 ", "VP8L":
		err = d.single()
	case "VP8X":
		err = d.canvas()
	default:
		err = errors.New("it begins with an unknown chunk")
	}
	if err == nil {
		err = d.valid()
	}
	return d, err
}

// left returns how many bytes are not read yet.
func (d *demuxer) left() int64 { return int64(len(d.data)) - d.at }

// head reads the header of a chunk and returns its size with padding.
func (d *demuxer) head() (name string, size, padded int64, err error) {
	if d.left() < chunkHeader {
		return "", 0, 0, errShort
	}
	b := d.data[d.at:]
	name, size = string(b[:4]), u32(b[4:])
	d.at += chunkHeader
	if padded = size + size&1; size > maxPayload || padded > d.left() {
		return "", 0, 0, errSizes
	}
	return name, size, padded, nil
}

// canvas reads VP8X and the chunks behind it.
func (d *demuxer) canvas() error {
	_, size, padded, err := d.head()
	if err != nil || size < 10 {
		return errSizes
	}
	b := d.data[d.at:]
	d.extended, d.flags, d.w, d.h = true, b[0], 1+u24(b[4:]), 1+u24(b[7:])
	if d.w*d.h >= maxArea {
		return fmt.Errorf("a canvas of %d x %d pixels", d.w, d.h)
	}
	d.at += padded
	animated := false
	for {
		begin := d.at
		name, size, padded, err := d.head()
		if err != nil {
			return err
		}
		switch name {
		case "VP8X":
			return errors.New("two canvases")
		case "ALPH", "VP8 ", "VP8L":
			if animated || d.flags&flagAnimation != 0 {
				return errors.New("pixels outside the frames of an animation")
			}
			d.at = begin
			err = d.single()
		case "ANIM":
			if padded < 6 {
				return errSizes
			}
			animated = true
			d.at += padded
		case "ANMF":
			if !animated {
				return errors.New("a frame before the animation's header")
			}
			err = d.frame(padded)
		default:
			d.note(name, d.data[d.at:d.at+size])
			d.at += padded
		}
		if err != nil {
			return err
		}
		if d.left() == 0 {
			return nil
		}
	}
}

// note keeps metadata that the flags announce: the first chunk of each kind.
func (d *demuxer) note(name string, body []byte) {
	switch {
	case name == "EXIF" && d.exif == nil && d.flags&flagExif != 0:
		d.exif = body
	case name == "XMP " && d.xmp == nil && d.flags&flagXMP != 0:
		d.xmp = body
	}
}

// single reads the one picture of a file that is no animation.
func (d *demuxer) single() error {
	if len(d.frames) > 0 {
		return errors.New("two pictures")
	}
	var f frame
	if _, err := d.store(&f, 0); err != nil {
		return err
	}
	if d.flags&flagAlpha == 0 {
		f.alpha = piece{}
	}
	if !d.extended {
		d.w, d.h = f.w, f.h
	}
	d.frames = append(d.frames, f)
	return nil
}

// frame reads ANMF, a frame of an animation with size bytes.
func (d *demuxer) frame(size int64) error {
	const head = 16
	if size < head || d.left() < head {
		return errSizes
	}
	b := d.data[d.at:]
	f := frame{x: 2 * u24(b), y: 2 * u24(b[3:]), w: 1 + u24(b[6:]), h: 1 + u24(b[9:])}
	if f.w*f.h >= maxArea {
		return fmt.Errorf("a frame of %d x %d pixels", f.w, f.h)
	}
	d.at += head
	begin := d.at
	stored, err := d.store(&f, size-head)
	if err != nil {
		return err
	}
	if d.at-begin > size-head {
		return errSizes
	}
	if d.flags&flagAnimation != 0 && stored {
		d.frames = append(d.frames, f)
	}
	return nil
}

// store reads the chunks of one picture: ALPH and a bit stream, in any order.
func (d *demuxer) store(f *frame, least int64) (stored bool, err error) {
	if d.left() < max(chunkHeader, least) {
		return false, errShort
	}
	for {
		begin := d.at
		name, _, padded, err := d.head()
		if err != nil {
			return stored, err
		}
		p := piece{begin, chunkHeader + padded}
		switch {
		case name == "ALPH" && f.alpha.size == 0:
			f.alpha, stored = p, true
		case name == "VP8L" && f.alpha.size > 0:
			return stored, errors.New("ALPH before VP8L")
		case (name == "VP8 " || name == "VP8L") && f.image.size == 0:
			info, err := inspect(d.data[p.at:p.at+p.size], false)
			if err != nil {
				return stored, err
			}
			f.image, f.w, f.h, stored = p, info.w, info.h, true
		default:
			d.at = begin
			return stored, nil
		}
		if d.at += padded; d.left() == 0 {
			return stored, nil
		}
		if d.left() < chunkHeader {
			return stored, errShort
		}
	}
}

// valid looks whether the frames fit the canvas.
func (d *demuxer) valid() error {
	if len(d.frames) == 0 || d.flags&^byte(validFlags) != 0 {
		return errors.New("no frame, or unknown flags")
	}
	if !d.extended {
		return nil
	}
	for i, f := range d.frames {
		if f.alpha.size > 0 && f.alpha.at > f.image.at {
			return errors.New("ALPH behind the pixels")
		}
		if d.flags&flagAnimation == 0 {
			if i > 0 || f.w != d.w || f.h != d.h {
				return errors.New("the picture does not have the canvas's size")
			}
		} else if f.x+f.w > d.w || f.y+f.h > d.h {
			return errors.New("a frame exceeds the canvas")
		}
	}
	return nil
}

// chunks returns the data of a frame, from ALPH or the bit stream on.
func (d *demuxer) chunks(f frame) []byte {
	begin, end := f.image.at, f.image.at+f.image.size
	if f.alpha.size > 0 {
		begin = f.alpha.at
		end = max(end, begin+f.alpha.size+f.image.size)
	}
	return d.data[begin:end]
}

package png

import (
	"errors"
	"fmt"
)

// readBytes is how much of a chunk Pillow reads at a time.
const readBytes = 1 << 16

// part is a piece of the pixels' chunks that Pillow reads at once.
type part struct {
	input int   // where it ends in the joined data
	file  int   // where its chunk ends in the file
	seq   int64 // the animation's number then
}

// pixelInput feeds an inflater with the chunks of pixels that follow each other.
type pixelInput struct {
	z     *inflater
	parts []part
	used  int
	fail  error // what is wrong where more is needed
}

func newPixelInput(s *stream) *pixelInput {
	in := &pixelInput{}
	seq := s.seq
	data := in.gather(s)
	s.seq = seq
	in.z = newInflater(data)
	return in
}

// extend gives the inflater the next part.
func (in *pixelInput) extend() error {
	if in.used == len(in.parts) {
		return in.fail
	}
	in.z.extend(in.parts[in.used].input)
	in.used++
	return nil
}

// seek sets the stream to the end of the chunk that was read last.
func (in *pixelInput) seek(s *stream) {
	p := in.parts[max(in.used-1, 0)]
	s.at, s.seq = p.file, p.seq
}

// gather joins the data of the chunks.
func (in *pixelInput) gather(s *stream) (data []byte) {
	for c := s.pixels; ; {
		end := min(c.at+c.length, len(s.data))
		begin := len(data)
		data = append(data, s.data[min(c.at, end):end]...)
		for at := begin; at < len(data); {
			at = min(at+readBytes, len(data))
			in.parts = append(in.parts, part{at, end, s.seq})
		}
		if end < c.at+c.length {
			in.fail = errors.New("the file ends within its pixels")
			return data
		}
		s.at = min(end+4, len(s.data))
		if c, in.fail = s.next(); in.fail != nil {
			return data
		}
		switch c.name {
		case "IDAT", "DDAT":
		case "fdAT":
			if err := s.frameData(c); err != errEnd {
				in.fail = err
				return data
			}
			c = s.pixels
		default:
			in.fail = fmt.Errorf("the pixels end early, at chunk %s", c.name)
			return data
		}
	}
}

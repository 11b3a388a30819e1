package png

import (
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"hash/crc32"
	"strings"
	"unicode/utf8"
)

// Limits of Pillow on text, in bytes when unpacked.
const (
	maxText  = 1 << 20
	maxTexts = 64 << 20
)

const signature = "\x89PNG\r\n\x1a\n"

// A chunk that ends the reading of the header or, behind the pixels, the file.
var errEnd = errors.New("no more chunks")

// chunk is where a chunk lies in the file.
type chunk struct {
	name   string
	at     int // of its data
	length int // as announced; the file may be shorter
}

// layout is a colour type with a depth.
type layout struct{ depth, colour uint8 }

// stream reads the chunks of a file in order and keeps what they say.
type stream struct {
	data []byte
	at   int // where to read next

	known     bool // IHDR named a layout that exists
	layout    layout
	w, h      int64
	interlace bool
	palette   []byte
	// oneClear says that tRNS makes one index of a palette transparent: Pillow
	// then wants a palette.
	oneClear bool
	clear    []byte // the data of tRNS
	exif     []byte // a TIFF block
	profile  []byte // the text of a raw profile that holds Exif
	xmp      []byte

	texts  int
	frames int64 // of an animation, 0 where none is announced
	seq    int64 // number of the last animation chunk, -1 before the first
	box    *box  // where the default image lies
	pixels chunk // the chunk with the first pixels
}

// box is a rectangle of the canvas: first and behind last column and row.
type box struct{ x0, y0, x1, y1 int64 }

// next reads the head of the chunk at the current place.
func (s *stream) next() (chunk, error) {
	head := s.data[min(s.at, len(s.data)):]
	if len(head) < 4 {
		return chunk{}, errors.New("the file ends between two chunks")
	}
	name := head[4:min(8, len(head))]
	for _, b := range name {
		if b != '_' && (b < '0' || b > '9') && (b|0x20 < 'a' || b|0x20 > 'z') {
			name = nil
			break
		}
	}
	s.at = min(s.at+8, len(s.data))
	if len(name) < 4 {
		return chunk{}, errors.New("a chunk without a name of four letters")
	}
	return chunk{string(name), s.at, int(binary.BigEndian.Uint32(head))}, nil
}

// body reads the data of a chunk.
func (s *stream) body(c chunk) ([]byte, error) {
	if c.length > len(s.data)-s.at {
		s.at = len(s.data)
		return nil, fmt.Errorf("the file ends within chunk %s", c.name)
	}
	s.at += c.length
	return s.data[s.at-c.length : s.at], nil
}

// crc compares the checksum behind a chunk's data.
func (s *stream) crc(c chunk, body []byte) error {
	if len(s.data)-s.at < 4 {
		return fmt.Errorf("the file ends in the checksum of chunk %s", c.name)
	}
	sum := crc32.Update(crc32.ChecksumIEEE([]byte(c.name)), crc32.IEEETable, body)
	if sum != binary.BigEndian.Uint32(s.data[s.at:]) {
		return fmt.Errorf("the checksum of chunk %s is wrong", c.name)
	}
	s.at += 4
	return nil
}

// shortest is the least that Pillow wants in a chunk.
var shortest = map[string]int{"IHDR": 13, "gAMA": 4, "cHRM": 32, "sRGB": 1, "pHYs": 9, "acTL": 8, "fcTL": 26}

// read reads a chunk and keeps what it says. It returns errEnd at IEND and at
// pixels.
func (s *stream) read(c chunk) ([]byte, error) {
	switch {
	case c.name == "IEND":
		return nil, errEnd
	case c.name == "IDAT" && s.known:
		s.pixels = c
		return nil, errEnd
	case c.name == "fdAT":
		return nil, s.frameData(c)
	}
	body, err := s.body(c)
	if err != nil {
		return nil, err
	}
	if len(body) < shortest[c.name] {
		return nil, fmt.Errorf("chunk %s has only %d bytes", c.name, len(body))
	}
	switch c.name {
	case "IHDR":
		err = s.header(body)
	case "PLTE":
		if s.known && s.layout.colour == 3 {
			s.palette = body
		}
	case "tRNS":
		err = s.transparency(body)
	case "iCCP":
		err = iccProfile(body)
	case "tEXt", "zTXt", "iTXt":
		err = s.text(c.name, body)
	case "eXIf":
		s.exif = body
	case "acTL":
		s.animation(body)
	case "fcTL":
		err = s.frame(body)
	}
	return body, err
}

// header reads IHDR. A layout that does not exist leaves the last one.
func (s *stream) header(b []byte) error {
	s.w, s.h = int64(binary.BigEndian.Uint32(b)), int64(binary.BigEndian.Uint32(b[4:]))
	if l := (layout{b[8], b[9]}); channels[l] != 0 {
		s.layout, s.known = l, true
	}
	s.interlace = s.interlace || b[12] != 0
	if b[11] != 0 {
		return fmt.Errorf("filter method %d", b[11])
	}
	return nil
}

// transparency looks whether the chunk is as Pillow wants it.
func (s *stream) transparency(b []byte) error {
	want := 0
	switch {
	case s.known && s.layout.colour == 3:
		opaque := bytes.Trim(bytes.TrimSuffix(b, []byte("\n")), "\xff")
		if bytes.Equal(opaque, []byte{0}) {
			s.oneClear = true
		} else {
			s.oneClear = false
		}
	case s.known && s.layout.colour == 0:
		want = 2
	case s.known && s.layout.colour == 2:
		want = 6
	}
	if len(b) < want {
		return fmt.Errorf("chunk tRNS has only %d bytes", len(b))
	}
	s.clear = bytes.Clone(b)
	return nil
}

// iccProfile looks whether Pillow could read the profile; it is not applied.
func iccProfile(b []byte) error {
	method := bytes.IndexByte(b, 0) + 1
	if method >= len(b) {
		return errors.New("chunk iCCP ends early")
	}
	if b[method] != 0 {
		return fmt.Errorf("compression method %d in chunk iCCP", b[method])
	}
	_, err := unpack(b[method+1:])
	return err
}

// unpack inflates text or a profile. Damage gives nil, too much an error.
func unpack(packed []byte) ([]byte, error) {
	z := newInflater(packed)
	z.extend(len(packed))
	var out []byte
	for {
		part := make([]byte, min(1<<14, maxText-len(out)))
		n, why, err := z.fill(part)
		out = append(out, part[:n]...)
		switch {
		case err != nil:
			return nil, nil
		case why != full:
			return out, nil
		case len(out) == maxText && z.more():
			return nil, fmt.Errorf("text or profile of more than %d bytes when unpacked", maxText)
		case len(out) == maxText:
			return out, nil
		}
	}
}

// text reads a chunk of text, checks Pillow's limits, and keeps Exif and XMP that
// are stored as text.
func (s *stream) text(name string, b []byte) error {
	key, value, found := bytes.Cut(b, []byte{0})
	var err error
	switch {
	case name == "zTXt":
		if len(value) > 0 {
			if value[0] != 0 {
				return fmt.Errorf("compression method %d in chunk zTXt", value[0])
			}
			value, err = unpack(value[1:])
		}
	case name == "iTXt":
		var ok bool
		if value, ok, err = international(value); !found || !ok {
			return err
		}
	}
	if err != nil {
		return err
	}
	if len(key) > 0 || name == "iTXt" {
		size := len(value)
		if name == "iTXt" {
			size = utf8.RuneCount(value)
		}
		if s.texts += size; s.texts > maxTexts {
			return fmt.Errorf("more than %d bytes of text", maxTexts)
		}
	}
	switch string(key) {
	case "exif":
		if name == "tEXt" {
			s.exif = value
		}
	case "Raw profile type exif", "Raw profile type APP1":
		s.profile = value
	case "XML:com.adobe.xmp":
		s.xmp = value
	}
	return nil
}

// international reads what follows the key of iTXt. It reports false for text
// that Pillow skips.
func international(b []byte) (value []byte, ok bool, err error) {
	if len(b) < 2 {
		return nil, false, nil
	}
	packed, method := b[0] != 0, b[1]
	parts := bytes.SplitN(b[2:], []byte{0}, 3)
	if len(parts) < 3 || packed && method != 0 {
		return nil, false, nil
	}
	value = parts[2]
	if packed {
		if value, err = unpack(value); err != nil || value == nil {
			return nil, false, err
		}
	}
	return value, utf8.Valid(parts[0]) && utf8.Valid(parts[1]) && utf8.Valid(value), nil
}

// animation reads acTL. A second one takes the first back.
func (s *stream) animation(b []byte) {
	n := int64(binary.BigEndian.Uint32(b))
	if s.frames != 0 {
		s.frames = 0
		return
	}
	if n <= 0x8000_0000 {
		s.frames = n
	}
}

// frame reads fcTL: where on the canvas the next frame lies.
func (s *stream) frame(b []byte) error {
	if err := s.sequence(b); err != nil {
		return err
	}
	u := func(at int) int64 { return int64(binary.BigEndian.Uint32(b[at:])) }
	w, h, x, y := u(4), u(8), u(12), u(16)
	if x+w > s.w || y+h > s.h {
		return errors.New("a frame of the animation exceeds the canvas")
	}
	s.box = &box{x, y, x + w, y + h}
	return nil
}

// sequence checks the number that animation chunks begin with.
func (s *stream) sequence(b []byte) error {
	seq := int64(binary.BigEndian.Uint32(b))
	if seq != s.seq+1 {
		return errors.New("the sequence numbers of the animation are wrong")
	}
	s.seq = seq
	return nil
}

// frameData reads the number in fdAT, behind which pixels lie.
func (s *stream) frameData(c chunk) error {
	if c.length < 4 {
		return errors.New("chunk fdAT ends early")
	}
	number, err := s.body(chunk{c.name, c.at, 4})
	if err != nil {
		return err
	}
	if s.seq < 0 {
		return errors.New("chunk fdAT before fcTL")
	}
	if err := s.sequence(number); err != nil {
		return err
	}
	if !s.known {
		return errors.New("pixels before IHDR")
	}
	s.pixels = chunk{c.name, c.at + 4, c.length - 4}
	return errEnd
}

// exifBlock returns the TIFF block that the chunks read so far hold, or nil.
// A raw profile is three lines of text and then hexadecimal numbers.
func (s *stream) exifBlock() []byte {
	if s.exif != nil || s.profile == nil {
		return bytes.TrimPrefix(s.exif, []byte("Exif\x00\x00"))
	}
	lines := strings.SplitN(string(s.profile), "\n", 4)
	if len(lines) < 4 {
		return nil
	}
	// Damage further on leaves what stands before it.
	b, _ := hex.DecodeString(strings.Join(strings.Fields(lines[3]), ""))
	return bytes.TrimPrefix(b, []byte("Exif\x00\x00"))
}

package jpeg

import (
	"bufio"
	"bytes"
	"errors"
	"io"
)

// Header is what a file says of its first image.
type Header struct {
	Width, Height int
	Components    int
	Progressive   bool
}

// DecodeHeader reads the markers up to the first scan as Pillow does before it
// opens a file, and refuses what Pillow refuses there.
func DecodeHeader(data []byte) (Header, error) {
	return ReadHeader(bytes.NewReader(data))
}

// errMarker is Pillow's "no marker found".
var errMarker = FormatError("no marker found")

// ReadHeader is DecodeHeader of a file that is read no further than needed.
func ReadHeader(r io.Reader) (Header, error) {
	p := &headerReader{r: bufio.NewReader(r)}
	h, err := p.read()
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return Header{}, ErrTruncated
	}
	return h, err
}

// headerReader walks over the markers of a file.
type headerReader struct {
	r        *bufio.Reader
	header   Header
	sawFrame bool
	profile  []byte // the part of an ICC profile that sorts first
}

func (p *headerReader) read() (Header, error) {
	var start [3]byte
	if _, err := io.ReadFull(p.r, start[:]); err != nil {
		return Header{}, err
	}
	if start != [3]byte{0xff, mSOI, 0xff} {
		return Header{}, FormatError("it does not begin with SOI and a marker")
	}
	for c := byte(0xff); ; {
		if c != 0xff { // between markers
			var err error
			if c, err = p.r.ReadByte(); err != nil {
				return Header{}, err
			}
			continue
		}
		m, err := p.r.ReadByte()
		if err != nil {
			return Header{}, err
		}
		switch {
		case m == 0xff:
			continue
		case m == 0: // a stuffed byte
		case m < mSOF0 || m == 0xff:
			return Header{}, errMarker
		default:
			if err := p.segment(m); err != nil {
				return Header{}, err
			}
			if m == mSOS {
				if !p.sawFrame {
					return Header{}, FormatError("a scan without a frame header")
				}
				return p.header, nil
			}
		}
		if c, err = p.r.ReadByte(); err != nil {
			return Header{}, err
		}
	}
}

// segment reads the segment of a marker, if it has one.
func (p *headerReader) segment(m byte) error {
	bare := m == mJPG || m >= mRST0 && m <= mEOI || m >= 0xf0 && m < mCOM
	if bare {
		return nil
	}
	var size [2]byte
	if _, err := io.ReadFull(p.r, size[:]); err != nil {
		return err
	}
	n := max(0, int(size[0])<<8|int(size[1])-2)
	frame := m >= mSOF0 && m <= mSOF15 && m != mDHT && m != mDAC || m == 0xde
	if !frame && m != mDQT && m != mAPP0 && m != mAPP0+2 && m != mAPP14 {
		_, err := io.CopyN(io.Discard, p.r, int64(n))
		return err
	}
	s := make([]byte, n)
	if _, err := io.ReadFull(p.r, s); err != nil {
		return err
	}
	switch {
	case frame:
		return p.frame(m, s)
	case m == mDQT:
		return checkTables(s)
	}
	return p.application(m, s)
}

// frame reads a frame header.
func (p *headerReader) frame(m byte, s []byte) error {
	if len(s) < 6 || (len(s)-6)%3 != 0 {
		return formatErrorf("a frame header of %d bytes", len(s)+2)
	}
	h := Header{
		Width:       int(s[3])<<8 | int(s[4]),
		Height:      int(s[1])<<8 | int(s[2]),
		Components:  int(s[5]),
		Progressive: m&3 == 2,
	}
	switch {
	case s[0] != 8:
		return unsupportedf("%d-bit samples", s[0])
	case h.Components != 1 && h.Components != 3 && h.Components != 4:
		return unsupportedf("%d components", h.Components)
	}
	if p.profile != nil && len(p.profile) < 14 {
		return formatErrorf("a part of an ICC profile has %d bytes", len(p.profile))
	}
	p.header, p.sawFrame, p.profile = h, true, nil
	return nil
}

// checkTables reads quantisation tables.
func checkTables(s []byte) error {
	for len(s) > 0 {
		size := 65
		if s[0]>>4 != 0 {
			size = 129
		}
		if len(s) < size {
			return FormatError("bad quantization table marker")
		}
		s = s[size:]
	}
	return nil
}

// application reads an APP segment of which Pillow wants certain fields.
func (p *headerReader) application(m byte, s []byte) error {
	short := false
	switch {
	case m == mAPP0 && bytes.HasPrefix(s, []byte("JFIF")):
		short = len(s) < 7
	case m == mAPP14 && bytes.HasPrefix(s, []byte("Adobe")):
		short = len(s) < 7
	case m == mAPP0+2 && bytes.HasPrefix(s, []byte("ICC_PROFILE\x00")):
		if p.profile == nil || bytes.Compare(s, p.profile) < 0 {
			p.profile = s
		}
	}
	if short {
		return formatErrorf("a JFIF or Adobe segment of %d bytes", len(s)+2)
	}
	return nil
}

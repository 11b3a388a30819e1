package matfile

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"

	"frontdoor/internal/budget"
)

// Data types of elements.
const (
	typeInt8       = 1
	typeUint8      = 2
	typeInt16      = 3
	typeUint16     = 4
	typeInt32      = 5
	typeUint32     = 6
	typeDouble     = 9
	typeMatrix     = 14
	typeCompressed = 15
	typeUTF8       = 16
	typeUTF16      = 17
)

// widths is how many bytes a value of a type takes.
var widths = map[int]int{typeInt8: 1, typeUint8: 1, typeUTF8: 1, typeInt16: 2, typeUint16: 2, typeUTF16: 2,
	typeInt32: 4, typeUint32: 4, typeDouble: 8}

// element is a tag and its bytes.
type element struct {
	typ    int
	data   []byte
	budget *budget.Budget // of the file
}

// reader takes elements off the front of bytes.
type reader struct {
	rest   []byte
	budget *budget.Budget // of the file
}

var errCut = errors.New("it is cut off")

// next returns the next element.
func (r *reader) next() (element, error) {
	if len(r.rest) < 8 {
		return element{}, errCut
	}
	tag := binary.LittleEndian.Uint32(r.rest)
	if n := int(tag >> 16); n != 0 { // small: length and type share four bytes
		if n > 4 {
			return element{}, fmt.Errorf("a small element of %d bytes", n)
		}
		e := element{int(tag & 0xffff), r.rest[4 : 4+n], r.budget}
		r.rest = r.rest[8:]
		return e, nil
	}
	n := int64(binary.LittleEndian.Uint32(r.rest[4:]))
	r.rest = r.rest[8:]
	if n > int64(len(r.rest)) {
		return element{}, errCut
	}
	e := element{int(tag), r.rest[:n], r.budget}
	if tag != typeCompressed {
		n = (n + 7) / 8 * 8
	}
	r.rest = r.rest[min(n, int64(len(r.rest))):] // the last padding may be missing
	return e, nil
}

// numbers reads the values of an element.
func (e element) numbers() ([]float64, error) {
	w := widths[e.typ]
	if w == 0 || len(e.data)%w != 0 {
		return nil, fmt.Errorf("%d bytes of type %d are no numbers", len(e.data), e.typ)
	}
	if err := e.budget.Bytes(8 * int64(len(e.data)/w)); err != nil {
		return nil, err
	}
	out := make([]float64, len(e.data)/w)
	for i := range out {
		b := e.data[i*w : (i+1)*w]
		switch e.typ {
		case typeInt8:
			out[i] = float64(int8(b[0]))
		case typeUint8, typeUTF8:
			out[i] = float64(b[0])
		case typeInt16:
			out[i] = float64(int16(binary.LittleEndian.Uint16(b)))
		case typeUint16, typeUTF16:
			out[i] = float64(binary.LittleEndian.Uint16(b))
		case typeInt32:
			out[i] = float64(int32(binary.LittleEndian.Uint32(b)))
		case typeUint32:
			out[i] = float64(binary.LittleEndian.Uint32(b))
		case typeDouble:
			out[i] = math.Float64frombits(binary.LittleEndian.Uint64(b))
		}
	}
	return out, nil
}

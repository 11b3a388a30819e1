package matfile

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
)

// Data types of elements.
const (
	typeInt8       = 1
	typeUint8      = 2
	typeInt16      = 3
	typeUint16     = 4
	typeInt32      = 5
	typeUint32     = 6
	typeSingle     = 7
	typeDouble     = 9
	typeInt64      = 12
	typeUint64     = 13
	typeMatrix     = 14
	typeCompressed = 15
	typeUTF8       = 16
	typeUTF16      = 17
	typeUTF32      = 18
)

// width is how many bytes a value of a type takes; 0 if it holds no values.
func width(typ int) int {
	switch typ {
	case typeInt8, typeUint8, typeUTF8:
		return 1
	case typeInt16, typeUint16, typeUTF16:
		return 2
	case typeInt32, typeUint32, typeSingle, typeUTF32:
		return 4
	case typeInt64, typeUint64, typeDouble:
		return 8
	}
	return 0
}

// element is a tag and its bytes.
type element struct {
	typ  int
	data []byte
}

// reader takes elements off the front of bytes.
type reader struct {
	order binary.ByteOrder
	rest  []byte
	depth int // arrays inside arrays
}

var errCut = errors.New("it is cut off")

// next returns the next element.
func (r *reader) next() (element, error) {
	if len(r.rest) < 8 {
		return element{}, errCut
	}
	tag := r.order.Uint32(r.rest)
	if n := int(tag >> 16); n != 0 { // small: length and type share four bytes
		if n > 4 {
			return element{}, fmt.Errorf("a small element of %d bytes", n)
		}
		e := element{int(tag & 0xffff), r.rest[4 : 4+n]}
		r.rest = r.rest[8:]
		return e, nil
	}
	n := int64(r.order.Uint32(r.rest[4:]))
	r.rest = r.rest[8:]
	if n > int64(len(r.rest)) {
		return element{}, errCut
	}
	e := element{int(tag), r.rest[:n]}
	if tag != typeCompressed {
		n = (n + 7) / 8 * 8
	}
	r.rest = r.rest[min(n, int64(len(r.rest))):] // the last padding may be missing
	return e, nil
}

// maxUnpacked bounds what the compressed elements of a file may become. The
// label files of the benchmark take a few megabytes.
const maxUnpacked = 64 << 20

// unpack returns the elements in a compressed element, and takes their bytes
// from the room that is left.
func (r *reader) unpack(data []byte, room *int) (*reader, error) {
	z, err := zlib.NewReader(bytes.NewReader(data))
	if err != nil {
		return nil, err
	}
	plain, err := io.ReadAll(io.LimitReader(z, int64(*room)+1))
	if err != nil {
		return nil, err
	}
	if *room -= len(plain); *room < 0 {
		return nil, fmt.Errorf("it takes more than %d bytes when unpacked", maxUnpacked)
	}
	return &reader{order: r.order, rest: plain}, nil
}

// numbers reads the values of an element.
func (r *reader) numbers(e element) ([]float64, error) {
	w := width(e.typ)
	if w == 0 || len(e.data)%w != 0 {
		return nil, fmt.Errorf("%d bytes of type %d are no numbers", len(e.data), e.typ)
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
			out[i] = float64(int16(r.order.Uint16(b)))
		case typeUint16, typeUTF16:
			out[i] = float64(r.order.Uint16(b))
		case typeInt32:
			out[i] = float64(int32(r.order.Uint32(b)))
		case typeUint32, typeUTF32:
			out[i] = float64(r.order.Uint32(b))
		case typeSingle:
			out[i] = float64(math.Float32frombits(r.order.Uint32(b)))
		case typeInt64:
			out[i] = float64(int64(r.order.Uint64(b)))
		case typeUint64:
			out[i] = float64(r.order.Uint64(b))
		case typeDouble:
			out[i] = math.Float64frombits(r.order.Uint64(b))
		}
	}
	return out, nil
}

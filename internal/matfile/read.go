package matfile

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
)

// headerBytes is the length of the text and the version before the elements.
const headerBytes = 128

// Read returns the variables of the file at path by name. The error names the
// file and says why it cannot be read.
func Read(path string) (map[string]*Value, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	vars, err := Decode(data)
	if err != nil {
		return nil, fmt.Errorf("%s is no whole MATLAB file of level 5, fetch it again: %w", path, err)
	}
	return vars, nil
}

// Decode is Read for a file in memory. Variables of classes that it does not
// read, such as objects and sparse matrices, have Class and Dims alone.
func Decode(data []byte) (map[string]*Value, error) {
	order, err := header(data)
	if err != nil {
		return nil, err
	}
	r := &reader{order: order, rest: data[headerBytes:]}
	vars, room := map[string]*Value{}, maxUnpacked
	for len(r.rest) > 0 {
		e, err := r.next()
		if err != nil {
			return nil, err
		}
		if e.typ == typeCompressed {
			inner, err := r.unpack(e.data, &room)
			if err != nil {
				return nil, err
			}
			if e, err = inner.next(); err != nil {
				return nil, err
			}
		}
		if e.typ != typeMatrix {
			return nil, fmt.Errorf("an element of type %d where an array should be", e.typ)
		}
		name, v, err := (&reader{order: order, rest: e.data}).array()
		if err != nil {
			return nil, err
		}
		vars[name] = v
	}
	return vars, nil
}

// header checks the first bytes and returns the byte order.
func header(data []byte) (binary.ByteOrder, error) {
	if bytes.HasPrefix(data, []byte("\x89HDF")) || bytes.HasPrefix(data, []byte("MATLAB 7.3")) {
		return nil, errors.New(`it is of version 7.3; save it in MATLAB with save(..., "-v7")`)
	}
	if len(data) < headerBytes {
		return nil, errCut
	}
	var order binary.ByteOrder
	switch string(data[126:128]) { // "MI" as the writer's 16-bit number
	case "IM":
		order = binary.LittleEndian
	case "MI":
		order = binary.BigEndian
	default:
		return nil, errors.New("its header is of another format")
	}
	if v := order.Uint16(data[124:]); v != 0x0100 {
		return nil, fmt.Errorf("its version is %#x", v)
	}
	return order, nil
}

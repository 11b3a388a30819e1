package matfile

import (
	"bytes"
	"compress/zlib"
	"errors"
	"fmt"
	"io"

	"frontdoor/internal/budget"
	"frontdoor/internal/safefile"
)

// headerBytes is the length of the text and the version before the elements.
const headerBytes = 128

// maxFile bounds a file: the label files have less than a megabyte.
const maxFile = 64 << 20

// rates are what a file may cost, unpacked and as values. The label files take
// a few megabytes.
var rates = budget.Rates{FreeBytes: 16 << 20, BytesPerByte: 64}

// Read returns the variable of that name of the file at path. The error names
// the file and says why it cannot be read.
func Read(path, name string) (Value, error) {
	data, err := safefile.Read(path, maxFile)
	if err != nil {
		return Value{}, err
	}
	v, err := decode(data, name)
	if err != nil {
		return Value{}, fmt.Errorf("%s cannot be read as a MATLAB file of labels, fetch it again: %w", path, err)
	}
	return v, nil
}

// decode is Read for a file in memory.
func decode(data []byte, name string) (Value, error) {
	if err := checkHeader(data); err != nil {
		return Value{}, err
	}
	r := reader{data[headerBytes:], rates.For(int64(len(data)))}
	for len(r.rest) > 0 {
		e, err := r.next()
		if err == nil && e.typ == typeCompressed {
			e, err = e.unpack()
		}
		if err != nil {
			return Value{}, err
		}
		a, err := e.open()
		if err != nil {
			return Value{}, err
		}
		if a.name != name {
			continue
		}
		v, err := a.value(0)
		if err != nil {
			err = fmt.Errorf("%s: %w", name, err)
		}
		return v, err
	}
	return Value{}, fmt.Errorf("it has no variable %s", name)
}

// unpack returns the element in a compressed element.
func (e element) unpack() (element, error) {
	z, err := zlib.NewReader(bytes.NewReader(e.data))
	if err != nil {
		return element{}, err
	}
	const growth = 3 // of the buffer that it is read into, with its copies
	whole, err := io.ReadAll(io.LimitReader(z, e.budget.Left()/growth+1))
	if err != nil {
		return element{}, err
	}
	if err := e.budget.Bytes(growth * int64(len(whole))); err != nil {
		return element{}, fmt.Errorf("unpacked it has more than %d bytes: %w", len(whole)-1, err)
	}
	return (&reader{whole, e.budget}).next()
}

// checkHeader checks the first bytes.
func checkHeader(data []byte) error {
	switch {
	case bytes.HasPrefix(data, []byte("\x89HDF")) || bytes.HasPrefix(data, []byte("MATLAB 7.3")):
		return errors.New(`it is of version 7.3; save it in MATLAB with save(..., "-v7")`)
	case len(data) < headerBytes:
		return errCut
	case string(data[124:128]) != "\x00\x01IM": // version and byte order
		return errors.New("its header is of another format")
	}
	return nil
}

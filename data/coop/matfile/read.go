package matfile

import (
	"bytes"
	"compress/zlib"
	"errors"
	"fmt"
	"io"
	"os"
)

// headerBytes is the length of the text and the version before the elements.
const headerBytes = 128

// maxUnpacked bounds what the compressed elements of a file may become. The
// label files take a few megabytes.
const maxUnpacked = 64 << 20

// Read returns the variable of that name of the file at path. The error names
// the file and says why it cannot be read.
func Read(path, name string) (Value, error) {
	data, err := os.ReadFile(path)
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
	r := reader{data[headerBytes:]}
	for room := maxUnpacked; len(r.rest) > 0; {
		e, err := r.next()
		if err == nil && e.typ == typeCompressed {
			e, err = e.unpack(&room)
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

// unpack returns the element in a compressed element, and takes its bytes from
// the room that is left.
func (e element) unpack(room *int) (element, error) {
	z, err := zlib.NewReader(bytes.NewReader(e.data))
	if err != nil {
		return element{}, err
	}
	whole, err := io.ReadAll(io.LimitReader(z, int64(*room)+1))
	if err != nil {
		return element{}, err
	}
	if *room -= len(whole); *room < 0 {
		return element{}, fmt.Errorf("it takes more than %d bytes when unpacked", maxUnpacked)
	}
	return (&reader{whole}).next()
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

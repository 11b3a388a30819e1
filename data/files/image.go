package files

import (
	"bytes"
	"context"
	"fmt"
	"io"

	"frontdoor/imaging"
	"frontdoor/internal/safefile"
	"frontdoor/internal/textfile"
)

// Image is an image in its place: a file, a member of an archive or a cell of
// a table.
type Image interface {
	// Name says where the image is, for messages and result files.
	Name() string
	// Probe reads the header and returns an error if this is no image that can
	// be read, as far as the header tells.
	Probe() error
	// Open decodes the image; upright turns a photograph as its EXIF
	// orientation asks. Errors name the image.
	Open(ctx context.Context, upright bool) (*imaging.Image, error)
	// Verify returns the error that Open would return.
	Verify(ctx context.Context) error
}

// Disk is an image file; its value is the path.
type Disk string

// Name returns the path.
func (d Disk) Name() string { return string(d) }

// Probe reads the header.
func (d Disk) Probe() error {
	_, _, err := imaging.Probe(string(d))
	return err
}

// Open decodes the file.
func (d Disk) Open(ctx context.Context, upright bool) (*imaging.Image, error) {
	if upright {
		return imaging.LoadUpright(ctx, string(d))
	}
	return imaging.Load(ctx, string(d))
}

// Verify decodes the file and makes no image of it.
func (d Disk) Verify(ctx context.Context) error { return imaging.Verify(ctx, string(d)) }

// A store reads an image from inside a larger file.
type store interface {
	// open returns the bytes of the image and how many there are.
	open() (io.ReadCloser, int64, error)
}

// inside is an image inside a larger file.
type inside struct {
	name string
	store
}

// Name returns the path of the larger file and the image's place in it.
func (m inside) Name() string { return m.name }

// maxInside bounds an image inside a larger file. What is compressed could
// otherwise announce any length.
const maxInside = 256 << 20

// Probe reads the header.
func (m inside) Probe() error {
	r, size, err := m.begin()
	if err != nil {
		return err
	}
	defer r.Close()
	_, _, err = imaging.ProbeReader(r, size, m.name)
	return err
}

// begin opens the store.
func (m inside) begin() (io.ReadCloser, int64, error) {
	r, size, err := m.store.open()
	switch {
	case err != nil:
		return nil, 0, fmt.Errorf("image %s: %w", m.name, err)
	case size < 0 || size > maxInside:
		r.Close()
		return nil, 0, fmt.Errorf("image %s: %d bytes, more than the limit of %d inside another file", m.name, size, maxInside)
	}
	return r, size, nil
}

// Bytes returns the bytes of the image.
func (m inside) Bytes() ([]byte, error) {
	r, size, err := m.begin()
	if err != nil {
		return nil, err
	}
	defer r.Close()
	// The length is a promise: what is not an image is not read.
	var head bytes.Buffer
	if _, _, err := imaging.ProbeReader(io.TeeReader(r, &head), size, m.name); err != nil {
		return nil, err
	}
	data, err := io.ReadAll(io.LimitReader(io.MultiReader(&head, r), size+1))
	switch {
	case err != nil:
		return nil, fmt.Errorf("image %s: %w", m.name, err)
	case int64(len(data)) != size:
		return nil, fmt.Errorf("image %s: it has not the %d bytes that are announced", m.name, size)
	}
	return data, nil
}

// Open decodes the image.
func (m inside) Open(ctx context.Context, upright bool) (*imaging.Image, error) {
	data, err := m.Bytes()
	if err != nil {
		return nil, err
	}
	im, err := imaging.Decode(ctx, data, m.name)
	if err == nil && upright {
		im = im.Oriented(imaging.Orientation(data))
	}
	return im, err
}

// Verify decodes the image.
func (m inside) Verify(ctx context.Context) error {
	_, err := m.Open(ctx, false)
	return err
}

// section is a part of a file that is stored as it is.
type section struct {
	path         string
	offset, size int64
}

func (s section) open() (io.ReadCloser, int64, error) {
	file, _, err := safefile.Open(s.path)
	if err != nil {
		return nil, 0, err
	}
	return part{io.NewSectionReader(file, s.offset, s.size), file}, s.size, nil
}

// part reads a part of a file and closes the file.
type part struct {
	io.Reader
	io.Closer
}

// readText returns the text of a small file in a tree.
func readText(file Image) (string, error) {
	if d, ok := file.(Disk); ok {
		return textfile.Read(string(d))
	}
	r, _, err := file.(inside).begin()
	if err != nil {
		return "", err
	}
	defer r.Close()
	data, err := io.ReadAll(io.LimitReader(r, maxInside))
	if err != nil {
		return "", fmt.Errorf("%s: %w", file.Name(), err)
	}
	text, err := textfile.Decode(data)
	if err != nil {
		return "", fmt.Errorf("%s: %w", file.Name(), err)
	}
	return text, nil
}

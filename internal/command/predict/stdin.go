package predict

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"strings"

	"frontdoor/data"
	"frontdoor/imaging"
)

// stdinName stands for standard input among the images.
const stdinName = "-"

// mostPiped bounds what is read from standard input.
const mostPiped = 256 << 20

// piped reads standard input: one image's bytes, or paths, one a line or with a
// NUL behind each for -0. Whatever has a NUL in it and is not asked to be paths
// is taken for an image, perhaps a damaged one.
func (o *options) piped() (image data.Source, paths []string, err error) {
	text, err := io.ReadAll(io.LimitReader(o.stdin, mostPiped+1))
	switch {
	case err != nil:
		return nil, nil, fmt.Errorf("standard input: %w", err)
	case len(text) > mostPiped:
		return nil, nil, fmt.Errorf("standard input: more than %d MiB", mostPiped>>20)
	case len(text) == 0:
		return nil, nil, fmt.Errorf("standard input is empty: want paths, or the bytes of one image")
	case o.nul:
		paths, err = pathsOf(text, "\x00")
		return nil, paths, err
	}
	_, _, err = imaging.ProbeReader(bytes.NewReader(text), int64(len(text)), stdinName)
	if err == nil || bytes.IndexByte(text, 0) >= 0 {
		return bytesPhoto{text, o.exif}, nil, nil
	}
	paths, err = pathsOf(text, "\n")
	return nil, paths, err
}

// mostPath is more than a path has on any system.
const mostPath = 32 << 10

// pathsOf splits a list of paths, whose last one may have no end.
func pathsOf(text []byte, end string) (paths []string, err error) {
	for path := range strings.SplitSeq(string(text), end) {
		if end == "\n" {
			path = strings.TrimSuffix(path, "\r")
		}
		if len(path) > mostPath {
			return nil, fmt.Errorf("standard input: a path of %d bytes is none: want one a line, or with -0 a NUL behind each", len(path))
		}
		if path != "" {
			paths = append(paths, path)
		}
	}
	return paths, nil
}

// bytesPhoto is an image that came through a pipe.
type bytesPhoto struct {
	data    []byte
	upright bool
}

// Name returns the name of standard input.
func (bytesPhoto) Name() string { return stdinName }

// Open decodes the image.
func (p bytesPhoto) Open(ctx context.Context) (*imaging.Image, error) {
	im, err := imaging.Decode(ctx, p.data, "standard input")
	if err != nil || !p.upright {
		return im, err
	}
	return im.Oriented(imaging.Orientation(p.data)), nil
}

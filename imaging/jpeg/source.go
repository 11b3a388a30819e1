package jpeg

import (
	"errors"
	"fmt"
)

// chunk is how many bytes Pillow hands to libjpeg at a time
// (ImageFile.MAXBLOCK). It decides what the decoder knows of the file when the
// last row is done, and how it reads near the end of what it has.
const chunk = 64 << 10

// ErrTruncated is returned for a file that ends before its last row: the
// error that Pillow reports as "image file is truncated".
var ErrTruncated = errors.New("image file is truncated")

// errSuspend says that a step needs more bytes than have been handed over. The
// step has then changed nothing that its repetition would not set again.
var errSuspend = errors.New("more bytes are needed")

// A FormatError says what in the file cannot be decoded: the errors that
// Pillow reports as "broken data stream".
type FormatError string

// Error returns the reason behind Pillow's words.
func (e FormatError) Error() string { return "broken data stream: " + string(e) }

func formatErrorf(format string, args ...any) error {
	return FormatError(fmt.Sprintf(format, args...))
}

// unsupported is a feature that is not read, which is no damage: it is
// [errors.ErrUnsupported].
type unsupported string

func (u unsupported) Error() string      { return string(u) }
func (unsupported) Is(target error) bool { return target == errors.ErrUnsupported }

func unsupportedf(format string, args ...any) error {
	return unsupported(fmt.Sprintf(format, args...))
}

// source is the part of the file that has been handed over: data[pos:limit].
// Skipping may move pos beyond limit.
type source struct {
	data       []byte
	pos, limit int
}

// more hands over the next chunk and reports whether there was one.
func (s *source) more() bool {
	if s.limit >= len(s.data) {
		return false
	}
	s.limit = min(s.limit+chunk, len(s.data))
	return true
}

// avail is the number of bytes that can be read.
func (s *source) avail() int { return max(s.limit-s.pos, 0) }

// run repeats step until it no longer needs more bytes.
func (d *decoder) run(step func() error) error {
	for {
		err := step()
		if err != errSuspend {
			return err
		}
		if !d.src.more() {
			return ErrTruncated
		}
	}
}

package imaging

import "fmt"

// A header is a few bytes that anybody can write, and a few more may stand for
// a picture of any size.
const (
	// MaxPixels is the size at which Pillow calls an image a decompression bomb
	// and refuses it.
	MaxPixels = 178_956_970
	// freeBytes may be announced by a file of any length. It counts the pixels
	// as the format packs them: a page of one bit a pixel takes an eighth of a
	// byte each. Decoded they are three bytes each, so that a GIF of a few bytes
	// that announces the most takes 64 MiB of indices and 192 MiB of colours.
	freeBytes = 64 << 20
	// maxExpansion is what each byte of a file may announce beyond that. The
	// densest honest files reach 1,032 (PNG) and 2,730 (GIF).
	maxExpansion = 4096
)

// extent is what a header announces: columns, rows, and the bytes that the
// pixels take as the format packs them.
type extent struct{ w, h, bytes int64 }

// sizeError is a refusal for the size alone.
type sizeError struct{ text string }

func (e *sizeError) Error() string { return e.text }

// check refuses a picture that is empty or larger than the limits allow to a
// file of size bytes.
func (e extent) check(format string, size int64) error {
	switch {
	case e.w <= 0 || e.h <= 0:
		return &sizeError{fmt.Sprintf("the %s header announces %d x %d pixels", format, e.w, e.h)}
	case e.h > MaxPixels/e.w: // without the overflow of w*h
		return &sizeError{fmt.Sprintf("%d x %d pixels are more than the limit of %d; make it smaller", e.w, e.h, MaxPixels)}
	case e.bytes > freeBytes && e.bytes/maxExpansion > size:
		return &sizeError{fmt.Sprintf("the header announces %d x %d pixels (%d bytes unpacked) but the file has only %d bytes: the limit is %d bytes unpacked, and beyond that %d for each byte of the file",
			e.w, e.h, e.bytes, size, freeBytes, maxExpansion)}
	}
	return nil
}

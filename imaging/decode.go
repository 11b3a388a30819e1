package imaging

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"frontdoor/imaging/heif"
	"frontdoor/imaging/png"
	"frontdoor/imaging/webp"
	"frontdoor/internal/safefile"
)

const (
	// maxFileBytes bounds what Load reads into memory.
	maxFileBytes = 1 << 30
	// headBytes is how much of a file the formats need to be told apart.
	headBytes = 64
	// prefixBytes is how much Probe reads to find the size; few files have it
	// further behind, and those are read whole.
	prefixBytes = 1 << 16
)

// format is a file format that this package reads, known by its first bytes.
type format struct {
	name  string
	magic func(head []byte) bool
	// size reads what the header announces. The data may end early.
	size func(data []byte) (extent, error)
	// decode reads the picture. Before it allocates by the header's word it asks
	// check whether the size is wanted.
	decode func(ctx context.Context, data []byte, check func(extent) error) (*Image, error)
	// notes returns the metadata that may say how the picture is to be turned: an
	// Exif block, from the TIFF header on, and a text of XMP. Each may be nil.
	notes func(data []byte) (exif, xmp []byte)
	// whole says whether a file that begins and ends so was not cut off.
	whole func(head, tail []byte, size int64) bool
}

var formats = []format{
	{"JPEG", prefix("\xff\xd8"), sizeJPEG, decodeJPEG, notesOfJPEG, endsWith("\xff\xd9")},
	{"PNG", prefix("\x89PNG\r\n\x1a\n"), sizePNG, decodePNG, png.Metadata, endsWith("IEND\xaeB`\x82")},
	{"GIF", prefix("GIF8"), sizeGIF, decodeGIF, noNotes, endsWith("\x00;")},
	{"WebP", isWebP, sizeWebP, decodeWebP, webp.Metadata, wholeWebP},
	{"HEIC", heif.IsHEIC, sizeHEIF, decodeHEIF, noNotes, neverWhole},
	{"AVIF", heif.IsAVIF, sizeHEIF, decodeHEIF, heif.Metadata, neverWhole},
}

func prefix(magic string) func([]byte) bool {
	return func(head []byte) bool { return bytes.HasPrefix(head, []byte(magic)) }
}

// Decode reads a JPEG, PNG, GIF (its first frame), WebP (its first frame), HEIC
// or AVIF image, recognised by content, as Pillow 13's open(...).convert("RGB") does:
// alpha is dropped and not composited, grey is replicated, a palette is looked
// up, and the EXIF orientation is ignored; the package's comment says what is
// equal to the byte. The name is used in errors only. It returns an error for
// what Pillow cannot read, which is [errors.ErrUnsupported] where it is no damage,
// and for what the limits on size forbid; see MaxPixels. When ctx ends it stops,
// with the context's error.
func Decode(ctx context.Context, data []byte, name string) (*Image, error) {
	f, err := sniff(data[:min(len(data), headBytes)])
	if err != nil {
		return nil, fmt.Errorf("image %s: %w", name, err)
	}
	if ctx == nil {
		return nil, fmt.Errorf("image %s: the context is nil", name)
	}
	if err := ctx.Err(); err != nil {
		return nil, fmt.Errorf("image %s: %w", name, err)
	}
	im, err := f.decode(ctx, data, func(e extent) error { return e.check(f.name, int64(len(data))) })
	if errors.As(err, new(*sizeError)) || err != nil && ctx.Err() != nil {
		return nil, fmt.Errorf("image %s: %w", name, err)
	}
	if errors.Is(err, errors.ErrUnsupported) {
		return nil, f.unsupported(name, err)
	}
	if err != nil {
		return nil, fmt.Errorf("image %s: damaged or truncated %s file, replace it: %w", name, f.name, err)
	}
	return im, nil
}

// unsupported is the error of a file that need not be damaged.
func (f format) unsupported(name string, err error) error {
	return fmt.Errorf("image %s: this %s is not supported, convert it to another one: %w", name, f.name, err)
}

// Load reads the image file at path; see Decode. The error names the file.
func Load(ctx context.Context, path string) (*Image, error) {
	file, size, err := open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	data := make([]byte, size)
	if _, err := io.ReadFull(file, data); err != nil {
		return nil, fmt.Errorf("image %s: %w", path, err)
	}
	return Decode(ctx, data, path)
}

// Probe reads only the header of the image file at path and returns the width
// and height that it announces. It finds what is not an image, and what Decode
// would refuse for its size, without decoding; damage further on is found by
// Load alone. The error names the file.
func Probe(path string) (w, h int, err error) {
	file, size, err := open(path)
	if err != nil {
		return 0, 0, err
	}
	defer file.Close()
	return ProbeReader(file, size, path)
}

// open opens a regular file and returns its size. A pipe or a device could
// block for ever, so it is refused before it is opened.
func open(path string) (*os.File, int64, error) {
	file, size, err := safefile.Open(path)
	if err != nil {
		return nil, 0, fmt.Errorf("image %w", err)
	}
	if size > maxFileBytes {
		file.Close()
		return nil, 0, fmt.Errorf("image %s: %d bytes, more than the limit of %d", path, size, int64(maxFileBytes))
	}
	return file, size, nil
}

// sniff finds the format of a file from its first bytes.
func sniff(head []byte) (*format, error) {
	if len(head) == 0 {
		return nil, errors.New("the file is empty")
	}
	for i := range formats {
		if formats[i].magic(head) {
			return &formats[i], nil
		}
	}
	return nil, errors.New("not an image that can be read (want JPEG, PNG, GIF, WebP, HEIC or AVIF by content, whatever the file's extension)")
}

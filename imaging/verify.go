package imaging

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
)

// Verify returns the error that Load would return.
func Verify(ctx context.Context, path string) error {
	_, err := Load(ctx, path)
	return err
}

// tailBytes is how much of the end of a file Glance reads.
const tailBytes = 1 << 10

// Glance is Verify at the price of two short reads: it looks at the header and
// at the end of the file, and decodes the file only if the end is not what the
// format ends with. So it finds a file that was cut off, and does not find
// damage in the middle.
func Glance(ctx context.Context, path string) error {
	if _, _, err := Probe(path); err != nil {
		return err
	}
	file, size, err := open(path)
	if err != nil {
		return err
	}
	defer file.Close()
	head, tail := make([]byte, min(size, headBytes)), make([]byte, min(size, tailBytes))
	if _, err := file.ReadAt(head, 0); err != nil {
		return fmt.Errorf("image %s: %w", path, err)
	}
	if _, err := file.ReadAt(tail, size-int64(len(tail))); err != nil {
		return fmt.Errorf("image %s: %w", path, err)
	}
	if f, err := sniff(head); err == nil && f.whole(head, tail, size) {
		return nil
	}
	return Verify(ctx, path)
}

// endsWith is for formats with a mark at their end.
func endsWith(mark string) func(head, tail []byte, size int64) bool {
	return func(_, tail []byte, _ int64) bool { return bytes.HasSuffix(tail, []byte(mark)) }
}

// wholeWebP compares the length in the header with the file's.
func wholeWebP(head, _ []byte, size int64) bool {
	return len(head) >= 8 && size >= 8+int64(binary.LittleEndian.Uint32(head[4:]))
}

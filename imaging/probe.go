package imaging

import (
	"errors"
	"fmt"
	"io"
)

// ProbeReader is Probe for an image of size bytes that r reads from its
// beginning, such as a member of an archive. It reads no more than it needs for
// the header. The name is used in errors only.
func ProbeReader(r io.Reader, size int64, name string) (w, h int, err error) {
	if size > maxFileBytes {
		return 0, 0, fmt.Errorf("image %s: %d bytes, more than the limit of %d", name, size, int64(maxFileBytes))
	}
	data := make([]byte, max(0, min(size, prefixBytes)))
	if _, err := io.ReadFull(r, data); err != nil {
		return 0, 0, fmt.Errorf("image %s: %w", name, err)
	}
	f, err := sniff(data[:min(len(data), headBytes)])
	if err != nil {
		return 0, 0, fmt.Errorf("image %s: %w", name, err)
	}
	e, err := f.size(data)
	if err != nil && size > prefixBytes {
		rest, failed := io.ReadAll(io.LimitReader(r, size-prefixBytes))
		if failed != nil {
			return 0, 0, fmt.Errorf("image %s: %w", name, failed)
		}
		e, err = f.size(append(data, rest...))
	}
	if errors.Is(err, errors.ErrUnsupported) {
		return 0, 0, f.unsupported(name, err)
	}
	if err != nil {
		return 0, 0, fmt.Errorf("image %s: damaged or truncated %s header: %w", name, f.name, err)
	}
	if err := e.check(f.name, size); err != nil {
		return 0, 0, fmt.Errorf("image %s: %w", name, err)
	}
	return int(e.w), int(e.h), nil
}

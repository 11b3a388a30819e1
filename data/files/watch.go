package files

import (
	"context"
	"os"
)

// watched is a file whose reading ends with a context.
type watched struct {
	*os.File
	ctx context.Context
}

// Read reads on.
func (w watched) Read(p []byte) (int, error) {
	if err := w.ctx.Err(); err != nil {
		return 0, err
	}
	return w.File.Read(p)
}

// ReadAt reads at a place.
func (w watched) ReadAt(p []byte, at int64) (int, error) {
	if err := w.ctx.Err(); err != nil {
		return 0, err
	}
	return w.File.ReadAt(p, at)
}

// watchEvery is how many lines or members are taken between two looks at a
// context.
const watchEvery = 256

// ended returns the error of a context, at step n of a loop.
func ended(ctx context.Context, n int) error {
	if n%watchEvery == 0 {
		return ctx.Err()
	}
	return nil
}

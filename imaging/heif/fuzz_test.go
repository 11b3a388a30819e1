package heif

import (
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// maxSeed and maxPixels keep an execution short, so that the fuzzer takes none for
// a hang where the machine is busy.
const (
	maxSeed   = 4 << 10 // bytes
	maxPixels = 1 << 13
)

// FuzzDecode looks for files that make the readers or the decoders panic, or give
// a picture of another size than was checked. A decode that takes a second is
// given up: the context ends it.
func FuzzDecode(f *testing.F) {
	for _, pattern := range []string{"../testdata/pillow/*.heic", "../testdata/pillow/*.avif"} {
		files, err := filepath.Glob(pattern)
		if err != nil || len(files) == 0 {
			f.Fatal("no examples", err)
		}
		for _, path := range files {
			data, err := os.ReadFile(path)
			if err != nil {
				f.Fatal(err)
			}
			if len(data) <= maxSeed {
				f.Add(data)
			}
		}
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		ctx, stop := context.WithTimeout(context.Background(), time.Second)
		defer stop()
		p, err := Decode(ctx, data, func(h Header) error {
			if h.W <= 0 || h.H <= 0 || h.H > maxPixels/h.W || h.Bytes > 3*maxPixels {
				return os.ErrInvalid
			}
			return nil
		})
		if err == nil && (p.W <= 0 || p.H <= 0 || len(p.Pix) != 3*p.W*p.H) {
			t.Fatalf("%d x %d pixels in %d bytes", p.W, p.H, len(p.Pix))
		}
	})
}

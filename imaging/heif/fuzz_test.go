package heif

import (
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// FuzzDecode looks for files that make the readers or the decoders panic, hang
// or give a picture of another size than was checked.
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
			f.Add(data)
		}
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		ctx, stop := context.WithTimeout(context.Background(), 5*time.Second)
		defer stop()
		p, err := Decode(ctx, data, func(h Header) error {
			if h.W <= 0 || h.H <= 0 || h.H > (1<<16)/h.W {
				return os.ErrInvalid
			}
			return nil
		})
		if err == nil && (p.W <= 0 || p.H <= 0 || len(p.Pix) != 3*p.W*p.H) {
			t.Fatalf("%d x %d pixels in %d bytes", p.W, p.H, len(p.Pix))
		}
	})
}

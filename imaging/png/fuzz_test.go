package png

import (
	"os"
	"path/filepath"
	"testing"
)

// FuzzDecode looks for files that make the decoder panic or that give a picture
// of another size than the header that was checked.
func FuzzDecode(f *testing.F) {
	files, err := filepath.Glob("../testdata/pillow/*.png")
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
	f.Fuzz(func(t *testing.T, data []byte) {
		var seen Header
		p, err := Decode(t.Context(), data, func(h Header) error {
			if seen = h; h.W <= 0 || h.H <= 0 || h.H > (1<<16)/h.W || h.Bytes > 1<<19 {
				return os.ErrInvalid
			}
			return nil
		})
		if err != nil {
			return
		}
		if int64(p.W) != seen.W || int64(p.H) != seen.H || len(p.Pix) != 3*p.W*p.H {
			t.Fatalf("%d x %d pixels in %d bytes, the header says %v", p.W, p.H, len(p.Pix), seen)
		}
	})
}

package imaging

import (
	"bytes"
	"errors"
	"image"
	"image/gif"
	"image/jpeg"
	"image/png"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Both tell a whole file from one that was cut anywhere, with the error of
// Load; a byte behind the end does not matter.
func TestVerifyAndGlance(t *testing.T) {
	rgb := image.NewNRGBA(image.Rect(0, 0, 33, 21))
	for i := range rgb.Pix {
		rgb.Pix[i] = uint8(i * i)
	}
	for name, encode := range map[string]func(*bytes.Buffer) error{
		"a.jpg": func(b *bytes.Buffer) error { return jpeg.Encode(b, rgb, nil) },
		"a.png": func(b *bytes.Buffer) error { return png.Encode(b, rgb) },
		"a.gif": func(b *bytes.Buffer) error { return gif.Encode(b, rgb, nil) },
	} {
		var b bytes.Buffer
		if err := encode(&b); err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(t.TempDir(), name)
		for _, n := range []int{b.Len(), b.Len() + 1, b.Len() - 12, b.Len() / 2, 30, 5, 0} {
			data := append(b.Bytes()[:min(n, b.Len()):min(n, b.Len())], make([]byte, max(0, n-b.Len()))...)
			if err := os.WriteFile(path, data, 0o600); err != nil {
				t.Fatal(err)
			}
			_, want := Load(t.Context(), path)
			for which, err := range map[string]error{"Verify": Verify(t.Context(), path), "Glance": Glance(t.Context(), path)} {
				if (err == nil) != (want == nil) || err != nil && !strings.Contains(err.Error(), path) {
					t.Errorf("%s, %d of %d bytes: %s says %v, Load %v", name, n, b.Len(), which, err, want)
				}
			}
		}
	}
	missing := filepath.Join(t.TempDir(), "missing.jpg")
	for _, err := range []error{Verify(t.Context(), missing), Glance(t.Context(), missing)} {
		if !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("a missing file: %v", err)
		}
	}
}

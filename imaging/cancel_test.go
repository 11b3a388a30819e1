package imaging

import (
	"bytes"
	"context"
	"errors"
	"image"
	"image/color/palette"
	"image/gif"
	"image/jpeg"
	"image/png"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
)

// lapsing is a context that ends after it was asked a number of times.
type lapsing struct {
	context.Context
	left *int
}

func (l lapsing) Err() error {
	if *l.left--; *l.left < 0 {
		return context.Canceled
	}
	return nil
}

// A decode that is no longer wanted ends with the context's error, and the file
// is not called damaged: before it begins and in the middle.
func TestDecodeEndsWithItsContext(t *testing.T) {
	noise := image.NewPaletted(image.Rect(0, 0, 600, 600), palette.WebSafe)
	r := rand.New(rand.NewPCG(1, 2))
	for i := range noise.Pix {
		noise.Pix[i] = uint8(r.IntN(len(palette.WebSafe)))
	}
	files := map[string][]byte{}
	for name, encode := range map[string]func(*bytes.Buffer) error{
		"png":  func(b *bytes.Buffer) error { return png.Encode(b, noise) },
		"gif":  func(b *bytes.Buffer) error { return gif.Encode(b, noise, nil) },
		"jpeg": func(b *bytes.Buffer) error { return jpeg.Encode(b, noise, nil) },
	} {
		var b bytes.Buffer
		if err := encode(&b); err != nil {
			t.Fatal(err)
		}
		files[name] = b.Bytes()
	}
	for _, name := range []string{"webp-lossy-photo.webp", "webp-alpha-end-4.webp", "heic-orientation-6.heic", "avif-420-8.avif"} {
		data, err := os.ReadFile(filepath.Join("testdata", "pillow", name))
		if err != nil {
			t.Fatal(err)
		}
		files[name] = data
	}
	for name, data := range files {
		for _, asked := range []int{0, 1} {
			left := asked
			if _, err := Decode(lapsing{t.Context(), &left}, data, name); !errors.Is(err, context.Canceled) {
				t.Errorf("%s, ended when asked %d times: error %v, want that of the context", name, asked, err)
			}
		}
	}
}

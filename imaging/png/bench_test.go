package png

import (
	"bytes"
	"image"
	stdpng "image/png"
	"math"
	"testing"
)

// photo is a picture of smooth colours with some noise.
func photo(b *testing.B) []byte {
	m := image.NewNRGBA(image.Rect(0, 0, 800, 600))
	for i := range m.Pix {
		p, c := i/4, i%4
		v := 128 + 100*math.Sin(float64(p%800)/90+float64(c)) + float64(uint32(p)*2654435761>>7&7)
		m.Pix[i] = uint8(v)
		if c == 3 {
			m.Pix[i] = 255
		}
	}
	var out bytes.Buffer
	if err := stdpng.Encode(&out, m); err != nil {
		b.Fatal(err)
	}
	return out.Bytes()
}

func BenchmarkDecode(b *testing.B) {
	data := photo(b)
	b.Run("frontdoor", func(b *testing.B) {
		for b.Loop() {
			if _, err := Decode(b.Context(), data, func(Header) error { return nil }); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("image/png", func(b *testing.B) {
		for b.Loop() {
			if _, err := stdpng.Decode(bytes.NewReader(data)); err != nil {
				b.Fatal(err)
			}
		}
	})
}

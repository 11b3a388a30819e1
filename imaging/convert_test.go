package imaging

import (
	"bytes"
	"encoding/base64"
	"image"
	"image/color"
	"image/gif"
	"slices"
	"testing"
)

func TestDecodeColourModels(t *testing.T) {
	r := image.Rect(0, 0, 1, 1)
	fill := func(m interface {
		image.Image
		Set(x, y int, c color.Color)
	}, c color.Color) image.Image {
		m.Set(0, 0, c)
		return m
	}
	for name, c := range map[string]struct {
		m    image.Image
		want []uint8
	}{
		"grey is replicated":    {fill(image.NewGray(r), color.Gray{Y: 77}), []uint8{77, 77, 77}},
		"grey, 16 bits, cut":    {fill(image.NewGray16(r), color.Gray16{Y: 0x4dff}), []uint8{255, 255, 255}},
		"grey, 16 bits":         {fill(image.NewGray16(r), color.Gray16{Y: 0x0042}), []uint8{0x42, 0x42, 0x42}},
		"alpha is dropped":      {fill(image.NewNRGBA(r), color.NRGBA{R: 200, G: 100, B: 50, A: 3}), []uint8{200, 100, 50}},
		"transparent keeps RGB": {fill(image.NewNRGBA(r), color.NRGBA{R: 200, G: 100, B: 50, A: 0}), []uint8{200, 100, 50}},
		"alpha, 16 bits":        {fill(image.NewNRGBA64(r), color.NRGBA64{R: 0x12ff, G: 0x3400, B: 0x5680, A: 9}), []uint8{0x12, 0x34, 0x56}},
		"opaque, 16 bits":       {fill(image.NewRGBA64(r), color.RGBA64{R: 0x12ff, G: 0x3400, B: 0x5680, A: 0xffff}), []uint8{0x12, 0x34, 0x56}},
		"palette": {fill(image.NewPaletted(r, color.Palette{color.NRGBA{A: 255}, color.NRGBA{R: 1, G: 2, B: 3, A: 255}}),
			color.NRGBA{R: 1, G: 2, B: 3, A: 255}), []uint8{1, 2, 3}},
		"transparent palette": {image.NewPaletted(r, color.Palette{color.NRGBA{R: 9, G: 8, B: 7}}), []uint8{9, 8, 7}},
	} {
		if got := decode(t, encodePNG(t, c.m)); !slices.Equal(got.Pix, c.want) {
			t.Errorf("%s: %v, want %v", name, got.Pix, c.want)
		}
	}
}

func TestDecodeGIF(t *testing.T) {
	pal := color.Palette{color.NRGBA{R: 10, A: 255}, color.NRGBA{G: 20, A: 255}, color.RGBA{}}
	first := image.NewPaletted(image.Rect(1, 0, 3, 1), pal) // covers two of three columns
	first.Pix = []uint8{1, 0}
	second := image.NewPaletted(image.Rect(0, 0, 3, 1), pal)
	var b bytes.Buffer
	err := gif.EncodeAll(&b, &gif.GIF{
		Image: []*image.Paletted{first, second}, Delay: []int{0, 0},
		Config: image.Config{ColorModel: pal, Width: 3, Height: 1},
	})
	if err != nil {
		t.Fatal(err)
	}
	if got, want := decode(t, b.Bytes()).Pix, []uint8{0, 0, 0, 0, 20, 0, 10, 0, 0}; !slices.Equal(got, want) {
		t.Errorf("first frame %v, want %v", got, want)
	}
}

// A GIF of one pixel in a palette colour that is declared transparent.
func TestDecodeGIFTransparent(t *testing.T) {
	data := []byte("GIF89a\x01\x00\x01\x00\x80\x00\x00" + "\x0a\x0b\x0c\xff\xff\xff" +
		"\x21\xf9\x04\x01\x00\x00\x00\x00" + "\x2c\x00\x00\x00\x00\x01\x00\x01\x00\x00" + "\x02\x02\x44\x01\x00\x3b")
	keep := slices.Clone(data)
	if got, want := decode(t, data).Pix, []uint8{10, 11, 12}; !slices.Equal(got, want) {
		t.Errorf("transparent pixel %v, want %v", got, want)
	}
	if !slices.Equal(keep, data) {
		t.Error("Decode changed its input")
	}
}

// The three smallest files there are, of one pixel: browsers are probed with
// them.
func TestDecodeWebP(t *testing.T) {
	for name, text := range map[string]string{
		"lossy":    "UklGRiQAAABXRUJQVlA4IBgAAAAwAQCdASoBAAEAAwA0JaQAA3AA/vuUAAA=",
		"lossless": "UklGRhoAAABXRUJQVlA4TA0AAAAvAAAAEAcQERGIiP4HAA==",
		"alpha":    "UklGRkoAAABXRUJQVlA4WAoAAAAQAAAAAAAAAAAAQUxQSAwAAAARBxAR/Q9ERP8DAABWUDggGAAAABQBAJ0BKgEAAQAAAP4AAA3AAP7mtQAAAA==",
	} {
		data, err := base64.StdEncoding.DecodeString(text)
		if err != nil {
			t.Fatal(err)
		}
		if im, err := Decode(t.Context(), data, name); err != nil || im.W != 1 || im.H != 1 {
			t.Errorf("%s: %v %v", name, im, err)
		}
	}
}

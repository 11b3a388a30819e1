package imaging

import (
	"image"
	"image/color"
	"slices"
	"testing"
)

// One colour in every kind of image, in the corner of a larger one.
func TestFromImage(t *testing.T) {
	r := image.Rect(-3, 5, 1, 8)
	want := color.NRGBA{200, 100, 40, 255}
	ycc := image.NewYCbCr(r, image.YCbCrSubsampleRatio420)
	y, cb, cr := color.RGBToYCbCr(200, 100, 40)
	for i := range ycc.Y {
		ycc.Y[i] = y
	}
	for i := range ycc.Cb {
		ycc.Cb[i], ycc.Cr[i] = cb, cr
	}
	half := image.NewRGBA(r) // not opaque: premultiplied
	for name, m := range map[string]interface {
		image.Image
		Set(x, y int, c color.Color)
	}{
		"NRGBA": image.NewNRGBA(r), "RGBA": image.NewRGBA(r), "NRGBA64": image.NewNRGBA64(r), "translucent": half,
		"palette": image.NewPaletted(r, color.Palette{color.Black, want}),
	} {
		for y := r.Min.Y; y < r.Max.Y; y++ {
			for x := r.Min.X; x < r.Max.X; x++ {
				m.Set(x, y, want)
			}
		}
		if m == half {
			m.Set(r.Min.X, r.Min.Y, color.NRGBA{200, 100, 40, 51})
		}
		checkFilled(t, name, m, want)
		sub, ok := m.(interface {
			SubImage(image.Rectangle) image.Image
		})
		if ok {
			checkFilled(t, "part of "+name, sub.SubImage(image.Rect(-1, 6, 1, 8)), want)
		}
	}
	near := color.NRGBAModel.Convert(ycc.At(0, 6)).(color.NRGBA)
	checkFilled(t, "YCbCr", ycc, near)
	checkFilled(t, "grey", image.NewGray(r), color.NRGBA{})
	if _, err := FromImage(image.NewRGBA(image.Rect(0, 0, 0, 4))); err == nil {
		t.Error("an image without pixels is taken")
	}
}

func checkFilled(t *testing.T, name string, m image.Image, want color.NRGBA) {
	t.Helper()
	im, err := FromImage(m)
	if err != nil {
		t.Fatal(err)
	}
	if im.W != m.Bounds().Dx() || im.H != m.Bounds().Dy() || !slices.Equal(im.Pix, slices.Repeat([]uint8{want.R, want.G, want.B}, im.W*im.H)) {
		t.Errorf("%s: %d x %d, %v", name, im.W, im.H, im.Pix)
	}
}

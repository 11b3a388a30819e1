package imaging

import (
	"image"
	"slices"
	"testing"
)

// plane returns an upsampler for an image of w by h pixels and its chroma
// plane with the given samples.
func plane(ratio image.YCbCrSubsampleRatio, w, h int, samples ...uint8) (*upsampler, []uint8) {
	m := image.NewYCbCr(image.Rect(0, 0, w, h), ratio)
	copy(m.Cb, samples)
	return newUpsampler(m), m.Cb
}

func TestUpsample(t *testing.T) {
	for _, c := range []struct {
		ratio   image.YCbCrSubsampleRatio
		w, h, y int
		samples []uint8
		want    []uint8
	}{
		{image.YCbCrSubsampleRatio444, 3, 1, 0, []uint8{1, 2, 3}, []uint8{1, 2, 3}},
		// 3/4 of the nearest and 1/4 of the next: (3*10+10+1)/4, (3*10+50+2)/4, (3*50+10+1)/4, ...
		{image.YCbCrSubsampleRatio422, 6, 1, 0, []uint8{10, 50, 90}, []uint8{10, 20, 40, 60, 80, 90}},
		{image.YCbCrSubsampleRatio422, 5, 1, 0, []uint8{10, 50, 90}, []uint8{10, 20, 40, 60, 80}},
		// Two samples are too few for the filter.
		{image.YCbCrSubsampleRatio422, 4, 1, 0, []uint8{10, 50}, []uint8{10, 10, 50, 50}},
		// Row 1 lies a quarter of the way from the first chroma row to the second.
		{image.YCbCrSubsampleRatio420, 6, 4, 1, []uint8{0, 40, 80, 40, 80, 120}, []uint8{10, 20, 40, 60, 80, 90}},
		{image.YCbCrSubsampleRatio420, 6, 4, 0, []uint8{0, 40, 80, 40, 80, 120}, []uint8{0, 10, 30, 50, 70, 80}},
		{image.YCbCrSubsampleRatio420, 6, 4, 3, []uint8{0, 40, 80, 40, 80, 120}, []uint8{40, 50, 70, 90, 110, 120}},
		{image.YCbCrSubsampleRatio440, 2, 4, 1, []uint8{0, 100, 40, 20}, []uint8{10, 80}},
		{image.YCbCrSubsampleRatio411, 5, 1, 0, []uint8{7, 9}, []uint8{7, 7, 7, 7, 9}},
	} {
		u, p := plane(c.ratio, c.w, c.h, c.samples...)
		out := make([]uint8, c.w)
		u.row(out, p, c.y)
		if !slices.Equal(out, c.want) {
			t.Errorf("%v row %d of %v: %v, want %v", c.ratio, c.y, c.samples, out, c.want)
		}
	}
}

func TestJPEGRGB(t *testing.T) {
	for _, c := range []struct{ in, want [3]uint8 }{
		{[3]uint8{90, 128, 128}, [3]uint8{90, 90, 90}},
		{[3]uint8{76, 85, 255}, [3]uint8{254, 0, 0}}, // 76+1.402*127 = 254.05
		{[3]uint8{255, 0, 0}, [3]uint8{76, 255, 28}}, // 255-1.402*128 = 75.5, 255-1.772*128 = 28.2
	} {
		r, g, b := jpegRGB(c.in[0], c.in[1], c.in[2])
		if got := [3]uint8{r, g, b}; got != c.want {
			t.Errorf("%v gives %v, want %v", c.in, got, c.want)
		}
	}
}

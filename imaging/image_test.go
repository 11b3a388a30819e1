package imaging

import (
	"slices"
	"testing"
)

// ramp returns an image whose red is the column and whose green is the row.
func ramp(w, h int) *Image {
	im := New(w, h)
	for y := range h {
		for x := range w {
			im.row(y)[3*x], im.row(y)[3*x+1] = uint8(x), uint8(y)
		}
	}
	return im
}

func TestCenterOffset(t *testing.T) {
	for _, c := range []struct{ have, want, offset int }{
		{297, 224, 36}, // 36.5 goes to the even neighbour
		{299, 224, 38}, // 37.5 too
		{298, 224, 37},
		{224, 224, 0},
		{10, 13, -1}, // one column of padding left, two right
	} {
		if got := centerOffset(c.have, c.want); got != c.offset {
			t.Errorf("centerOffset(%d, %d) = %d, want %d", c.have, c.want, got, c.offset)
		}
	}
}

func TestCrop(t *testing.T) {
	im := ramp(6, 5)
	in := im.Crop(2, 1, 2, 2)
	if want := []uint8{2, 1, 0, 3, 1, 0, 2, 2, 0, 3, 2, 0}; !slices.Equal(in.Pix, want) {
		t.Errorf("inner crop %v, want %v", in.Pix, want)
	}
	over := im.Crop(5, 4, 2, 2)
	if want := []uint8{5, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}; !slices.Equal(over.Pix, want) {
		t.Errorf("crop over the corner %v, want %v", over.Pix, want)
	}
	before := im.Crop(-1, -1, 2, 2)
	if want := []uint8{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}; !slices.Equal(before.Pix, want) {
		t.Errorf("crop before the corner %v, want %v", before.Pix, want)
	}
	for _, v := range im.Crop(9, 9, 2, 2).Pix {
		if v != 0 {
			t.Error("a crop outside the image is not black")
		}
	}
}

func TestCenterCropPads(t *testing.T) {
	im := New(1, 1)
	im.Pix = []uint8{9, 9, 9}
	out := im.CenterCrop(4, 3)
	for i, v := range out.Pix {
		want := uint8(0)
		if i/3 == 1*4+1 { // row 1, column 1
			want = 9
		}
		if v != want {
			t.Errorf("byte %d is %d, want %d", i, v, want)
		}
	}
}

func TestFlipH(t *testing.T) {
	im := ramp(3, 2)
	im.FlipH()
	if want := []uint8{2, 0, 0, 1, 0, 0, 0, 0, 0, 2, 1, 0, 1, 1, 0, 0, 1, 0}; !slices.Equal(im.Pix, want) {
		t.Errorf("flipped %v, want %v", im.Pix, want)
	}
}

func TestCHW(t *testing.T) {
	im := &Image{W: 2, H: 1, Pix: []uint8{0, 51, 102, 255, 204, 153}}
	x := make([]float32, 6)
	im.CHW(x, Unit, UnitStd)
	if want := []float32{0, 1, 0.2, 0.8, 0.4, 0.6}; !slices.Equal(x, want) {
		t.Errorf("tensor %v, want %v", x, want)
	}
	y := make([]float32, 6)
	im.CHW(y, Mean, Std)
	Normalize(x, Mean, Std)
	if !slices.Equal(x, y) {
		t.Errorf("Normalize after CHW gives %v, CHW alone %v", x, y)
	}
}

func TestCHWPanics(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("no panic")
		}
	}()
	New(2, 2).CHW(make([]float32, 4), Mean, Std)
}

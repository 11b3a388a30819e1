package imaging

import (
	"hash/crc32"
	"math"
	"slices"
	"testing"

	"frontdoor/internal/testdata"
)

// golden holds what Pillow and torchvision computed.
type golden struct {
	Transform struct {
		Cases []struct {
			W, H        int
			Seed        uint32   `json:"lcg_seed"`
			Resized     [2]int   `json:"resized_WH"`
			CRCResized  uint32   `json:"crc32_resized"`
			CRCCrop     uint32   `json:"crc32_center_crop"`
			First       [3]uint8 `json:"crop_first_pixel"`
			Last        [3]uint8 `json:"crop_last_pixel"`
			TensorFirst float64  `json:"tensor_000"`
			TensorSum   float64  `json:"tensor_sum"`
		}
	} `json:"test_transform"`
	Small struct {
		Input [][]uint8 `json:"input_4x4"`
		Down  [][]uint8 `json:"to_w2_h3"`
		Up    [][]uint8 `json:"to_w7_h6"`
	} `json:"pil_bicubic_small"`
}

// noise returns the image whose bytes are the top bytes of a linear
// congruential generator.
func noise(w, h int, seed uint32) *Image {
	im := New(w, h)
	for i := range im.Pix {
		seed = seed*1664525 + 1013904223
		im.Pix[i] = uint8(seed >> 24)
	}
	return im
}

func TestTransformMatchesPillow(t *testing.T) {
	var g golden
	testdata.ReadJSON(t, "testdata/golden.json", &g)
	if len(g.Transform.Cases) == 0 {
		t.Fatal("no golden cases")
	}
	for _, c := range g.Transform.Cases {
		im := noise(c.W, c.H, c.Seed)
		short := ResizeShort(im, 224)
		if got := [2]int{short.W, short.H}; got != c.Resized {
			t.Fatalf("%dx%d: resized to %v, want %v", c.W, c.H, got, c.Resized)
		}
		if got := crc32.ChecksumIEEE(short.Pix); got != c.CRCResized {
			t.Errorf("%dx%d: checksum after resize %d, want %d", c.W, c.H, got, c.CRCResized)
		}
		crop := short.CenterCrop(224, 224)
		if got := crc32.ChecksumIEEE(crop.Pix); got != c.CRCCrop {
			t.Errorf("%dx%d: checksum after crop %d, want %d", c.W, c.H, got, c.CRCCrop)
		}
		if !slices.Equal(crop.Pix[:3], c.First[:]) || !slices.Equal(crop.Pix[len(crop.Pix)-3:], c.Last[:]) {
			t.Errorf("%dx%d: corner pixels differ", c.W, c.H)
		}
		if !slices.Equal(Square(im, 224).Pix, crop.Pix) {
			t.Errorf("%dx%d: Square differs from resize and crop", c.W, c.H)
		}
		x := make([]float32, 3*224*224)
		crop.CHW(x, Mean, Std)
		sum := 0.0
		for _, v := range x {
			sum += float64(v)
		}
		if float64(x[0]) != c.TensorFirst || math.Abs(sum-c.TensorSum) > 1e-6*math.Abs(c.TensorSum) {
			t.Errorf("%dx%d: tensor starts with %v and sums to %v, want %v and %v", c.W, c.H, x[0], sum, c.TensorFirst, c.TensorSum)
		}
	}
}

func TestBicubicSmall(t *testing.T) {
	var g golden
	testdata.ReadJSON(t, "testdata/golden.json", &g)
	im := New(4, 4)
	for i := range 16 {
		im.Pix[3*i] = g.Small.Input[i/4][i%4]
	}
	for _, want := range [][][]uint8{g.Small.Down, g.Small.Up} {
		out := Resize(im, len(want[0]), len(want))
		for y, row := range want {
			for x, v := range row {
				if p := out.row(y)[3*x:]; p[0] != v || p[1] != 0 || p[2] != 0 {
					t.Errorf("%dx%d: pixel (%d, %d) is %v, want red %d", out.W, out.H, x, y, p[:3], v)
				}
			}
		}
	}
}

func TestShortSize(t *testing.T) {
	for _, c := range []struct{ w, h, n, wantW, wantH int }{
		{400, 300, 224, 298, 224}, // 298.67 is truncated
		{300, 400, 224, 224, 298},
		{224, 301, 224, 224, 301},
		{1, 1, 224, 224, 224},
		{1, 3, 2, 2, 6},
	} {
		if w, h := shortSize(c.w, c.h, c.n); w != c.wantW || h != c.wantH {
			t.Errorf("shortSize(%d, %d, %d) = %d, %d, want %d, %d", c.w, c.h, c.n, w, h, c.wantW, c.wantH)
		}
	}
	im := New(30, 20)
	if ResizeShort(im, 20) != im {
		t.Error("an image of the right size was copied")
	}
}

// A line of one pixel's width would need 224 x 2,240,000 pixels in between.
func TestSquareOfALine(t *testing.T) {
	for _, im := range []*Image{New(1, 10000), New(10000, 1), New(1, 1)} {
		for i := range im.Pix {
			im.Pix[i] = 200
		}
		out := Square(im, 224)
		if out.W != 224 || out.H != 224 || slices.Min(out.Pix) != 200 || slices.Max(out.Pix) != 200 {
			t.Errorf("%dx%d: not a constant square", im.W, im.H)
		}
	}
}

func TestResizeOneAxisOnly(t *testing.T) {
	im := noise(13, 9, 1)
	wide := Resize(im, 26, 9)
	both := Resize(wide, 26, 5)
	if got := Resize(im, 26, 5); !slices.Equal(got.Pix, both.Pix) {
		t.Error("two passes differ from one resize")
	}
	same := Resize(im, 13, 9)
	if !slices.Equal(same.Pix, im.Pix) || &same.Pix[0] == &im.Pix[0] {
		t.Error("resize to the same size is not a copy")
	}
}

func TestResizePanics(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("no panic")
		}
	}()
	Resize(New(2, 2), 0, 3)
}

func BenchmarkSquare(b *testing.B) {
	im := noise(640, 480, 1)
	for b.Loop() {
		Square(im, 224)
	}
}

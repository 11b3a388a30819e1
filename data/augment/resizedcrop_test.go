package augment

import (
	"hash/crc32"
	"math/rand/v2"
	"testing"

	"frontdoor/imaging"
	"frontdoor/internal/mt19937"
	"frontdoor/internal/testdata"
)

// Golden crops of torchvision 0.14 under torch's generator, four in a row for
// each seed.
func TestResizedCropMatchesTorchvision(t *testing.T) {
	var golden []struct {
		TorchSeed uint64 `json:"torch_seed"`
		W, H      int
		ImageSeed uint32 `json:"lcg_seed"`
		Draws     []struct {
			Top, Left, H, W int
			Flip            bool
			CRC             uint32 `json:"crc32"`
		}
	}
	testdata.ReadJSON(t, "testdata/train_transform.json", &golden)
	for _, g := range golden {
		im := imaging.New(g.W, g.H)
		s := g.ImageSeed
		for i := range im.Pix {
			s = s*1664525 + 1013904223
			im.Pix[i] = uint8(s >> 24)
		}
		boxes, images := mt19937.NewTorch(g.TorchSeed), mt19937.NewTorch(g.TorchSeed)
		for i, d := range g.Draws {
			want := Box{X: d.Left, Y: d.Top, W: d.W, H: d.H}
			if got := DefaultCrop.Sample(g.W, g.H, boxes); got != want {
				t.Errorf("seed %d, draw %d: %v, want %v", g.TorchSeed, i, got, want)
			}
			if got := boxes.Float32() < 0.5; got != d.Flip {
				t.Errorf("seed %d, draw %d: flip %v, want %v", g.TorchSeed, i, got, d.Flip)
			}
			out := DefaultCrop.Image(im, 224, images)
			if got := crc32.ChecksumIEEE(out.Pix); got != d.CRC {
				t.Errorf("seed %d, draw %d: checksum %d, want %d", g.TorchSeed, i, got, d.CRC)
			}
		}
	}
}

func TestLargest(t *testing.T) {
	for _, c := range []struct {
		w, h int
		want Box
	}{
		{1000, 100, Box{X: 433, W: 133, H: 100}},
		{100, 1000, Box{Y: 433, W: 100, H: 133}},
		{10, 10, Box{W: 10, H: 10}},
		{1, 1, Box{W: 1, H: 1}},
		{1, 9, Box{Y: 4, W: 1, H: 1}},
	} {
		if got := DefaultCrop.largest(c.w, c.h); got != c.want {
			t.Errorf("%dx%d: %v, want %v", c.w, c.h, got, c.want)
		}
	}
}

func TestDrawStaysInside(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for _, size := range [][2]int{{1, 1}, {1, 50}, {50, 1}, {3, 2}, {640, 480}} {
		for range 200 {
			b := DefaultCrop.Sample(size[0], size[1], rng)
			if b.X < 0 || b.Y < 0 || b.W < 1 || b.H < 1 || b.X+b.W > size[0] || b.Y+b.H > size[1] {
				t.Fatalf("%v leaves %v", b, size)
			}
		}
	}
}

package imaging

import (
	"fmt"
	"math"
	"testing"

	torch "frontdoor/internal/golden"
)

// torchPixels is the image of that name in tools/golden/preprocess.py: blocks
// of 4 x 4 pixels, and noise.
func torchPixels(name string, w, h int) *Image {
	bw, bh := (w+3)/4, (h+3)/4
	blocks := torch.Tensor32(name, bw*bh*3, 1, 0)
	noise := torch.Tensor32(name+".noise", w*h*3, 1, 0)
	im := New(w, h)
	for i := range im.Pix {
		x, y, c := i/3%w, i/3/w, i%3
		v := 128 + 190*float64(blocks[(y/4*bw+x/4)*3+c]) + 64*float64(noise[i])
		im.Pix[i] = uint8(min(max(math.Floor(v), 0), 255))
	}
	return im
}

// What the image tower sees, against Pillow and PyTorch. Bytes are equal, so
// that only the normalisation rounds; one byte would be 0.004 of the largest
// value.
func TestTorchPreprocess(t *testing.T) {
	f := torch.Read(t, "testdata/torch_preprocess.json")
	for _, c := range []struct{ w, h, side int }{{40, 30, 16}, {17, 51, 16}, {23, 24, 32}, {16, 16, 16}} {
		name := fmt.Sprintf("%dx%dto%d", c.w, c.h, c.side)
		chw := make([]float32, 3*c.side*c.side)
		Square(torchPixels(name, c.w, c.h), c.side).CHW(chw, Mean, Std)
		f.Check(t, name, chw, 5e-7)
	}
	if left := f.Unchecked(""); len(left) > 0 {
		t.Errorf("golden values that nothing was compared with: %v", left)
	}
}

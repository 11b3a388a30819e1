package imaging

import (
	"bytes"
	"math/rand/v2"
	"slices"
	"testing"
)

// The kernels give the bytes of the Go functions, for shrinking and growing,
// narrow and wide images, and write nothing beside them.
func TestResizeKernels(t *testing.T) {
	if !useAVX2 {
		t.Skip("no kernels on this processor, or turned off")
	}
	defer func() { useAVX2 = true }()
	r := rand.New(rand.NewPCG(5, 6))
	for i := range 400 {
		w, h := 1+r.IntN(90), 1+r.IntN(60)
		if i%20 == 0 {
			w = 500 + r.IntN(900)
		}
		nw, nh := 1+r.IntN(120), 1+r.IntN(90)
		im := noise(w, h, uint32(i))
		if i%3 == 0 { // overshoot
			for k, v := range im.Pix {
				im.Pix[k] = v >> 7 * 255
			}
		}
		useAVX2 = true
		kernel := Resize(im, nw, nh)
		useAVX2 = false
		if !bytes.Equal(kernel.Pix, Resize(im, nw, nh).Pix) {
			t.Fatalf("%dx%d to %dx%d: the kernels differ", w, h, nw, nh)
		}
	}
}

// Weights beyond those of any filter, and bytes beside the row.
func TestVerticalKernel(t *testing.T) {
	if !useAVX2 {
		t.Skip("no kernels on this processor, or turned off")
	}
	r := rand.New(rand.NewPCG(7, 8))
	for n := 1; n < 100; n++ {
		in, weights := make([]uint8, 3*n), make([]int32, 3)
		for i := range in {
			in[i] = uint8(r.IntN(256))
		}
		for i := range weights {
			weights[i] = int32(r.IntN(4<<weightBits) - 2<<weightBits)
		}
		all := bytes.Repeat([]byte{0xa5}, n+64)
		out, want := all[32:32+n], make([]uint8, n)
		verticalGeneric(out, in, weights, verticalRow(out, in, weights))
		verticalGeneric(want, in, weights, 0)
		if !slices.Equal(out, want) {
			t.Fatalf("%d values: %v, want %v", n, out, want)
		}
		if bytes.Count(all, []byte{0xa5})-bytes.Count(out, []byte{0xa5}) != 64 {
			t.Fatalf("%d values: bytes beside the row were written", n)
		}
	}
}

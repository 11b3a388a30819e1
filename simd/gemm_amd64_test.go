package simd

import (
	"math/rand/v2"
	"slices"
	"testing"
)

// The AVX-512 kernel gives the bits of the AVX2 kernel for every number of rows
// and columns of a tile, in place, packed and added to C.
func TestVectorWidthBits(t *testing.T) {
	if !slices.Contains(Kernels(), kernelNames[avx512]) {
		t.Skip("this processor has no AVX-512")
	}
	for name, want := range map[string]string{"generic": "generic", "avx2": "avx2", "avx512": "avx2"} {
		restore, err := Use(name)
		if err != nil || Rounding() != want {
			t.Errorf("%s rounds as %s, want %s (%v)", name, Rounding(), want, err)
		}
		restore()
	}
	r := rand.New(rand.NewPCG(31, 32))
	on := func(name string, op Op, k int, a, b, c *matrix, accumulate bool) *matrix {
		restore, err := Use(name)
		if err != nil {
			t.Fatal(err)
		}
		defer restore()
		gemmOn(op, a, b, c, accumulate)
		return c
	}
	for m := range 26 {
		for _, n := range []int{1, 15, 16, 17, 31, 32, 33, 48, 50, 64} {
			for op := NN; op <= TN; op++ {
				k := 1 + r.IntN(2*kBlock)
				a, b := operands(r, op, m+1, n, k, m%3)
				c := newMatrix(r, m+1, n, n%4)
				accumulate := r.IntN(2) == 0
				wide := on("avx512", op, k, a, b, c.clone(), accumulate)
				if narrow := on("avx2", op, k, a, b, c, accumulate); !slices.Equal(wide.all, narrow.all) {
					t.Fatalf("%v m=%d n=%d k=%d accumulate=%v: AVX-512 and AVX2 differ", op, m+1, n, k, accumulate)
				}
			}
		}
	}
}

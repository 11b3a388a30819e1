package jpeg

import (
	"bytes"
	"math/rand/v2"
	"testing"
)

// guarded returns n bytes at an odd address between bytes that must not change,
// and a function that tells whether they did.
func guarded(n, offset int) ([]byte, func() bool) {
	all := bytes.Repeat([]byte{0xa5}, 64+offset+n+64)
	return all[64+offset:][:n:n], func() bool {
		return bytes.Count(all[:64+offset], []byte{0xa5}) == 64+offset && bytes.Count(all[64+offset+n:], []byte{0xa5}) == 64
	}
}

// bothKernels calls f with the Go functions and with the kernels, if there are
// any.
func bothKernels(t *testing.T, f func() []byte) (generic, kernel []byte) {
	t.Helper()
	if !useAVX2 {
		t.Skip("no kernels on this processor, or turned off")
	}
	useAVX2 = false
	generic = f()
	useAVX2 = true
	return generic, f()
}

// Blocks as files have them, with few coefficients, and wild ones that overflow
// every step.
func TestInverseDCTKernel(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for i := range 20000 {
		var b, q [64]int16
		limit, quant := []int{20, 300, 2048, 1 << 16}[i%4], []int{4, 40, 256, 1 << 16}[i/4%4]
		for range r.IntN(65) {
			b[r.IntN(64)] = int16(r.IntN(2*limit) - limit)
		}
		if i%3 == 0 {
			clear(b[8:])
		}
		for k := range q {
			q[k] = int16(r.IntN(quant))
		}
		stride := 8 + i%5
		generic, kernel := bothKernels(t, func() []byte {
			dst, whole := guarded(7*stride+8, i%7)
			idct(dst, stride, &b, &q)
			if !whole() {
				t.Fatal("bytes beside the block were written")
			}
			return dst
		})
		if !bytes.Equal(generic, kernel) {
			t.Fatalf("block %d %v with %v: %v, want %v", i, b, q, kernel, generic)
		}
	}
}

func TestRowKernels(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for w := 1; w < 120; w++ {
		rows := make([][]byte, 3)
		for i := range rows {
			rows[i] = make([]byte, w+slack)
			for k := range rows[i] {
				rows[i][k] = []byte{byte(r.IntN(256)), 0, 255}[r.IntN(3)]
			}
		}
		for name, f := range map[string]func(dst []byte){
			"h2v1":     func(dst []byte) { h2v1(dst, rows[0], w) },
			"h1v2":     func(dst []byte) { h1v2(dst, rows[0], rows[1], w, 1) },
			"h1v2 odd": func(dst []byte) { h1v2(dst, rows[0], rows[1], w, 2) },
			"h2v2":     func(dst []byte) { h2v2(dst, rows[0], rows[1], w) },
			"ycc":      func(dst []byte) { yccRow(dst[:3*w:3*w], rows[0], rows[1], rows[2]) },
		} {
			n := map[string]int{"h1v2": w, "h1v2 odd": w, "ycc": 3 * w}[name]
			if n == 0 {
				n = 2 * w
			}
			room := n + slack
			if name == "ycc" {
				room = n
			}
			generic, kernel := bothKernels(t, func() []byte {
				dst, whole := guarded(room, w%5)
				f(dst)
				if !whole() {
					t.Fatalf("%s of %d: bytes beside the row were written", name, w)
				}
				return dst[:n]
			})
			if !bytes.Equal(generic, kernel) {
				t.Fatalf("%s of %d: %v, want %v", name, w, kernel, generic)
			}
		}
	}
}

// All colours.
func TestColorKernel(t *testing.T) {
	luma, cb, cr := make([]byte, 256), make([]byte, 256), make([]byte, 256)
	for i := range luma {
		luma[i] = byte(i)
	}
	for u := range 256 {
		for v := range 256 {
			for i := range cb {
				cb[i], cr[i] = byte(u), byte(v)
			}
			generic, kernel := bothKernels(t, func() []byte {
				dst := make([]byte, 3*256)
				yccRow(dst, luma, cb, cr)
				return dst
			})
			if !bytes.Equal(generic, kernel) {
				t.Fatalf("cb %d, cr %d: wrong", u, v)
			}
		}
	}
}

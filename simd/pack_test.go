package simd

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"frontdoor/internal/parallel"
)

// A packed operand, and a product on the caller's goroutine, give the bits of
// Gemm, whatever the number of threads.
func TestPackBits(t *testing.T) {
	defer parallel.SetThreads(parallel.Threads())
	onKernels(t, func(t *testing.T) {
		r := rand.New(rand.NewPCG(21, 22))
		for _, s := range [][3]int{{0, 5, 4}, {3, 0, 4}, {3, 5, 0}, {1, 1, 1}, {7, 18, 300}, {2*rowBlock + 11, 83, 290}, {40, 700, 70}} {
			m, n, k := s[0], s[1], s[2]
			for op := NN; op <= TN; op++ {
				a, b := operands(r, op, m, n, k, 2)
				want := newMatrix(r, m, n, 3)
				before := want.clone()
				gemmOn(op, k, a, b, want, true)
				for _, threads := range []int{1, 3} {
					parallel.SetThreads(threads)
					local := before.clone()
					new(Local).Gemm(op, m, n, k, a.data(), a.ld, b.data(), b.ld, local.data(), local.ld, true)
					if !slices.Equal(local.all, want.all) {
						t.Errorf("%v %v: Local.Gemm gives other bits", op, s)
					}
					if op == TN {
						continue // B is that of NN, and a Pack takes no transposed A
					}
					packed := before.clone()
					w := NewPack(op, n, k, b.data(), b.ld)
					w.Gemm(m, a.data(), a.ld, packed.data(), packed.ld, true, Epilogue{})
					if !slices.Equal(packed.all, want.all) {
						t.Errorf("%v %v on %d threads: Pack.Gemm gives other bits", op, s, threads)
					}
				}
			}
		}
	})
}

func TestEpilogue(t *testing.T) {
	onKernels(t, func(t *testing.T) {
		r := rand.New(rand.NewPCG(23, 24))
		for _, s := range [][3]int{{1, 1, 1}, {5, 19, 0}, {13, 35, 300}, {rowBlock + 7, 150, 40}} {
			m, n, k := s[0], s[1], s[2]
			a, b := operands(r, NT, m, n, k, 1)
			plain := newMatrix(r, m, n, 2)
			c, gelu, rest := plain.clone(), plain.clone(), newMatrix(r, m, n, 2)
			bias := make([]float32, n)
			for j := range bias {
				bias[j] = float32(r.NormFloat64())
			}
			gemmOn(NT, k, a, b, plain, false)
			last := Epilogue{Bias: bias, Add: rest.data(), GELU: gelu.data()}
			GemmEpilogue(NT, m, n, k, a.data(), a.ld, b.data(), b.ld, c.data(), c.ld, false, last)
			if !c.intact() || !gelu.intact() {
				t.Fatalf("%v: wrote outside", s)
			}
			for i := range m {
				for j := range n {
					v := float32(plain.at(i, j)) + bias[j] + float32(rest.at(i, j))
					g := float64(v) / (1 + math.Exp(-1.702*float64(v)))
					if c.at(i, j) != float64(v) || math.Abs(gelu.at(i, j)-g) > 1e-6*(1+math.Abs(g)) {
						t.Fatalf("%v: [%d, %d] is %v and %v, want %v and %v", s, i, j, c.at(i, j), gelu.at(i, j), v, g)
					}
				}
			}
			again := plain.clone()
			NewPack(NT, n, k, b.data(), b.ld).Gemm(m, a.data(), a.ld, again.data(), again.ld, false, Epilogue{Bias: bias, Add: rest.data(), GELU: again.data()})
			for i := range m {
				for j := range n {
					if again.at(i, j) != gelu.at(i, j) {
						t.Fatalf("%v: packed and in place, [%d, %d] is %v, want %v", s, i, j, again.at(i, j), gelu.at(i, j))
					}
				}
			}
		}
	})
}

func TestPackPanics(t *testing.T) {
	w := NewPack(NN, 3, 2, make([]float32, 6), 3)
	if w.Bytes() != 4*16*2 {
		t.Errorf("two rows of three take %d bytes", w.Bytes())
	}
	for i, f := range []func(){
		func() { NewPack(NT, 3, 2, make([]float32, 5), 2) },
		func() { w.Gemm(2, make([]float32, 3), 2, make([]float32, 6), 3, false, Epilogue{}) },
		func() { w.Gemm(2, make([]float32, 4), 2, make([]float32, 5), 3, false, Epilogue{}) },
		func() {
			w.Gemm(2, make([]float32, 4), 2, make([]float32, 6), 3, false, Epilogue{Bias: make([]float32, 2)})
		},
		func() {
			GemmEpilogue(NN, 1, 1, 1, []float32{1}, 1, []float32{1}, 1, []float32{1}, 1, false, Epilogue{Add: []float32{}})
		},
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("case %d did not panic", i)
				}
			}()
			f()
		}()
	}
}

func TestRowsFor(t *testing.T) {
	for _, c := range [][2]int{{0, 96}, {64 << 10, 96}, {256 << 10, 120}, {512 << 10, 252}, {1 << 20, 384}, {16 << 20, 384}} {
		if got := rowsFor(c[0]); got != c[1] {
			t.Errorf("%d bytes: %d rows, want %d", c[0], got, c[1])
		}
	}
}

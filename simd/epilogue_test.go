package simd

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// A product on the caller's goroutine gives the bits of Gemm.
func TestLocalBits(t *testing.T) {
	onKernels(t, func(t *testing.T) {
		r := rand.New(rand.NewPCG(21, 22))
		for _, s := range [][3]int{{0, 5, 4}, {3, 0, 4}, {3, 5, 0}, {1, 1, 1}, {7, 18, 300}, {2*rowBlock + 11, 83, 290}, {40, 700, 70}} {
			m, n, k := s[0], s[1], s[2]
			for op := NN; op <= TN; op++ {
				a, b := operands(r, op, m, n, k, 2)
				want := newMatrix(r, m, n, 3)
				local := want.clone()
				gemmOn(op, a, b, want, true)
				new(Local).Gemm(op, local.matrix(), a.matrix(), b.matrix(), true)
				if !slices.Equal(local.all, want.all) {
					t.Errorf("%v %v: Local.Gemm gives other bits", op, s)
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
			gemmOn(NT, a, b, plain, false)
			last := Epilogue{Bias: bias, Add: rest.data(), GELU: gelu.data()}
			GemmEpilogue(NT, c.matrix(), a.matrix(), b.matrix(), false, last)
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
			GemmEpilogue(NT, again.matrix(), a.matrix(), b.matrix(), false, Epilogue{Bias: bias, Add: rest.data(), GELU: again.data()})
			for i := range m {
				for j := range n {
					if again.at(i, j) != gelu.at(i, j) {
						t.Fatalf("%v: in place, [%d, %d] is %v, want %v", s, i, j, again.at(i, j), gelu.at(i, j))
					}
				}
			}
		}
	})
}

func TestEpiloguePanics(t *testing.T) {
	one := Dense([]float32{1}, 1, 1)
	for i, last := range []Epilogue{{Bias: make([]float32, 2)}, {Add: []float32{}}, {GELU: []float32{}}} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("case %d did not panic", i)
				}
			}()
			GemmEpilogue(NN, Dense([]float32{1}, 1, 1), one, one, false, last)
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

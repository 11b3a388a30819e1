package simd

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"frontdoor/internal/parallel"
)

// onKernels runs a test under every kernel of this machine.
func onKernels(t *testing.T, f func(t *testing.T)) {
	for _, name := range Kernels() {
		t.Run(name, func(t *testing.T) {
			restore, err := Use(name)
			if err != nil {
				t.Fatal(err)
			}
			defer restore()
			f(t)
		})
	}
}

func TestGemm(t *testing.T) {
	dims := []int{1, 5, 6, 7, 9, 16, 17, 33}
	onKernels(t, func(t *testing.T) {
		r := rand.New(rand.NewPCG(1, 2))
		check := func(m, n, k, gap int) {
			for op := NN; op <= TN; op++ {
				for _, acc := range []bool{false, true} {
					a, b := operands(r, op, m, n, k, gap)
					c := newMatrix(r, m, n, gap)
					before := c.clone()
					gemmOn(op, a, b, c, acc)
					checkProduct(t, op, k, a, b, before, c, acc)
					if t.Failed() {
						t.Fatalf("%v m=%d n=%d k=%d gap=%d accumulate=%v", op, m, n, k, gap, acc)
					}
				}
			}
		}
		for _, m := range dims {
			for _, n := range dims {
				for _, k := range []int{1, 6, 8, 13, 16, 31} {
					check(m, n, k, (m+n+k)%4)
				}
			}
		}
		for _, s := range [][3]int{
			{0, 3, 4}, {3, 0, 4}, {3, 4, 0}, // empty
			{3, 5, kBlock}, {7, 18, kBlock + 1}, {25, 40, 2*kBlock + 3}, // k blocks
			{101, 70, 90}, {rowBlock + 1, 40, 70}, {2*rowBlock + 5, 9, 300}, // parallel
			{1, 1100, 600}, {30, 700, 30}, {60, 16, 800},
		} {
			check(s[0], s[1], s[2], 3)
		}
	})
}

// A row's bits do not depend on the other rows, the columns around an element,
// or the number of threads.
func TestGemmBits(t *testing.T) {
	threads := parallel.Threads()
	defer parallel.SetThreads(threads)
	onKernels(t, func(t *testing.T) {
		r := rand.New(rand.NewPCG(3, 4))
		m, n, k := 2*rowBlock+11, 83, 290
		for op := NN; op <= TN; op++ {
			a, b := operands(r, op, m, n, k, 1)
			whole := newMatrix(r, m, n, 0)
			before := whole.clone()
			for _, threads := range []int{1, 2, 7} {
				parallel.SetThreads(threads)
				c := before.clone()
				gemmOn(op, a, b, c, true)
				if threads == 1 {
					whole = c
				} else if !slices.Equal(c.all, whole.all) {
					t.Errorf("%v: %d threads give other bits", op, threads)
				}
			}
			aStep, bStep := a.ld, 1
			if op == TN {
				aStep = 1
			}
			if op == NT {
				bStep = b.ld
			}
			for _, part := range [][4]int{{5, 1, 0, n}, {17, 13, 3, 30}, {rowBlock, 40, 40, 1}, {1, m - 1, 16, 19}} {
				i0, rows, j0, cols := part[0], part[1], part[2], part[3]
				c := before.clone()
				at := i0*c.ld + j0
				pa := Matrix{a.data()[i0*aStep:], rows, k, a.ld}
				if op == TN {
					pa.Rows, pa.Cols = k, rows
				}
				pb := Matrix{b.data()[j0*bStep:], k, cols, b.ld}
				if op == NT {
					pb.Rows, pb.Cols = cols, k
				}
				Gemm(op, Matrix{c.data()[at:], rows, cols, c.ld}, pa, pb, true)
				for i := range rows {
					row := at + i*c.ld
					if !slices.Equal(c.data()[row:row+cols], whole.data()[row:row+cols]) {
						t.Fatalf("%v: block %v, row %d has other bits", op, part, i)
					}
				}
			}
		}
	})
}

func TestGemmNonFinite(t *testing.T) {
	inf, nan := float32(math.Inf(1)), float32(math.NaN())
	onKernels(t, func(t *testing.T) {
		a := []float32{1, inf, 0, nan, 2, -inf}
		b := []float32{1, 2, 3, 0}
		c := make([]float32, 6)
		Gemm(NN, Dense(c, 3, 2), Dense(a, 3, 2), Dense(b, 2, 2), false)
		want := []float32{inf, nan, nan, nan, -inf, nan}
		for i, w := range want {
			if c[i] != w && (c[i] == c[i] || w == w) {
				t.Errorf("c = %v, want %v", c, want)
				break
			}
		}
	})
}

func TestGemmPanics(t *testing.T) {
	mat := func(elements, rows, cols, stride int) Matrix {
		return Matrix{make([]float32, elements), rows, cols, stride}
	}
	for i, c := range []struct {
		op      Op
		c, a, b Matrix
	}{
		{NN, mat(4, 2, 2, 2), mat(3, 2, 2, 2), mat(4, 2, 2, 2)},
		{NT, mat(6, 2, 3, 3), mat(8, 2, 4, 4), mat(11, 3, 4, 4)},
		{TN, mat(6, 2, 3, 2), mat(8, 4, 2, 2), mat(12, 4, 3, 3)},
		{NN, mat(6, 2, 3, 3), mat(8, 2, 4, 4), mat(9, 3, 3, 3)},
		{NT, mat(8, 2, 4, 4), mat(8, 2, 4, 4), mat(12, 3, 4, 4)},
		{NN, mat(0, -1, 3, 3), mat(0, -1, 4, 4), mat(12, 4, 3, 3)},
		{Op(3), mat(0, 0, 0, 0), mat(0, 0, 0, 0), mat(0, 0, 0, 0)},
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("case %d did not panic", i)
				}
			}()
			Gemm(c.op, c.c, c.a, c.b, false)
		}()
	}
}

func TestGemmNoAllocation(t *testing.T) {
	for _, s := range [][3]int{{19, 19, 32}, {200, 400, 300}} {
		m, n, k := s[0], s[1], s[2]
		a, b, c := make([]float32, m*k), make([]float32, n*k), make([]float32, m*n)
		f := func() { Gemm(NT, Dense(c, m, n), Dense(a, m, k), Dense(b, n, k), false) }
		f()
		f()
		if got := testing.AllocsPerRun(20, f); got >= 1 {
			t.Errorf("%v: %v allocations a call", s, got)
		}
	}
}

// FuzzGemm compares every kernel with float64 sums, on any shape, stride and
// size of numbers, with canaries around and between the rows.
func FuzzGemm(f *testing.F) {
	f.Add(uint8(1), uint8(1), uint8(1), uint8(0), uint8(0), int8(0), uint64(1))
	f.Add(uint8(19), uint8(19), uint8(32), uint8(5), uint8(1), int8(20), uint64(2))
	f.Add(uint8(64), uint8(33), uint8(255), uint8(3), uint8(2), int8(-20), uint64(3))
	f.Fuzz(func(t *testing.T, m, n, k, way, gap uint8, exponent int8, seed uint64) {
		op, acc := Op(way%3), way&4 != 0
		r := rand.New(rand.NewPCG(seed, 5))
		a, b := operands(r, op, int(m), int(n), int(k), int(gap%9))
		Scale(a.data(), float32(math.Pow(2, float64(exponent%40))), a.data())
		before := newMatrix(r, int(m), int(n), int(gap%5))
		onKernels(t, func(t *testing.T) {
			c := before.clone()
			gemmOn(op, a, b, c, acc)
			checkProduct(t, op, int(k), a, b, before, c, acc)
		})
	})
}

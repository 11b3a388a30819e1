package simd

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// guarded returns n elements at an odd offset between canaries, and a function
// that fails the test when a canary has changed.
func guarded(t *testing.T, n, offset int, value func(i int) float32) ([]float32, func()) {
	all := make([]float32, offset+n+17)
	for i := range all {
		all[i] = canary
	}
	s := all[offset : offset+n : offset+n]
	for i := range s {
		s[i] = value(i)
	}
	return s, func() {
		t.Helper()
		for i, v := range all {
			if (i < offset || i >= offset+n) && v != canary {
				t.Errorf("n = %d, offset %d: element %d was written", n, offset, i-offset)
			}
		}
	}
}

// near compares relative to size, and wants NaN where NaN is wanted.
func near(got, want float32, tol, size float64) bool {
	g, w := float64(got), float64(want)
	switch {
	case w != w || g != g:
		return w != w && g != g
	case math.IsInf(w, 0) || math.IsInf(g, 0):
		return w == g
	}
	return math.Abs(g-w) <= tol*max(size, math.Abs(w))
}

// A routine gets three operands and two numbers, of which it uses what it
// likes, writes dst and returns up to two numbers.
var routines = map[string]struct {
	f      func(dst, a, b, c []float32, s, t float32) (u, v float32)
	sumTol bool // the numbers are long sums of terms of either sign
}{
	"Add":           {f: func(d, a, b, _ []float32, _, _ float32) (u, v float32) { Add(d, a, b); return }},
	"Add in place":  {f: func(d, a, _, _ []float32, _, _ float32) (u, v float32) { copy(d, a); Add(d, d, d); return }},
	"Scale":         {f: func(d, a, _, _ []float32, s, _ float32) (u, v float32) { Scale(d, s, a); return }},
	"Axpy":          {f: func(d, a, b, _ []float32, s, _ float32) (u, v float32) { copy(d, b); Axpy(s, a, d); return }},
	"AddTo":         {f: func(d, a, b, _ []float32, _, _ float32) (u, v float32) { copy(d, b); AddTo(d, a); return }},
	"Dot":           {f: func(_, a, b, _ []float32, _, _ float32) (u, v float32) { return Dot(a, b), 0 }, sumTol: true},
	"Sum":           {f: func(_, a, _, _ []float32, _, _ float32) (u, v float32) { return Sum(a), 0 }, sumTol: true},
	"sumSquares":    {f: func(_, a, _, _ []float32, s, _ float32) (u, v float32) { return sumSquares(a, s), 0 }, sumTol: true},
	"Max":           {f: func(_, a, _, _ []float32, _, _ float32) (u, v float32) { return Max(a), 0 }},
	"Exp":           {f: func(d, a, _, _ []float32, _, _ float32) (u, v float32) { Exp(d, a); return }},
	"Exp in place":  {f: func(d, a, _, _ []float32, _, _ float32) (u, v float32) { copy(d, a); Exp(d, d); return }},
	"Softmax":       {f: func(d, a, _, _ []float32, _, _ float32) (u, v float32) { Softmax(d, a); return }},
	"expSum":        {f: func(d, a, _, _ []float32, s, t float32) (u, v float32) { expSum(d, a, t, s/10); return }},
	"SoftmaxGrad":   {f: func(d, a, b, _ []float32, s, _ float32) (u, v float32) { softmaxGrad(d, a, b, s, 0.5); return }},
	"QuickGELU":     {f: func(d, a, _, _ []float32, _, _ float32) (u, v float32) { QuickGELU(d, a); return }},
	"QuickGELUGrad": {f: func(d, a, b, _ []float32, _, _ float32) (u, v float32) { QuickGELUGrad(d, b, a); return }},
	"normalise":     {f: func(d, a, b, c []float32, s, t float32) (u, v float32) { normalise(d, a, b, c, s, t); return }},
	"normSums":      {f: func(_, a, b, c []float32, s, t float32) (u, v float32) { return normSums(a, b, c, s, t) }, sumTol: true},
	"normGamma": {f: func(d, a, b, c []float32, s, t float32) (u, v float32) {
		copy(d, c)
		normGamma(d, a, b, s, t)
		return
	}},
	"normGrad": {f: func(d, a, b, c []float32, s, t float32) (u, v float32) {
		copy(d, c)
		normGrad(d, a, b, c, s, t, 0.3, -0.7)
		return
	}},
}

// Every routine of every kernel agrees with the Go version at every tail and
// alignment and touches nothing outside its slices.
func TestRoutinesAgree(t *testing.T) {
	special := []float32{float32(math.NaN()), float32(math.Inf(1)), float32(math.Inf(-1)), 0, 1e-40, 3e38, -3e38}
	for name, rt := range routines {
		t.Run(name, func(t *testing.T) {
			r := rand.New(rand.NewPCG(7, 8))
			for n := range 75 {
				for trial := range 6 {
					value := func(int) float32 { return float32(r.NormFloat64() * 3) }
					a, _ := guarded(t, n, 1+trial, value)
					b, _ := guarded(t, n, 2+trial, value)
					c, _ := guarded(t, n, 3+trial, value)
					if trial >= 3 && n > 0 { // elsewhere all numbers are tame
						some := special
						if rt.sumTol { // the Go version sums in float64 and overflows later
							some = special[:5]
						}
						a[r.IntN(n)] = some[r.IntN(len(some))]
						b[r.IntN(n)] = some[r.IntN(len(some))]
					}
					agree(t, rt.f, rt.sumTol, a, b, c, 4+trial)
					if t.Failed() {
						t.Fatalf("n = %d, a = %v, b = %v", n, a, b)
					}
				}
			}
		})
	}
}

func agree(t *testing.T, f func(dst, a, b, c []float32, s, t float32) (u, v float32), sumTol bool, a, b, c []float32, offset int) {
	t.Helper()
	var wantDst []float32
	var want [2]float32
	for i, kernel := range Kernels() {
		restore, err := Use(kernel)
		if err != nil {
			t.Fatal(err)
		}
		dst, intact := guarded(t, len(a), offset, func(int) float32 { return canary })
		u, v := f(dst, a, b, c, 0.75, 1.5)
		restore()
		intact()
		if i == 0 {
			wantDst, want = slices.Clone(dst), [2]float32{u, v}
			continue
		}
		for j := range dst {
			if !near(dst[j], wantDst[j], 2e-6, 1) {
				t.Errorf("%s: dst[%d] = %v, want %v", kernel, j, dst[j], wantDst[j])
			}
		}
		size := 0.0
		if sumTol {
			size = 50 * float64(len(a)+1)
		}
		for j, got := range [2]float32{u, v} {
			if !near(got, want[j], 1e-6, size) {
				t.Errorf("%s: result %d = %v, want %v", kernel, j, got, want[j])
			}
		}
	}
}

func TestLengthsMustAgree(t *testing.T) {
	two, three := make([]float32, 2), make([]float32, 3)
	for name, f := range map[string]func(){
		"Add":                func() { Add(three, three, two) },
		"Scale":              func() { Scale(three, 1, two) },
		"Axpy":               func() { Axpy(1, two, three) },
		"AddTo":              func() { AddTo(three, two) },
		"Dot":                func() { Dot(three, two) },
		"Exp":                func() { Exp(three, two) },
		"Softmax":            func() { Softmax(three, two) },
		"SoftmaxGrad":        func() { SoftmaxGrad(three, three, two) },
		"LayerNorm":          func() { LayerNorm(three, three, three, two, 1e-5) },
		"LayerNormGrad":      func() { LayerNormGrad(three, three, three, two, 0, 1) },
		"QuickGELU":          func() { QuickGELU(three, two) },
		"LayerNormGammaGrad": func() { LayerNormGammaGrad(three, two, three, 0, 1) },
		"SoftmaxScaled":      func() { SoftmaxScaled(three, two, 1) },
		"SoftmaxScaledGrad":  func() { SoftmaxScaledGrad(three, three, two, 1) },
		"QuickGELUGrad":      func() { QuickGELUGrad(three, three, two) },
	} {
		func() {
			defer func() {
				want := fmt.Sprintf("simd.%s: slices of 3 and 2 elements", name)
				if got := fmt.Sprint(recover()); got != want {
					t.Errorf("panic %q, want %q", got, want)
				}
			}()
			f()
			t.Errorf("%s did not panic", name)
		}()
	}
}

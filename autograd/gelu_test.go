package autograd

import (
	"math"
	"testing"
)

func cdf(x float64) float64 { return math.Erfc(-x/math.Sqrt2) / 2 }

// The table is as good as package math, everywhere.
func TestNormal(t *testing.T) {
	for x := -9.0; x < 9; x += 0.000731 {
		c, d := normalTable().normal(x)
		exactC, exactD := normalExact(x)
		if math.Abs(c/exactC-1) > 1e-8 || math.Abs(d/exactD-1) > 1e-8 {
			t.Fatalf("normal(%v) = %v, %v, want %v, %v", x, c, d, exactC, exactD)
		}
	}
	for x, want := range map[float64]float64{math.Inf(-1): 0, math.Inf(1): 1, -40: 0, 40: 1, 8: cdf(8), -8: cdf(-8)} {
		if c, _ := normalTable().normal(x); math.Abs(c-want) > 1e-300 && c != want {
			t.Errorf("Φ(%v) = %v, want %v", x, c, want)
		}
	}
	if c, d := normalTable().normal(math.NaN()); c == c || d == d {
		t.Errorf("Φ(NaN) = %v, φ(NaN) = %v", c, d)
	}
}

// Values of PyTorch's float64 gelu, and the slope by central differences.
func TestGELU(t *testing.T) {
	z := []float32{-6, -1, -0.5, 0, 0.5, 1, 6}
	want := []float64{-5.91952586948e-09, -0.15865525393146, -0.15426876936299, 0, 0.34573123063701, 0.84134474606854, 5.9999999940805}
	y, slope, ones := make([]float32, len(z)), make([]float32, len(z)), make([]float32, len(z))
	for i := range ones {
		ones[i] = 1
	}
	GELU.apply(y, z)
	GELU.gradient(slope, ones, z)
	exact := func(x float64) float64 { return x * cdf(x) }
	for i, x := range z {
		if math.Abs(float64(y[i])-want[i]) > 1e-7*(math.Abs(want[i])+1e-9) {
			t.Errorf("GELU(%v) = %v, want %v", x, y[i], want[i])
		}
		const h = 1e-5
		difference := (exact(float64(x)+h) - exact(float64(x)-h)) / (2 * h)
		if math.Abs(float64(slope[i])-difference) > 1e-7 {
			t.Errorf("GELU'(%v) = %v, want %v", x, slope[i], difference)
		}
	}
	if GELU.String() != "gelu" {
		t.Errorf("name %q", GELU)
	}
}

// Through a layer, in place where nothing is recorded and not where it is.
func TestGELUInLinear(t *testing.T) {
	x, w := Const([]float32{1, -2}, 2, 1), Param([]float32{0.7}, 1, 1)
	plain := (*Tape)(nil).Linear(x, w, nil, GELU)
	tp := NewTape()
	y := tp.Linear(x, w, nil, GELU)
	tp.Backward(tp.Combine([]float32{1, 1}, tp.Slice(y, 0, 1), tp.Slice(y, 1, 2)))
	loss := func(w float64) float64 { return w*cdf(w) - 2*w*cdf(-2*w) }
	const h = 1e-5
	if want := (loss(0.7+h) - loss(0.7-h)) / (2 * h); math.Abs(float64(w.Grad()[0])-want) > 1e-6 {
		t.Errorf("gradient %v, want %v", w.Grad()[0], want)
	}
	for i := range plain.Data {
		if plain.Data[i] != y.Data[i] {
			t.Errorf("row %d: %v without a tape, %v with one", i, plain.Data[i], y.Data[i])
		}
	}
}

func BenchmarkGELU(b *testing.B) {
	z, y := make([]float32, 1<<16), make([]float32, 1<<16)
	for i := range z {
		z[i] = float32(i%997)/100 - 5
	}
	b.SetBytes(4 << 16)
	for b.Loop() {
		gelu(y, z)
	}
}

package simd

import (
	"math"
	"math/rand/v2"
	"testing"
)

// ulps is the distance of got from the exact value in units of the last place
// of a float32 of that size.
func ulps(got float32, exact float64) float64 {
	_, e := math.Frexp(exact)
	return math.Abs(float64(got)-exact) / math.Ldexp(1, max(e-24, -149))
}

func TestExpError(t *testing.T) {
	onKernels(t, func(t *testing.T) {
		x := make([]float32, 1<<12)
		y := make([]float32, len(x))
		worst, at := 0.0, float32(0)
		r := rand.New(rand.NewPCG(9, 10))
		for round := range 90 {
			for i := range x {
				switch round % 3 {
				case 0:
					x[i] = float32(r.Float64()*193 - 104.3)
				case 1:
					x[i] = float32(r.NormFloat64() * 2)
				case 2:
					x[i] = float32(-87.3 - r.Float64()*17) // denormal results
				}
			}
			Exp(y, x)
			for i, v := range x {
				exact := math.Exp(float64(v))
				if exact > math.MaxFloat32 {
					continue
				}
				if u := ulps(y[i], exact); !(u <= worst) {
					worst, at = u, v
				}
			}
		}
		t.Logf("largest error %.3f ulp, at %v", worst, at)
		if worst > 2 {
			t.Errorf("error of %.3f ulp at %v, more than 2", worst, at)
		}
	})
}

func TestExpSpecialValues(t *testing.T) {
	inf, nan := float32(math.Inf(1)), float32(math.NaN())
	onKernels(t, func(t *testing.T) {
		for _, c := range [][2]float32{
			{0, 1}, {float32(math.Copysign(0, -1)), 1}, {inf, inf}, {-inf, 0}, {nan, nan},
			{88.8, inf}, {1e30, inf}, {3.4e38, inf}, {-104, 0}, {-3.4e38, 0}, {1e-40, 1},
			{-103, math.SmallestNonzeroFloat32},
		} {
			for _, n := range []int{1, 8, 9} {
				x := make([]float32, n)
				x[n-1] = c[0]
				Exp(x, x)
				if !near(x[n-1], c[1], 0, 0) {
					t.Errorf("Exp(%v) = %v, want %v", c[0], x[n-1], c[1])
				}
			}
		}
	})
}

func TestSoftmax(t *testing.T) {
	inf := float32(math.Inf(-1))
	onKernels(t, func(t *testing.T) {
		x := []float32{1000, 1000 + float32(math.Ln2), inf, 900, 1000}
		y := make([]float32, len(x))
		Softmax(y, x)
		for i, want := range []float32{0.25, 0.5, 0, 0, 0.25} {
			if math.Abs(float64(y[i]-want)) > 1e-5 {
				t.Fatalf("Softmax = %v", y)
			}
		}
		if y[2] != 0 {
			t.Errorf("a masked element has probability %v", y[2])
		}
		Softmax(x, []float32{inf, inf, inf, inf, inf})
		if x[0] == x[0] {
			t.Errorf("a row of -Inf gives %v, want NaN", x)
		}
		Softmax(nil, nil)
	})
}

func TestMax(t *testing.T) {
	onKernels(t, func(t *testing.T) {
		for n := 1; n < 70; n++ {
			x := make([]float32, n)
			for i := range x {
				x[i] = -5 - float32(i)
			}
			for i := range x {
				old := x[i]
				x[i] = -2
				if got := Max(x); got != -2 {
					t.Fatalf("n = %d, largest at %d: %v", n, i, got)
				}
				x[i] = float32(math.NaN())
				if got := Max(x); got == got {
					t.Fatalf("n = %d, NaN at %d: %v", n, i, got)
				}
				x[i] = old
			}
		}
		if got := Max(nil); !math.IsInf(float64(got), -1) {
			t.Errorf("Max of nothing is %v", got)
		}
	})
}

// checkGrad compares grad with central differences of the float64 function.
func checkGrad(t *testing.T, name string, x, grad []float32, f func(x []float64) float64) {
	t.Helper()
	z := make([]float64, len(x))
	for i, v := range x {
		z[i] = float64(v)
	}
	const h = 1e-5
	for i := range z {
		old := z[i]
		z[i] = old + h
		up := f(z)
		z[i] = old - h
		want := (up - f(z)) / (2 * h)
		z[i] = old
		if math.Abs(float64(grad[i])-want) > 2e-5*(1+math.Abs(want)) {
			t.Errorf("%s: n = %d, gradient[%d] = %v, want %v", name, len(x), i, grad[i], want)
		}
	}
}

func TestGradients(t *testing.T) {
	onKernels(t, func(t *testing.T) {
		r := rand.New(rand.NewPCG(11, 12))
		for _, n := range []int{1, 2, 7, 8, 19, 64, 77} {
			vec := func() []float32 {
				v := make([]float32, n)
				for i := range v {
					v[i] = float32(r.NormFloat64())
				}
				return v
			}
			x, w, gamma, beta := vec(), vec(), vec(), vec()
			y, dx := make([]float32, n), make([]float32, n)

			Softmax(y, x)
			SoftmaxGrad(dx, y, w)
			checkGrad(t, "SoftmaxGrad", x, dx, func(x []float64) float64 {
				var s, d float64
				for i, v := range x {
					s += math.Exp(v)
					d += math.Exp(v) * float64(w[i])
				}
				return d / s
			})

			QuickGELUGrad(dx, w, x)
			checkGrad(t, "QuickGELUGrad", x, dx, func(x []float64) (s float64) {
				for i, v := range x {
					s += float64(w[i]) * v / (1 + math.Exp(-1.702*v))
				}
				return s
			})

			const eps = 1e-5
			if n == 1 {
				continue // the derivative at a width of one is 0 / sqrt(eps)
			}
			norm := func(x []float64) (mean, rstd float64) {
				var v float64
				for _, a := range x {
					mean += a / float64(n)
				}
				for _, a := range x {
					v += (a - mean) * (a - mean) / float64(n)
				}
				return mean, 1 / math.Sqrt(v+eps)
			}
			mean, rstd := LayerNorm(y, x, gamma, beta, eps)
			clear(dx)
			LayerNormGrad(dx, w, x, gamma, mean, rstd)
			checkGrad(t, "LayerNormGrad", x, dx, func(x []float64) (s float64) {
				m, r := norm(x)
				for i, v := range x {
					s += float64(w[i]) * ((v-m)*r*float64(gamma[i]) + float64(beta[i]))
				}
				return s
			})
			x64 := make([]float64, n)
			for i, v := range x {
				x64[i] = float64(v)
			}
			m64, r64 := norm(x64)
			for i, v := range x64 {
				want := (v-m64)*r64*float64(gamma[i]) + float64(beta[i])
				if math.Abs(float64(y[i])-want) > 1e-5 {
					t.Errorf("LayerNorm: n = %d, y[%d] = %v, want %v", n, i, y[i], want)
				}
			}
		}
	})
}

func TestSmallNumbers(t *testing.T) {
	onKernels(t, func(t *testing.T) {
		y := make([]float32, 2)
		mean, rstd := LayerNorm(y, []float32{1, 3}, []float32{1, 2}, []float32{0, 10}, 0)
		if mean != 2 || rstd != 1 || y[0] != -1 || y[1] != 12 {
			t.Errorf("LayerNorm = %v, %v, %v", y, mean, rstd)
		}
		QuickGELU(y, []float32{0, 100})
		if y[0] != 0 || y[1] != 100 {
			t.Errorf("QuickGELU = %v", y)
		}
		if got := Dot([]float32{1, 2, 3}, []float32{4, 5, 6}); got != 32 {
			t.Errorf("Dot = %v", got)
		}
		if got := Sum([]float32{1, 2, 3}); got != 6 {
			t.Errorf("Sum = %v", got)
		}
	})
}

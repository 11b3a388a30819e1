package simd

import (
	"math"
	"math/rand/v2"
	"testing"
)

// worst returns the largest error of a routine over numbers of all sizes, in
// units of the last place of the exact value or of floor, if that is larger.
func worst(r *rand.Rand, f func(y, x []float32), exact func(x float64) float64, floor func(x float64) float64) (ulp float64, at float32) {
	x, y := make([]float32, 1<<12), make([]float32, 1<<12)
	for round := range 40 {
		for i := range x {
			switch round % 4 {
			case 0:
				x[i] = float32(r.NormFloat64())
			case 1:
				x[i] = float32((r.Float64() - 0.5) * 100)
			case 2: // any exponent, denormals too
				x[i] = math.Float32frombits(r.Uint32()&0x80000000 | r.Uint32N(0x42800000)) // up to 64
			case 3:
				x[i] = float32((r.Float64() - 0.5) * 1e-3)
			}
		}
		f(y, x)
		for i, v := range x {
			want := exact(float64(v))
			if u := math.Abs(float64(y[i])-want) / ulpOf(math.Max(math.Abs(want), floor(float64(v)))); !(u <= ulp) {
				ulp, at = u, v
			}
		}
	}
	return ulp, at
}

func ulpOf(v float64) float64 {
	_, e := math.Frexp(v)
	return math.Ldexp(1, max(e-24, -149))
}

// The errors that doc.go states.
func TestAccuracy(t *testing.T) {
	sigmoid := func(z float64) float64 { return 1 / (1 + math.Exp(-1.702*z)) }
	onKernels(t, func(t *testing.T) {
		r := rand.New(rand.NewPCG(31, 32))
		check := func(name string, limit float64, f func(y, x []float32), exact, floor func(x float64) float64) {
			ulp, at := worst(r, f, exact, floor)
			t.Logf("%s: %.2f ulp, at %v", name, ulp, at)
			if ulp > limit {
				t.Errorf("%s: %.2f ulp at %v, more than %v", name, ulp, at, limit)
			}
		}
		// Left of zero the exponent's rounding counts, as large as its argument;
		// left of -51 the exponential overflows and the result is 0.
		const tiny = 1e-30
		check("QuickGELU", 4, QuickGELU, func(z float64) float64 { return z * sigmoid(z) },
			func(z float64) float64 { return max(tiny, math.Abs(z)*sigmoid(z)*max(1, -z)) })
		ones := make([]float32, 1<<12)
		for i := range ones {
			ones[i] = 1
		}
		check("QuickGELUGrad", 4, func(y, x []float32) { QuickGELUGrad(y, ones, x) },
			func(z float64) float64 { s := sigmoid(z); return s * (1 + 1.702*z*(1-s)) },
			func(z float64) float64 { return max(tiny, sigmoid(z)*(1+math.Abs(z)*max(1, -z))) })
	})
}

// Rows of any scale: the largest error against the largest element.
func TestRowAccuracy(t *testing.T) {
	onKernels(t, func(t *testing.T) {
		r := rand.New(rand.NewPCG(33, 34))
		soft, norm := 0.0, 0.0
		for range 200 {
			n := 1 + r.IntN(800)
			x, y := make([]float32, n), make([]float32, n)
			gamma, beta := make([]float32, n), make([]float32, n)
			scale := math.Pow(2, float64(r.IntN(16)-8))
			for i := range x {
				x[i], gamma[i] = float32(r.NormFloat64()*scale), 1
			}
			top, sum := float64(Max(x)), 0.0
			Softmax(y, x)
			for _, v := range x {
				sum += math.Exp(float64(v) - top)
			}
			for i, v := range x {
				if want := math.Exp(float64(v)-top) / sum; want > 1e-30 {
					soft = max(soft, math.Abs(float64(y[i])/want-1)/(1+top-float64(v)))
				}
			}
			LayerNorm(y, x, gamma, beta, 0)
			mean, square := 0.0, 0.0
			for _, v := range x {
				mean += float64(v) / float64(n)
			}
			for _, v := range x {
				square += (float64(v) - mean) * (float64(v) - mean) / float64(n)
			}
			for i, v := range x {
				if square > 0 {
					norm = max(norm, math.Abs(float64(y[i])-(float64(v)-mean)/math.Sqrt(square)))
				}
			}
		}
		t.Logf("Softmax %.3g relative, LayerNorm %.3g", soft, norm)
		if soft > 5e-7 || norm > 2e-6 {
			t.Errorf("errors: Softmax %.3g, LayerNorm %.3g", soft, norm)
		}
	})
}

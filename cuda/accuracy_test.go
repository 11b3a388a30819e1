package cuda_test

import (
	"fmt"
	"math"
	"testing"

	"frontdoor/cuda"
	"frontdoor/internal/cudatest"
	"frontdoor/internal/ptx"
)

// The gate for products on tensor cores: their L2 error against float64 is no
// larger than that of a plain chain of fp32 multiply-adds on the same data, for
// activations, for positive sums, which tensor cores cut towards zero, and for
// gradients of very different sizes.
func TestProductsAreAsExactAsFP32(t *testing.T) {
	const m, n = 24, 40
	kinds := map[string]func(r *rig, i int) float32{
		"normal":   func(r *rig, i int) float32 { return float32(r.rng.NormFloat64()) },
		"GELU":     func(r *rig, i int) float32 { return float32(actOf(2, 1.5*r.rng.NormFloat64())) },
		"positive": func(r *rig, i int) float32 { return float32(math.Abs(r.rng.NormFloat64())) },
		"gradients": func(r *rig, i int) float32 {
			return float32(1e-6 * math.Exp(2*r.rng.NormFloat64()) * r.rng.NormFloat64())
		},
	}
	for name, number := range kinds {
		for terms := 2; terms <= 3; terms++ {
			for _, major := range []int{8, 9} {
				t.Run(fmt.Sprintf("%s x%d sm_%d0", name, terms, major), func(t *testing.T) {
					t.Parallel()
					k := 768
					r := newRig(t, 5, func(d *cudatest.Driver) { d.Major = major })
					defer r.close()
					a, b := make([]float32, m*k), r.normal(n*k)
					for i := range a {
						a[i] = number(r, i)
					}
					for i := range b {
						if name == "positive" {
							b[i] = float32(math.Abs(float64(b[i])))
						}
						if b[i] *= 0.02; terms == 2 {
							b[i] = ptx.FromHalf(ptx.ToHalf(b[i]))
						}
					}
					ha, hb := cuda.RunSplit(r.dev, r.up(a), m, k, k), cuda.RunSplit(r.dev, r.up(b), n, k, k)
					if terms == 2 {
						hb = cuda.WithoutLow(hb)
					}
					c := r.room(m * n)
					cuda.RunProductHalves(r.dev, ha, hb, cuda.End(0, 0, 0, c, 0, 0, n))
					exact := product(a, b, m, n, k)
					got, plain := l2(r.down(c, m*n), exact), l2(chain(a, b, m, n, k), exact)
					if !(got <= plain) {
						t.Errorf("L2 error %.3g, of fp32 multiply-adds %.3g", got, plain)
					}
					t.Logf("L2 error %.3g, of fp32 multiply-adds %.3g", got, plain)
				})
			}
		}
	}
}

// chain is the product as a chain of fp32 multiply-adds. The product of two floats
// is exact in float64; that the sum is rounded twice matters once in 2^29 times.
func chain(a, b []float32, m, n, k int) []float32 {
	c := make([]float32, m*n)
	for i := range m {
		for j := range n {
			for p := range k {
				c[i*n+j] = float32(math.FMA(float64(a[i*k+p]), float64(b[j*k+p]), float64(c[i*n+j])))
			}
		}
	}
	return c
}

// l2 is the relative error of a whole matrix.
func l2(got []float32, want []float64) float64 {
	var e, s float64
	for i, w := range want {
		e += (float64(got[i]) - w) * (float64(got[i]) - w)
		s += w * w
	}
	return math.Sqrt(e / s)
}

// A row has the same bits whatever rows are beside it, and by whatever tile it is
// computed.
func TestRowsDoNotDependOnTheBatch(t *testing.T) {
	t.Parallel()
	r := newRig(t, 6)
	defer r.close()
	const n, k = 66, 200
	a, b := r.normal(70*k), r.normal(n*k)
	hb := cuda.RunSplit(r.dev, r.up(b), n, k, k)
	pa := r.up(a)
	var first []float32
	for _, m := range []int{1, 33, 70} {
		ha := cuda.RunSplit(r.dev, pa, m, k, k)
		for _, tile := range cuda.Tiles {
			c := r.room(m * n)
			cuda.RunProductHalvesIn(r.dev, tile, 2, 3, ha, hb, cuda.End(0, 0, 0, c, 0, 0, n))
			row := r.down(c, m*n)[:n]
			if first == nil {
				first = row
			}
			if err := same(fmt.Sprintf("row 0 of %d by %v", m, tile), row, first); err != nil {
				t.Error(err)
			}
		}
	}
}

// The products' shared memory has no bank conflicts.
func TestBankConflicts(t *testing.T) {
	t.Parallel()
	for _, tile := range cuda.Tiles {
		r := newRig(t, 1)
		if err := shortProduct(r, &tile, 3); err != nil {
			t.Error(err)
		}
		for name, s := range r.drv.Stats {
			t.Logf("%s: %d of %d passes over shared memory are conflicts, %d of %d sectors in vain, %d products", name, s.Conflicts(), s.SharedPasses, s.Scattered(), s.Sectors, s.Products)
			if len(name) > 5 && name[:5] == "gemm_" && s.Conflicts() > 0 {
				t.Errorf("%s: %d of %d passes over shared memory are conflicts", name, s.Conflicts(), s.SharedPasses)
			}
		}
		r.close()
	}
}

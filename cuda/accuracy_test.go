package cuda_test

import (
	"fmt"
	"math"
	"testing"

	"frontdoor/cuda"
	"frontdoor/internal/cudatest"
)

// factors fills the factors of a product: element k of row i of a and of b.
type factors struct {
	name   string
	k      int     // columns
	within float64 // how many times the error of fp32 is allowed
	a, b   func(r *rig, i, k int) float64
}

func gaussian(r *rig, _, _ int) float64 { return r.rng.NormFloat64() }

// scaled is normal numbers times 2^by(i, k).
func scaled(by func(i, k int) int) func(r *rig, i, k int) float64 {
	return func(r *rig, i, k int) float64 { return math.Ldexp(r.rng.NormFloat64(), by(i, k)) }
}

// gate holds the data that products are tried with: what towers multiply, and
// what is meant to make halves of fp16 fail. Two halves keep 23 bits of a number
// and binary32 has 24. That shows in a sum of very few numbers that matter, or of
// numbers that cancel with their neighbours: there alone fp32 is better, by the
// factor that is given.
var gate = []factors{
	{"normal", 768, 1, gaussian, gaussian},
	{"GELU", 768, 1, func(r *rig, _, _ int) float64 { return actOf(2, 1.5*r.rng.NormFloat64()) }, gaussian},
	{"positive", 768, 1, func(r *rig, _, _ int) float64 { return math.Abs(r.rng.NormFloat64()) },
		func(r *rig, _, _ int) float64 { return math.Abs(r.rng.NormFloat64()) }},
	{"gradients", 768, 1, func(r *rig, _, _ int) float64 { return 1e-6 * math.Exp(2*r.rng.NormFloat64()) * r.rng.NormFloat64() }, gaussian},
	{"rows far apart", 256, 1, scaled(func(i, _ int) int { return 45*(i%5) - 90 }), scaled(func(i, _ int) int { return 10 * (i % 3) })},
	{"scales out of range that meet", 256, 1, scaled(func(_, _ int) int { return 110 }), scaled(func(_, _ int) int { return -112 })},
	{"and the other way round", 256, 1, scaled(func(_, _ int) int { return -112 }), scaled(func(_, _ int) int { return 115 })},
	{"channels that stick out", 256, 1, scaled(func(_, k int) int { return 10 * (k % 64 / 63) }), gaussian},
	{"one that sticks out", 256, 1, scaled(func(_, k int) int { return 20 * (1 - min(k, 1)) }), gaussian},
	{"falling", 256, 1, scaled(func(_, k int) int { return -k / 16 }), gaussian},
	{"rising", 256, 1.25, scaled(func(_, k int) int { return k / 16 }), gaussian},
	{"almost nothing left", 256, 2.5, func(r *rig, i, k int) float64 {
		return math.Cos(float64(i+k/2)) * (float64(1-2*(k%2)) + 0x1p-10*r.rng.NormFloat64())
	}, func(_ *rig, i, k int) float64 { return 1 + float64((i+k/2)%7)/8 }},
}

// The gate for products: their L2 error against float64, row by row, is no
// larger than that of a plain chain of fp32 multiply-adds on the same data. Those
// of fp32 are that chain.
func TestProductsAreAsExactAsFP32(t *testing.T) {
	for _, f := range gate {
		majors := []int{8, 9}
		if f.k < 768 {
			majors = majors[:1] // that cuts more
		}
		for _, major := range majors {
			for _, way := range []string{"x2", "x3", "fp32"} {
				if way == "fp32" && (major != 8 || f.k > 256) {
					continue
				}
				t.Run(fmt.Sprintf("%s/%s sm_%d0", f.name, way, major), func(t *testing.T) {
					t.Parallel()
					throughGate(t, f, way, major)
				})
			}
		}
	}
}

func throughGate(t *testing.T, f factors, way string, major int) {
	const m, n = 20, 24
	k := f.k
	r := newRig(t, 5, func(d *cudatest.Driver) { d.Major = major })
	defer r.close()
	a, b := make([]float32, m*k), make([]float32, n*k)
	for i := range a {
		a[i] = float32(f.a(r, i/k, i%k))
	}
	for i := range b {
		b[i] = float32(f.b(r, i/k, i%k))
		if way == "x2" { // weights of 11 bits, whatever their scale
			b[i] = math.Float32frombits(math.Float32bits(b[i]) &^ 0x1fff)
		}
	}
	pa, pb, c := r.up(a), r.up(b), r.room(m*n)
	plain := chain(a, b, m, n, k)
	last := cuda.End(0, 0, 0, c, 0, 0, n)
	if way == "fp32" {
		cuda.RunProductFloatsIn(r.dev, 1, m, n, k, cuda.Matrix(pa, k, 1), cuda.Matrix(pb, k, 1), last)
		if err := same("c", r.down(c, m*n), plain); err != nil {
			t.Error(err)
		}
		return
	}
	ha, hb := cuda.RunSplit(r.dev, pa, m, k, k), cuda.RunSplit(r.dev, pb, n, k, k)
	if way == "x2" {
		hb = cuda.WithoutLow(hb)
	}
	cuda.RunProductHalves(r.dev, ha, hb, last)
	exact := product(a, b, m, n, k)
	got, limit := rowsL2(r.down(c, m*n), exact, n), rowsL2(plain, exact, n)
	if !(got <= f.within*limit) {
		t.Errorf("L2 error %.3g, of fp32 multiply-adds %.3g", got, limit)
	}
	t.Logf("L2 error %.3g, of fp32 multiply-adds %.3g", got, limit)
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

// rowsL2 is the relative error of rows of n, as the root of the mean of squares.
func rowsL2(got []float32, want []float64, n int) float64 {
	sum := 0.0
	for i := 0; i < len(want); i += n {
		var e, s float64
		for j, w := range want[i : i+n] {
			d := float64(got[i+j]) - w
			e, s = e+d*d, s+w*w
		}
		sum += e / s
	}
	return math.Sqrt(sum * float64(n) / float64(len(want)))
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

package cuda_test

import (
	"fmt"
	"math"

	"frontdoor/cuda"
	"frontdoor/internal/ptx"
)

// splitRow is the specification of split: the halves of a row, and what their
// sum is to be multiplied by.
func splitRow(row []float32) (hi, lo []uint16, inv float32) {
	top := float32(0)
	for _, v := range row {
		if a := float32(math.Abs(float64(v))); a > top {
			top = a
		}
	}
	e := max(13, int(math.Float32bits(top)>>23))
	if e == 255 {
		e = 139 // an infinity: no scale
	}
	scale := math.Float32frombits(uint32(266-e) << 23)
	for _, v := range row {
		s := v * scale
		h := ptx.ToHalf(s)
		rest := s - ptx.FromHalf(h)
		if !(math.Abs(float64(s)) < 65504) {
			rest = 0
		}
		hi, lo = append(hi, h), append(lo, ptx.ToHalf(rest))
	}
	return hi, lo, math.Float32frombits(uint32(e-12) << 23)
}

func checkSplit(r *rig, rows, cols int) error {
	ld := cols + 3
	x := r.normal(rows * ld)
	for i := range rows {
		s := float32(math.Ldexp(1, r.rng.IntN(200)-100))
		for j := range ld {
			x[i*ld+j] *= s
		}
		switch i % 9 {
		case 3:
			clear(x[i*ld : (i+1)*ld])
		case 5:
			x[i*ld] = 1e-42
		case 6:
			x[i*ld] = float32(math.Inf(-1))
		case 7:
			x[i*ld] = float32(math.NaN())
		}
	}
	hi, lo, inv, padded := cuda.HalfPointers(cuda.RunSplit(r.dev, r.up(x), rows, cols, ld))
	his, los, invs := r.down(hi, rows*padded/2), r.down(lo, rows*padded/2), r.down(inv, rows)
	half := func(x []float32, i int) uint16 { return uint16(math.Float32bits(x[i/2]) >> (i % 2 * 16)) }
	for i := range rows {
		h, l, s := splitRow(x[i*ld : i*ld+cols])
		if invs[i] != s {
			return fmt.Errorf("row %d: 1/scale is %g, want %g", i, invs[i], s)
		}
		for k := range padded {
			var wantHi, wantLo uint16
			if k < cols {
				wantHi, wantLo = h[k], l[k]
			}
			if gotHi, gotLo := half(his, i*padded+k), half(los, i*padded+k); gotHi != wantHi || gotLo != wantLo {
				return fmt.Errorf("row %d column %d: halves %04x %04x, want %04x %04x", i, k, gotHi, gotLo, wantHi, wantLo)
			}
		}
	}
	return r.err()
}

// product is the specification of all products, in float64.
func product(a, b []float32, m, n, k int) []float64 {
	c := make([]float64, m*n)
	for i := range m {
		for j := range n {
			for p := range k {
				c[i*n+j] += float64(a[i*k+p]) * float64(b[j*k+p])
			}
		}
	}
	return c
}

// ends are the ways to finish a product.
type end struct {
	bias, add, deriv, out bool
	act                   int
}

var ends = []end{{}, {bias: true}, {bias: true, add: true}, {bias: true, out: true, act: 1}, {out: true, act: 2}, {deriv: true, act: 1}, {deriv: true, act: 2}}

// finished returns what an epilogue makes of products, and its operands.
func (r *rig) finished(e end, v []float64, m, n int) (c, y []float64, bias, add, deriv cuda.Pointer) {
	c, y = make([]float64, m*n), make([]float64, m*n)
	b, a, z := r.normal(n), r.normal(m*n), r.normal(m*n)
	for i := range c {
		c[i] = v[i]
		if e.bias {
			c[i] += float64(b[i%n])
		}
		if e.add {
			c[i] += float64(a[i])
		}
		if e.deriv {
			c[i] *= actGradOf(e.act, float64(z[i]))
		}
		if e.out {
			y[i] = actOf(e.act, c[i])
		}
	}
	if e.bias {
		bias = r.up(b)
	}
	if e.add {
		add = r.up(a)
	}
	if e.deriv {
		deriv = r.up(z)
	}
	return c, y, bias, add, deriv
}

// checkProduct compares a product, made by run, for each of some ends.
func (r *rig) checkProduct(es []end, a, b []float32, m, n, k int, tol float64, run func(e end, bias, add, deriv, c, y cuda.Pointer)) error {
	v := product(a, b, m, n, k)
	for _, e := range es {
		wantC, wantY, bias, add, deriv := r.finished(e, v, m, n)
		c, y := r.room(m*n), cuda.Pointer(0)
		if e.out {
			y = r.room(m * n)
		}
		run(e, bias, add, deriv, c, y)
		err := near("c", r.down(c, m*n), wantC, tol)
		if err == nil && e.out {
			err = near("y", r.down(y, m*n), wantY, tol)
		}
		if err := firstError(err, r.err()); err != nil {
			return fmt.Errorf("%+v: %w", e, err)
		}
	}
	return nil
}

// checkFloats tries gemm_simt in all directions of its factors, whole and in
// parts.
func checkFloats(r *rig, m, n, k int) error {
	a, b := r.normal(m*k), r.normal(n*k)
	at, bt := transposed(a, m, k), transposed(b, n, k)
	forms := [][2]cuda.Strided{
		{cuda.Matrix(r.up(a), k, 1), cuda.Matrix(r.up(b), k, 1)},
		{cuda.Matrix(r.up(a), k, 1), cuda.Matrix(r.up(bt), 1, n)},
		{cuda.Matrix(r.up(at), 1, m), cuda.Matrix(r.up(bt), 1, n)},
	}
	for f, form := range forms {
		for _, parts := range []int{1, 3} {
			es := ends
			if f > 0 || parts > 1 {
				es = ends[3:4]
			}
			err := r.checkProduct(es, a, b, m, n, k, 3e-6, func(e end, bias, add, deriv, c, y cuda.Pointer) {
				cuda.RunProductFloatsIn(r.dev, parts, m, n, k, form[0], form[1], cuda.End(bias, add, deriv, c, y, e.act, n))
			})
			if err != nil {
				return fmt.Errorf("form %d in %d parts: %w", f, parts, err)
			}
		}
	}
	return nil
}

func transposed(x []float32, rows, cols int) []float32 {
	y := make([]float32, len(x))
	for i, v := range x {
		y[i%cols*rows+i/cols] = v
	}
	return y
}

// checkHalves returns a check of the products of one tile, with two or three
// terms.
func checkHalves(t cuda.Tile, terms int) func(r *rig, m, n, k int) error {
	return func(r *rig, m, n, k int) error {
		a, b := r.normal(m*k), r.normal(n*k)
		if terms == 2 {
			for i := range b { // the row's scale is a power of two: halves stay halves
				b[i] = ptx.FromHalf(ptx.ToHalf(b[i]))
			}
		}
		ha, hb := cuda.RunSplit(r.dev, r.up(a), m, k, k), cuda.RunSplit(r.dev, r.up(b), n, k, k)
		if terms == 2 {
			hb = cuda.WithoutLow(hb)
		}
		for _, parts := range []int{1, 2} {
			es := ends[3:4]
			if parts == 1 && t == cuda.Tiles[1] && terms == 2 {
				es = ends // the tiles share one text
			}
			err := r.checkProduct(es, a, b, m, n, k, 1e-6, func(e end, bias, add, deriv, c, y cuda.Pointer) {
				cuda.RunProductHalvesIn(r.dev, t, parts, terms, ha, hb, cuda.End(bias, add, deriv, c, y, e.act, n))
			})
			if err != nil {
				return fmt.Errorf("%d parts: %w", parts, err)
			}
		}
		return nil
	}
}

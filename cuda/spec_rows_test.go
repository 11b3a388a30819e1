package cuda_test

import (
	"fmt"
	"math"
	"slices"

	"frontdoor/cuda"
)

// The specifications of the kernels that work by rows and elements. Each check
// runs a kernel on [rows, cols] matrices and compares bits.

func checkGather(r *rig, rows, cols int) error {
	a, b := r.normal(3*cols), r.normal(5*cols)
	refs := make([]int32, 2*rows)
	before := r.normal(rows * cols)
	want := slices.Clone(before)
	for i := range rows {
		src, row := int32(r.rng.IntN(4)-1), int32(r.rng.IntN(3))
		refs[2*i], refs[2*i+1] = src, row
		to := want[i*cols : (i+1)*cols]
		switch src {
		case 0:
			copy(to, a[int(row)*cols:])
		case 1:
			copy(to, b[int(row)*cols:])
		case 2:
			clear(to)
		}
	}
	y := r.up(before)
	cuda.RunGather(r.dev, y, r.upInts(refs), rows, cols, r.up(a), r.up(b), 0)
	return firstError(same("y", r.down(y, rows*cols), want), r.err())
}

func checkScatter(r *rig, rows, cols int) error {
	n := 2*rows + 1
	x := r.normal(n * cols)
	to := make([][]int32, rows)
	for i := range n {
		if row := r.rng.IntN(rows + 1); row < rows {
			to[row] = append(to[row], int32(i))
		}
	}
	start, list := []int32{0}, []int32{}
	for _, l := range to {
		list = append(list, l...)
		start = append(start, int32(len(list)))
	}
	before := r.normal(rows * cols)
	for _, add := range []bool{false, true} {
		want := make([]float32, rows*cols)
		if add {
			copy(want, before)
		}
		for row, l := range to {
			for _, i := range l {
				for c := range cols {
					want[row*cols+c] += x[int(i)*cols+c]
				}
			}
		}
		y := r.room(rows * cols)
		if add {
			cuda.UploadBytes(r.dev, y, bytesOf(before))
		}
		cuda.RunScatter(r.dev, y, r.up(x), r.upInts(start), r.upInts(append(list, 0)), rows, cols, add)
		if err := firstError(same("y", r.down(y, rows*cols), want), r.err()); err != nil {
			return err
		}
	}
	return nil
}

func checkAddRows(r *rig, rows, cols int) error {
	x, table := r.normal(rows*cols), r.normal(4*cols)
	refs := make([]int32, 2*rows)
	want := slices.Clone(x)
	for i := range rows {
		refs[2*i], refs[2*i+1] = int32(r.rng.IntN(2)-1), int32(r.rng.IntN(4))
		if refs[2*i] >= 0 {
			for c := range cols {
				want[i*cols+c] += table[int(refs[2*i+1])*cols+c]
			}
		}
	}
	y := r.room(rows * cols)
	cuda.RunAddRows(r.dev, y, r.up(x), r.up(table), r.upInts(refs), rows, cols)
	return firstError(same("y", r.down(y, rows*cols), want), r.err())
}

func checkElements(r *rig, rows, cols int) error {
	n := rows * cols
	x, y := r.normal(n), r.normal(n)
	fused, clone := make([]float32, n), r.room(n)
	for i := range x {
		fused[i] = float32(math.FMA(1.25, float64(x[i]), float64(y[i]))) // 1.25 x is exact in float64, and nearly so the sum
	}
	px, py, filled := r.up(x), r.up(y), r.room(n)
	cuda.RunCopy(r.dev, clone, px, n)
	cuda.RunAxpy(r.dev, py, px, 1.25, n)
	cuda.RunFill(r.dev, filled, 2.5, n)
	all := make([]float32, n)
	for i := range all {
		all[i] = 2.5
	}
	return firstError(same("copy", r.down(clone, n), x), same("axpy", r.down(py, n), fused), same("fill", r.down(filled, n), all), r.err())
}

func checkSGD(r *rig, rows, cols int) error {
	n := rows * cols
	p, buf := r.normal(n), make([]float32, n)
	pp, pg, pb := r.up(p), r.room(n), r.room(n)
	for step := range 3 {
		g := r.normal(n)
		cuda.UploadBytes(r.dev, pg, bytesOf(g))
		for i := range p {
			d := g[i] + float32(0.01*p[i])
			if step > 0 {
				d += float32(0.9 * buf[i])
			}
			buf[i] = d
			p[i] -= float32(0.1 * d)
		}
		cuda.RunSGD(r.dev, pp, pg, pb, n, 0.1, 0.9, 0.01, step == 0)
		err := firstError(same("p", r.down(pp, n), p), same("buf", r.down(pb, n), buf), same("g", r.down(pg, n), make([]float32, n)), r.err())
		if err != nil {
			return fmt.Errorf("step %d: %w", step, err)
		}
	}
	return nil
}

// sigmoid, phi: the two activations and their derivatives in float64.
func actOf(act int, z float64) float64 {
	if act == 1 {
		return z / (1 + math.Exp(-1.702*z))
	}
	return z * math.Erfc(-z/math.Sqrt2) / 2
}

func actGradOf(act int, z float64) float64 {
	if act == 1 {
		s := 1 / (1 + math.Exp(-1.702*z))
		return s + 1.702*z*s*(1-s)
	}
	return math.Erfc(-z/math.Sqrt2)/2 + z*math.Exp(-z*z/2)/math.Sqrt(2*math.Pi)
}

func checkActGrad(r *rig, rows, cols int) error {
	n := rows * cols
	z, dy := r.normal(n), r.normal(n)
	for i := range z {
		z[i] *= 3
		if i%7 == 0 {
			z[i] *= 20
		}
	}
	for act := 1; act <= 2; act++ {
		want := make([]float64, n)
		for i := range z {
			want[i] = float64(dy[i]) * actGradOf(act, float64(z[i]))
		}
		p := r.up(dy)
		cuda.RunActGrad(r.dev, p, p, r.up(z), cuda.Activation(act), n)
		if err := firstError(near("dz", r.down(p, n), want, 1e-6), r.err()); err != nil {
			return fmt.Errorf("activation %d: %w", act, err)
		}
	}
	return nil
}

func checkSums(r *rig, rows, cols int) error {
	x, before := r.normal(rows*cols), r.normal(cols)
	px := r.up(x)
	for _, add := range []bool{false, true} {
		want := make([]float64, cols)
		if add {
			want = widen(before)
		}
		for i, v := range x {
			want[i%cols] += float64(v)
		}
		out := r.room(cols)
		if add {
			cuda.UploadBytes(r.dev, out, bytesOf(before))
		}
		cuda.RunColumnSums(r.dev, out, px, rows, cols, add)
		if err := firstError(near("sums", r.down(out, cols), want, 1e-6), r.err()); err != nil {
			return err
		}
	}
	return nil
}

func checkLayerNorm(r *rig, rows, cols int) error {
	const eps = 1e-5
	x, dy, gamma, beta, before := r.normal(rows*cols), r.normal(rows*cols), r.normal(cols), r.normal(cols), r.normal(rows*cols)
	for i := range x {
		x[i] = 3*x[i] + 5
	}
	y, stats := make([]float64, rows*cols), make([]float64, 2*rows)
	dx, dGamma := widen(before), make([]float64, cols)
	for i := range rows {
		row, grad := x[i*cols:(i+1)*cols], dy[i*cols:(i+1)*cols]
		var mean, square, g, gx float64
		for _, v := range row {
			mean += float64(v) / float64(cols)
		}
		for _, v := range row {
			square += (float64(v) - mean) * (float64(v) - mean) / float64(cols)
		}
		rstd := 1 / math.Sqrt(square+eps)
		stats[2*i], stats[2*i+1] = mean, rstd
		for c, v := range row {
			hat := (float64(v) - mean) * rstd
			y[i*cols+c] = hat*float64(gamma[c]) + float64(beta[c])
			g += float64(grad[c]*gamma[c]) / float64(cols)
			gx += float64(grad[c]*gamma[c]) * hat / float64(cols)
			dGamma[c] += float64(grad[c]) * hat
		}
		for c, v := range row {
			hat := (float64(v) - mean) * rstd
			dx[i*cols+c] += rstd * (float64(grad[c]*gamma[c]) - g - hat*gx)
		}
	}
	px, pdy, pg := r.up(x), r.up(dy), r.up(gamma)
	py, ps, pdx, pdg := r.room(rows*cols), r.room(2*rows), r.up(before), r.room(cols)
	cuda.RunLayerNorm(r.dev, py, ps, px, pg, r.up(beta), rows, cols, eps)
	cuda.RunLayerNormGrad(r.dev, pdx, pdy, px, pg, ps, rows, cols, true)
	cuda.RunGammaGrad(r.dev, pdg, pdy, px, ps, rows, cols, false)
	return firstError(near("y", r.down(py, rows*cols), y, 2e-6), near("stats", r.down(ps, 2*rows), stats, 2e-6),
		near("dx", r.down(pdx, rows*cols), dx, 2e-6), near("dgamma", r.down(pdg, cols), dGamma, 2e-6), r.err())
}

package adapter

import (
	"frontdoor/autograd"
	"frontdoor/simd"
)

// meanSquaredDistance is mean_k weight_k |w_k - t_k|² over the rows of w [N, E]
// and the constant t [N, E], of shape [1].
func meanSquaredDistance(tp *autograd.Tape, w, t *autograd.Tensor, weight []float32) *autograd.Tensor {
	n := w.Rows()
	sum := 0.0
	for k := range n {
		wk, tk := w.Row(k), t.Row(k)
		d := 0.0
		for j, v := range wk {
			diff := float64(v) - float64(tk[j])
			d += diff * diff
		}
		sum += float64(weight[k]) * d
	}
	y := tp.Buffer(1)
	y.Data[0] = float32(sum / float64(n))
	// dw_k += dy 2 weight_k (w_k - t_k) / N
	return tp.Op(y, func(dy []float32) {
		e, dw := w.Cols(), w.GradBuffer()
		for k := range n {
			f := dy[0] * 2 * weight[k] / float32(n)
			wk, tk, g := w.Row(k), t.Row(k), dw[k*e:(k+1)*e]
			for j := range g {
				g[j] += f * (wk[j] - tk[j])
			}
		}
	}, w)
}

// scaleColumns multiplies column k of the constant x [B, N] by a_k, a [N].
func scaleColumns(tp *autograd.Tape, x, a *autograd.Tensor) *autograd.Tensor {
	y := tp.Buffer(x.Rows(), x.Cols()) // [B, N]
	for i := range x.Rows() {
		row := y.Row(i)
		for k, v := range x.Row(i) {
			row[k] = v * a.Data[k]
		}
	}
	// da_k += Σ_i dy_ik x_ik
	return tp.Op(y, func(dy []float32) {
		n, da := x.Cols(), a.GradBuffer()
		for k := range n {
			sum := 0.0
			for i := range x.Rows() {
				sum += float64(dy[i*n+k]) * float64(x.Data[i*n+k])
			}
			da[k] += float32(sum)
		}
	}, a)
}

// cacheLogits sums the affinities of queries with the cached images by class:
//
//	y_ik = α Σ_{j: label_j = k} exp(-β (1 - cos_ij))
//
// cos [B, C] are cosines with C cached images, labels [C], y [B, n].
func cacheLogits(tp *autograd.Tape, cos *autograd.Tensor, labels []int, n int, alpha, beta float32) *autograd.Tensor {
	b, c := cos.Rows(), cos.Cols()
	y, w := tp.Buffer(b, n), tp.Buffer(b, c) // [B, n], [B, C] α exp(-β (1 - cos))
	parallelRows(b, func(i int) {
		row := w.Row(i)
		for j, v := range cos.Row(i) {
			row[j] = beta*v - beta
		}
		simd.Exp(row, row)
		simd.Scale(row, alpha, row)
		out := y.Row(i)
		clear(out)
		for j, k := range labels {
			out[k] += row[j]
		}
	})
	// dcos_ij += β w_ij dy_i,label_j
	return tp.Op(y, func(dy []float32) {
		dcos := cos.GradBuffer()
		parallelRows(b, func(i int) {
			d, g, row := dy[i*n:(i+1)*n], dcos[i*c:(i+1)*c], w.Row(i)
			for j, k := range labels {
				g[j] += beta * row[j] * d[k]
			}
		})
	}, cos)
}

package autograd

import (
	"math"

	"frontdoor/simd"
)

// LayerNormEps is the epsilon of every LayerNorm in CLIP.
const LayerNormEps = 1e-5

// LayerNorm normalises each row of x [R, D] to zero mean and unit population
// variance, then scales by gamma [D] and shifts by beta [D].
func (tp *Tape) LayerNorm(x, gamma, beta *Tensor) *Tensor {
	rows, d := x.Rows(), x.Cols()
	mustShape(gamma.Len() == d && beta.Len() == d, "LayerNorm", x, gamma, beta)
	y := tp.like(x)
	stats := tp.Buffer(max(1, rows), 2) // [R, 2] mean and 1/deviation of each row
	forRows(rows, d, func(lo, hi int) {
		for i := lo; i < hi; i++ {
			s := stats.Row(i)
			s[0], s[1] = simd.LayerNorm(y.Data[i*d:(i+1)*d], x.Data[i*d:(i+1)*d], gamma.Data, beta.Data, LayerNormEps)
		}
	})
	if r := tp.record(y, layerNormBack, x, gamma, beta); r != nil {
		r.saved[0] = stats
	}
	return y
}

// layerNormBack: with x̂ = (x-mean)/dev and g = dy gamma,
// dx += (g - mean(g) - x̂ mean(g x̂)) / dev; dgamma += Σ dy x̂; dbeta += Σ dy.
func layerNormBack(r *record) {
	x, gamma, beta, dy := r.in[0], r.in[1], r.in[2], r.out.grad
	rows, d := x.Rows(), x.Cols()
	stats := r.saved[0]
	if dx := maybeGradient(x); dx != nil {
		forRows(rows, d, func(lo, hi int) {
			for i := lo; i < hi; i++ {
				s := stats.Row(i)
				simd.LayerNormGrad(dx[i*d:(i+1)*d], dy[i*d:(i+1)*d], x.Data[i*d:(i+1)*d], gamma.Data, s[0], s[1])
			}
		})
	}
	if dg := maybeGradient(gamma); dg != nil {
		for i := range rows {
			s := stats.Row(i)
			for j, v := range x.Data[i*d : (i+1)*d] {
				dg[j] += dy[i*d+j] * (v - s[0]) * s[1]
			}
		}
	}
	if beta.needsGrad {
		addColumnSums(beta.gradient(), dy)
	}
}

// L2Normalize divides each row of x [R, D] by its length, or by eps if the
// row is shorter than that. CLIP uses no epsilon: pass 0.
func (tp *Tape) L2Normalize(x *Tensor, eps float32) *Tensor {
	rows := x.Rows()
	y := tp.like(x)
	norms := tp.Buffer(max(1, rows)) // [R]
	for i := range rows {
		norm := float32(math.Sqrt(float64(simd.Dot(x.Row(i), x.Row(i)))))
		norms.Data[i] = max(norm, eps)
		simd.Scale(y.Row(i), 1/norms.Data[i], x.Row(i))
	}
	if r := tp.record(y, l2NormalizeBack, x); r != nil {
		r.saved[0], r.f = norms, eps
	}
	return y
}

// l2NormalizeBack: dx += (dy - y (y·dy)) / |x|, or dy/eps for short rows.
func l2NormalizeBack(r *record) {
	x, y, dy := r.in[0], r.out, r.out.grad
	d := x.Cols()
	dx := x.gradient()
	for i, norm := range r.saved[0].Data[:x.Rows()] {
		g := dy[i*d : (i+1)*d]
		simd.Axpy(1/norm, g, dx[i*d:(i+1)*d])
		if norm > r.f {
			simd.Axpy(-simd.Dot(y.Row(i), g)/norm, y.Row(i), dx[i*d:(i+1)*d])
		}
	}
}

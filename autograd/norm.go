package autograd

import (
	"math"

	"frontdoor/simd"
)

// LayerNorm normalises each row of x [R, D] to zero mean and unit population
// variance, to which eps is added, then scales by gamma [D] and shifts by beta [D].
func (tp *Tape) LayerNorm(x, gamma, beta *Tensor, eps float32) *Tensor {
	rows, d := x.Rows(), x.Cols()
	mustShape(gamma.Len() == d && beta.Len() == d, "LayerNorm", x, gamma, beta)
	dev := x.device()
	y := tp.like(x)                          // [R, D]
	stats := tp.result(dev, max(1, rows), 2) // [R, 2] mean and 1/deviation of each row
	dev.LayerNorm(Norm{Rows: rows, D: d, X: x.mem(), Y: y.mem(), Stats: stats.mem(), Eps: eps,
		Gamma: gamma.on("LayerNorm", dev), Beta: beta.on("LayerNorm", dev)})
	if r := tp.recordUnread(y, layerNormBack, x, gamma, beta); r != nil {
		r.stats, r.eps = stats, eps
		x.pinned = true
		y.sameLive(x, gamma, beta)
	} else {
		tp.drop(stats)
	}
	tp.done(x)
	return y
}

// layerNormBack: with x̂ = (x-mean)/dev and g = dy gamma,
// dx += (g - mean(g) - x̂ mean(g x̂)) / dev; dgamma += Σ dy x̂; dbeta += Σ dy.
func layerNormBack(r *record) {
	x, gamma, beta, dy := r.in[0], r.in[1], r.in[2], r.out.grad
	dev := dy.device()
	dev.LayerNormGrad(Norm{Rows: x.Rows(), D: x.Cols(), X: x.mem(), DX: x.gradMem(), DY: dy.mem(),
		Gamma: gamma.on("LayerNorm", dev), DGamma: gamma.gradMem(), Stats: r.stats.mem(), Eps: r.eps})
	if beta.needsGrad {
		dev.ColumnSums(beta.gradient().mem(), dy.mat())
	}
}

// L2Normalize divides each row of x [R, D] by its length, or by eps if the
// row is shorter than that. CLIP uses no epsilon: pass 0. A row whose length is
// not a float32 becomes NaN.
func (tp *Tape) L2Normalize(x *Tensor, eps float32) *Tensor {
	onHost("L2Normalize", x)
	rows := x.Rows()
	y := tp.like(x)
	norms := tp.Buffer(max(1, rows)) // [R]
	for i := range rows {
		norm := float32(math.Sqrt(float64(simd.Dot(x.Row(i), x.Row(i)))))
		if math.IsInf(float64(norm), 1) {
			norm = float32(math.NaN()) // a division would give zeros, which look like an answer
		}
		norms.Data[i] = max(norm, eps)
		simd.Scale(y.Row(i), 1/norms.Data[i], x.Row(i))
	}
	if r := tp.record(y, l2NormalizeBack, x); r != nil {
		r.stats, r.eps = norms, eps
	}
	return y
}

// l2NormalizeBack: dx += (dy - y (y·dy)) / |x|, or dy/eps for short rows.
func l2NormalizeBack(r *record) {
	x, y, dy := r.in[0], r.out, r.out.grad
	dx := x.gradient()
	for i, norm := range r.stats.Data[:x.Rows()] {
		simd.Axpy(1/norm, dy.Row(i), dx.Row(i))
		if norm > r.eps {
			simd.Axpy(-simd.Dot(y.Row(i), dy.Row(i))/norm, y.Row(i), dx.Row(i))
		}
	}
}

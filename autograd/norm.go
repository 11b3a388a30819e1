package autograd

import (
	"math"

	"frontdoor/internal/parallel"
	"frontdoor/simd"
)

// LayerNorm normalises each row of x [R, D] to zero mean and unit population
// variance, to which eps is added, then scales by gamma [D] and shifts by
// beta [D].
func (tp *Tape) LayerNorm(x, gamma, beta *Tensor, eps float32) *Tensor {
	rows, d := x.Rows(), x.Cols()
	mustShape(gamma.Len() == d && beta.Len() == d, "LayerNorm", x, gamma, beta)
	y := tp.like(x)
	stats := tp.Buffer(max(1, rows), 2) // [R, 2] mean and 1/deviation of each row
	l := normLoops.Get()
	l.normCall = normCall{d: d, eps: eps, x: x.Data, y: y.Data, gamma: gamma.Data, beta: beta.Data, stats: stats.Data}
	forRows(rows, d, l.forward)
	l.release()
	if r := tp.record(y, layerNormBack, x, gamma, beta); r != nil {
		r.saved[0] = stats
		y.sameLive(x, gamma, beta)
	}
	return y
}

// layerNormBack: with x̂ = (x-mean)/dev and g = dy gamma,
// dx += (g - mean(g) - x̂ mean(g x̂)) / dev; dgamma += Σ dy x̂; dbeta += Σ dy.
func layerNormBack(r *record) {
	x, gamma, beta, dy := r.in[0], r.in[1], r.in[2], r.out.grad
	rows, d := x.Rows(), x.Cols()
	l := normLoops.Get()
	l.normCall = normCall{d: d, x: x.Data, dy: dy, gamma: gamma.Data, stats: r.saved[0].Data}
	if l.dx = maybeGradient(x); l.dx != nil {
		forRows(rows, d, l.backward)
	}
	if l.dGamma = maybeGradient(gamma); l.dGamma != nil {
		forColumns(rows, d, l.gammas)
	}
	l.release()
	if beta.needsGrad {
		addColumnSums(beta.gradient(), dy)
	}
}

// normLoop runs a LayerNorm over rows in parallel. Its functions are made once,
// so that a loop allocates nothing.
type normLoop struct {
	normCall
	forward, backward, gammas func(lo, hi int)
}

type normCall struct {
	d                   int
	eps                 float32
	x, y, dx, dy        []float32 // [R, D]
	gamma, beta, dGamma []float32 // [D]
	stats               []float32 // [R, 2]
}

var normLoops = parallel.NewStash(func() *normLoop {
	l := new(normLoop)
	l.forward = func(lo, hi int) {
		for i := lo; i < hi; i++ {
			at, end := i*l.d, (i+1)*l.d
			l.stats[2*i], l.stats[2*i+1] = simd.LayerNorm(l.y[at:end], l.x[at:end], l.gamma, l.beta, l.eps)
		}
	}
	l.backward = func(lo, hi int) {
		for i := lo; i < hi; i++ {
			at, end := i*l.d, (i+1)*l.d
			simd.LayerNormGrad(l.dx[at:end], l.dy[at:end], l.x[at:end], l.gamma, l.stats[2*i], l.stats[2*i+1])
		}
	}
	l.gammas = func(lo, hi int) {
		for at, i := 0, 0; at < len(l.x); at, i = at+l.d, i+1 {
			simd.LayerNormGammaGrad(l.dGamma[lo:hi], l.dy[at+lo:at+hi], l.x[at+lo:at+hi], l.stats[2*i], l.stats[2*i+1])
		}
	}
	return l
})

func (l *normLoop) release() {
	l.normCall = normCall{}
	normLoops.Put(l)
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

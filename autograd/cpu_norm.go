package autograd

import (
	"frontdoor/internal/parallel"
	"frontdoor/simd"
)

// norm is a LayerNorm on slices.
type norm struct {
	d                   int
	eps                 float32
	x, y, dx, dy        []float32 // [R, D]
	gamma, beta, dGamma []float32 // [D]
	stats               []float32 // [R, 2]
}

func (c *cpu) norm(n Norm) norm {
	return norm{d: n.D, eps: n.Eps, x: c.of(n.X), y: c.of(n.Y), dx: c.of(n.DX), dy: c.of(n.DY),
		gamma: c.of(n.Gamma), beta: c.of(n.Beta), dGamma: c.of(n.DGamma), stats: c.of(n.Stats)}
}

// LayerNorm works in parallel over rows.
func (c *cpu) LayerNorm(n Norm) { normRows.For(n.Rows, rowsGrain(n.D), c.norm(n)) }

// LayerNormGrad works in parallel over rows for DX, over columns for DGamma.
func (c *cpu) LayerNormGrad(n Norm) {
	if !n.DX.Empty() {
		normGradRows.For(n.Rows, rowsGrain(n.D), c.norm(n))
	}
	if !n.DGamma.Empty() {
		normGammas.For(n.D, columnsGrain(n.Rows, n.D), c.norm(n))
	}
}

var normRows = parallel.NewLoop(func(n *norm, lo, hi int) {
	for i := lo; i < hi; i++ {
		at, end := i*n.d, (i+1)*n.d
		n.stats[2*i], n.stats[2*i+1] = simd.LayerNorm(n.y[at:end], n.x[at:end], n.gamma, n.beta, n.eps)
	}
})

var normGradRows = parallel.NewLoop(func(n *norm, lo, hi int) {
	for i := lo; i < hi; i++ {
		at, end := i*n.d, (i+1)*n.d
		simd.LayerNormGrad(n.dx[at:end], n.dy[at:end], n.x[at:end], n.gamma, n.stats[2*i], n.stats[2*i+1])
	}
})

var normGammas = parallel.NewLoop(func(n *norm, lo, hi int) {
	for at, i := 0, 0; at < len(n.x); at, i = at+n.d, i+1 {
		simd.LayerNormGammaGrad(n.dGamma[lo:hi], n.dy[at+lo:at+hi], n.x[at+lo:at+hi], n.stats[2*i], n.stats[2*i+1])
	}
})

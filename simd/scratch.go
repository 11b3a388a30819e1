package simd

import "frontdoor/internal/parallel"

// scratch is the working memory of a unit.
type scratch struct {
	panel []float32 // one or two packed panels of B; see panelWidth
	tiles []float32 // the packed rows of A
}

func newScratch() *scratch {
	return &scratch{panel: make([]float32, 2*panelSize), tiles: make([]float32, rowBlock/6*tileSize)}
}

var scratches = parallel.NewPool(newScratch)

// Local multiplies on the caller's goroutine with working memory of its own:
// for loops that are parallel outside and make many small products inside.
// The zero value is ready. A Local serves one goroutine at a time.
type Local struct{ s *scratch }

// Gemm is the function Gemm on this goroutine, with the same bits.
func (l *Local) Gemm(op Op, c, a, b Matrix, add bool) {
	p := newProduct(op, c, a, b, add)
	if p.trivial() {
		return
	}
	if l.s == nil {
		l.s = newScratch()
	}
	for i := 0; i < p.m; i += rowBlock {
		p.unit(l.s, nil, i, min(p.m, i+rowBlock), 0, p.n)
	}
}

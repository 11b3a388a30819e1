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

var scratches = parallel.NewStash(newScratch)

// Local multiplies on the caller's goroutine with working memory of its own:
// for loops that are parallel outside and make many small products inside.
// The zero value is ready. A Local serves one goroutine at a time.
type Local struct{ s *scratch }

// Gemm is the function Gemm on this goroutine, with the same bits.
func (l *Local) Gemm(op Op, m, n, k int, a []float32, lda int, b []float32, ldb int, c []float32, ldc int, accumulate bool) {
	p := newProduct(op, m, n, k, a, lda, b, ldb, c, ldc, accumulate)
	if p.trivial() {
		return
	}
	if l.s == nil {
		l.s = newScratch()
	}
	for i := 0; i < m; i += rowBlock {
		p.unit(l.s, nil, i, min(m, i+rowBlock), 0, n)
	}
}

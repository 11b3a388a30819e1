package autograd

import (
	"frontdoor/internal/parallel"
	"frontdoor/simd"
)

// gathering is a call of Gather or AddRows.
type gathering struct {
	y, x, table []float32 // [R, D], [R, D], [P, D]
	srcs        []Mem
	refs        []RowRef
	d           int
}

// Gather works in parallel over rows.
func (c *cpu) Gather(dst Mat, idx *Index, srcs []Mem) {
	for _, s := range srcs {
		c.of(s)
	}
	gatherRows.For(dst.Rows, rowsGrain(dst.Cols), gathering{y: c.of(dst.Mem), srcs: srcs, refs: idx.refs, d: dst.Cols})
}

var gatherRows = parallel.NewLoop(func(g *gathering, lo, hi int) {
	for i := lo; i < hi; i++ {
		ref := g.refs[i]
		if ref.Src < 0 {
			continue
		}
		to, at := g.y[i*g.d:(i+1)*g.d], int(ref.Row)*g.d
		if src := g.srcs[ref.Src].Host; src == nil {
			clear(to)
		} else {
			copy(to, src[at:at+g.d])
		}
	}
})

// AddRows works in parallel over rows.
func (c *cpu) AddRows(y, x Mat, table Mem, idx *Index) {
	addRows.For(y.Rows, rowsGrain(y.Cols), gathering{y: c.of(y.Mem), x: c.of(x.Mem), table: c.of(table), refs: idx.refs, d: y.Cols})
}

var addRows = parallel.NewLoop(func(g *gathering, lo, hi int) {
	for i := lo; i < hi; i++ {
		at, end := i*g.d, (i+1)*g.d
		if ref := g.refs[i]; ref.Src < 0 {
			copy(g.y[at:end], g.x[at:end])
		} else {
			row := int(ref.Row) * g.d
			simd.Add(g.y[at:end], g.x[at:end], g.table[row:row+g.d])
		}
	}
})

// scattering is a call of ScatterAdd.
type scattering struct {
	dst, from []float32
	*inverse
	d int
}

// ScatterAdd works in parallel over the rows of dst.
func (c *cpu) ScatterAdd(dst Mem, idx *Index, src int, from Mat) {
	if src >= len(idx.sources) {
		return
	}
	v := &idx.sources[src]
	each := max(1, len(v.to)/max(1, v.rows())) * from.Cols
	scatterRows.For(v.rows(), rowsGrain(each), scattering{c.of(dst), c.of(from.Mem), v, from.Cols})
}

var scatterRows = parallel.NewLoop(func(s *scattering, lo, hi int) {
	for r := lo; r < hi; r++ {
		to := s.dst[r*s.d : (r+1)*s.d]
		for _, i := range s.to[s.inverse.from[r]:s.inverse.from[r+1]] {
			simd.AddTo(to, s.from[int(i)*s.d:(int(i)+1)*s.d])
		}
	}
})

package simd

import "frontdoor/internal/parallel"

// The shape of the work:
//
//	panel  16 columns of B over one k block (16 KiB, first-level cache)
//	unit   a block of rows times some panels; what one thread does at a time
//
// Within a unit, the panel kernel runs all the rows past one panel, so that
// the rows' k block (rowBlock x 1 KiB) stays in the second-level cache.
const (
	panelCols   = 16
	sharedLimit = 4 << 20            // most elements of B packed ahead at a time
	packGroup   = 8                  // panels packed together
	inlineLimit = 1 << 19            // multiplications below which one thread does it all
	panelSize   = panelCols * kBlock // elements of a packed panel
	tileSize    = 6*kBlock + 16      // elements of a packed tile of A; packSix needs the gap
	packStrip   = 32                 // steps of k for which A is packed together
)

// rowBlock is the most rows of a unit: half the second-level cache for their k
// block, the rest for panels and C.
var rowBlock = rowsFor(secondLevelCache())

// rowsFor is rowBlock for a second-level cache of that many bytes: a multiple
// of six within limits that keep units neither tiny nor few.
func rowsFor(cache int) int {
	return min(384, max(96, cache/2/(4*kBlock))) / 6 * 6
}

// product is one matrix product. A(i,p) is a[i*aRow + p*aCol].
type product struct {
	op         Op
	m, n, k    int
	add        bool
	a          []float32
	aRow, aCol int
	b          []float32
	ldb        int
	packed     []float32 // B as panels, from the first column on; nil to use b
	c          []float32
	ldc        int
	last       Epilogue
}

// trivial computes a product without terms and reports whether it was one.
func (p *product) trivial() bool {
	if p.m == 0 || p.n == 0 {
		return true
	}
	if p.k > 0 {
		return false
	}
	for i := 0; i < p.m && !p.add; i++ {
		clear(p.c[i*p.ldc : i*p.ldc+p.n])
	}
	p.last.apply(p.c, p.ldc, 0, p.m, 0, p.n)
	return true
}

// multiply chooses between one unit on this goroutine and many in parallel.
func (p *product) multiply() {
	if p.trivial() {
		return
	}
	if p.m*p.n*p.k <= inlineLimit && p.m <= rowBlock {
		s := scratches.Get()
		p.unit(s, p.packed, 0, p.m, 0, p.n)
		scratches.Put(s)
		return
	}
	j := jobs.Get()
	j.run(p)
	jobs.Put(j)
}

// unit computes rows [i0, i1) of columns [j0, j1). When shared is not nil it
// is the packed panels from column j0 on; otherwise the unit packs the panels
// it cannot use in place.
func (p *product) unit(s *scratch, shared []float32, i0, i1, j0, j1 int) {
	m := i1 - i0
	for k0 := 0; k0 < p.k; k0 += kBlock {
		kb := min(kBlock, p.k-k0)
		a, tile, row, col := p.a[i0*p.aRow+k0*p.aCol:], 6*p.aRow, p.aRow, p.aCol
		if p.packsA(m, j1-j0) {
			p.packTiles(s.tiles, i0, m, k0, kb)
			a, tile, row, col = s.tiles, tileSize, 1, 6
		}
		for j := j0; j < j1; j += panelCols {
			cols := min(panelCols, j1-j)
			var b []float32
			ldb, ahead := panelCols, 0
			switch {
			case shared != nil:
				b, ahead = shared[(j-j0)*p.k+panelCols*k0:], panelCols*p.k
			case p.op != NT && cols == panelCols && m <= 4*6:
				b, ldb, ahead = p.b[k0*p.ldb+j:], p.ldb, panelCols
			default:
				b = s.panel
				p.packPanels(b, panelSize, j, cols, k0, kb)
			}
			panel(m, kb, cols, a, tile, row, col, b, ldb, p.c[i0*p.ldc+j:], p.ldc, p.add || k0 > 0, ahead)
		}
	}
	p.last.apply(p.c, p.ldc, i0, i1, j0, j1)
}

// packsA reports whether a unit copies its rows of A. A transposed A is read
// across its rows, which only a small one stands.
func (p *product) packsA(m, n int) bool {
	return p.op == TN && m > 6 && n > 4*panelCols
}

// packTiles copies rows [i0, i0+m) of the transposed A to tiles of six. It does
// so in strips of k that stay within a few memory pages.
func (p *product) packTiles(dst []float32, i0, m, k0, kb int) {
	for q := 0; q < kb; q += packStrip {
		for i := 0; i < m; i += 6 {
			packSix(dst[i/6*tileSize+6*q:], min(packStrip, kb-q), min(6, m-i), p.a[(k0+q)*p.aCol+i0+i:], p.aCol)
		}
	}
}

// packPanels copies one k block of columns [j, j+cols) of B to panels that lie
// step apart.
func (p *product) packPanels(dst []float32, step, j, cols, k0, kb int) {
	if p.op == NT {
		packCols(dst, step, kb, cols, p.b[j*p.ldb+k0:], p.ldb)
	} else {
		packRows(dst, step, kb, cols, p.b[k0*p.ldb+j:], p.ldb)
	}
}

// job is the working memory of a parallel product. Its functions are made
// once, so that running them allocates nothing.
type job struct {
	product
	memory             []float32 // for shared, when B comes unpacked
	shared             []float32 // the panels of the columns in work
	j0, j1             int       // the columns in work
	rowUnits, colUnits int
	pack, compute      func(lo, hi int)
}

// run computes the product in stretches of columns whose packed panels are of
// bounded size: pack the stretch, then multiply it, unit by unit. A B that
// comes packed, or whose panels only one row of units wants, is one stretch.
func (j *job) run(p *product) {
	j.product = *p
	j.rowUnits = (p.m + rowBlock - 1) / rowBlock
	stretch := p.n
	ahead := p.packed == nil && j.rowUnits > 1
	if ahead {
		stretch = min(p.n, max(1, sharedLimit/(p.k*panelCols))*panelCols)
	}
	for j.j0 = 0; j.j0 < p.n; j.j0 = j.j1 {
		j.j1 = min(p.n, j.j0+stretch)
		j.shared = p.packed
		if ahead {
			j.packStretch()
		}
		j.colUnits = 1
		if threads := parallel.Threads(); threads > 1 {
			// Enough units that threads finish together, of at least a few panels.
			j.colUnits = min((j.panels()+3)/4, (6*threads+j.rowUnits-1)/j.rowUnits)
		}
		parallel.For(j.rowUnits*j.colUnits, 1, j.compute)
	}
	j.product, j.shared = product{}, nil
}

// panels returns the number of panels in work.
func (j *job) panels() int { return (j.j1 - j.j0 + panelCols - 1) / panelCols }

// packStretch packs the columns in work.
func (j *job) packStretch() {
	if need := j.panels() * panelCols * j.k; len(j.memory) < need {
		j.memory = make([]float32, need)
	}
	j.shared = j.memory
	parallel.For((j.panels()+packGroup-1)/packGroup*((j.k+kBlock-1)/kBlock), 1, j.pack)
}

// packSome packs pieces [lo, hi) of the stretch, each packGroup panels by one
// k block.
func (j *job) packSome(lo, hi int) {
	blocks := (j.k + kBlock - 1) / kBlock
	for u := lo; u < hi; u++ {
		q, k0 := u/blocks*packGroup, u%blocks*kBlock
		at := j.j0 + q*panelCols
		dst := j.shared[q*panelCols*j.k+k0*panelCols:]
		j.packPanels(dst, panelCols*j.k, at, min(packGroup*panelCols, j.j1-at), k0, min(kBlock, j.k-k0))
	}
}

// computeSome computes units [lo, hi): rows change fastest, so that threads
// read the same panels at about the same time.
func (j *job) computeSome(lo, hi int) {
	s := scratches.Get()
	panels := j.panels()
	for u := lo; u < hi; u++ {
		r, c := u%j.rowUnits, u/j.rowUnits
		tiles := (j.m + 5) / 6
		i0, i1 := r*tiles/j.rowUnits*6, min(j.m, (r+1)*tiles/j.rowUnits*6)
		q0, q1 := c*panels/j.colUnits, (c+1)*panels/j.colUnits
		var shared []float32
		if j.shared != nil {
			shared = j.shared[q0*panelCols*j.k:]
		}
		j.unit(s, shared, i0, i1, j.j0+q0*panelCols, min(j.j1, j.j0+q1*panelCols))
	}
	scratches.Put(s)
}

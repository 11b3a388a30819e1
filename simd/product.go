package simd

// The pieces of a product, from the outside in:
//
//	product   C [m, n] = A [m, k] B [k, n]
//	└ stretch     columns of B whose packed panels fit into sharedLimit; one at a
//	  │           time, packed by all threads in groups of packGroup panels
//	  └ share     the units that a thread begins with; it then steals from others
//	    └ unit    rowBlock rows x some panels: what one thread computes at a time
//	      └ block     kBlock steps of k; the blocks of a unit follow each other, so
//	        │         that its rows' block (1 KiB a row) stays in the second level
//	        └ panel   16 columns of B over one block (16 KiB, first level); the
//	          │       kernel takes one or two at a time, past all rows of the unit
//	          └ tile  6 x 16 or 12 x 32 elements of C, in registers
//
// A transposed A is copied to tiles of six rows before a block, in strips of
// packStrip steps.
const (
	panelCols      = 16
	tileRows       = 12                 // rows that every kernel takes without a rest: its tiles have 6 or 12
	sharedLimit    = 4 << 20            // most elements of B packed ahead at a time
	packGroup      = 8                  // panels packed together
	inlineLimit    = 1 << 19            // multiplications below which one thread does it all
	panelSize      = panelCols * kBlock // elements of a packed panel
	tileSize       = 6*kBlock + 16      // elements of a packed tile of A; packSix needs the gap
	packStrip      = 32                 // steps of k for which A is packed together
	unitsPerThread = 24                 // units that a product is cut into for each thread, if it is large enough
)

// rowBlock is the most rows of a unit: half the second-level cache for their k
// block, the rest for panels and C.
var rowBlock = rowsFor(secondLevelCache())

// rowsFor is rowBlock for a second-level cache of that many bytes: whole tiles,
// within limits that keep units neither tiny nor few.
func rowsFor(cache int) int {
	return min(384, max(96, cache/2/(4*kBlock))) / tileRows * tileRows
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
	c          []float32
	ldc        int
	last       Epilogue
}

// tiles is A as the panel kernel reads it: A(i,p) is
// data[(i/6)*tile + (i%6)*row + p*col]. A matrix that is used where it lies has
// tile = 6*row, a packed one row = 1 and col = 6.
type tiles struct {
	data           []float32
	tile, row, col int
}

// panels is one panel of B, or two side by side: B(p,j) is data[p*ld + j], from
// the sixteenth column on data[right + p*ld + j-16]. The panel that is wanted
// next lies ahead elements further on; 0 says that there is none, or not yet.
type panels struct {
	data             []float32
	ld, right, ahead int
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
		p.unit(s, nil, 0, p.m, 0, p.n)
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
	m, wide := i1-i0, panelWidth()
	for k0 := 0; k0 < p.k; k0 += kBlock {
		kb := min(kBlock, p.k-k0)
		a := tiles{p.a[i0*p.aRow+k0*p.aCol:], 6 * p.aRow, p.aRow, p.aCol}
		if p.packsA(m, j1-j0) {
			p.packTiles(s.tiles, i0, m, k0, kb)
			a = tiles{s.tiles, tileSize, 1, 6}
		}
		for j := j0; j < j1; j += wide {
			cols := min(wide, j1-j)
			var b panels
			switch {
			case shared != nil:
				b = panels{shared[(j-j0)*p.k+panelCols*k0:], panelCols, panelCols * p.k, wide * p.k}
			case p.op != NT && cols == wide && m <= 4*6:
				b = panels{p.b[k0*p.ldb+j:], p.ldb, panelCols, wide}
			default:
				b = panels{s.panel, panelCols, panelSize, 0}
				p.packPanels(b.data, panelSize, j, cols, k0, kb)
			}
			if j+2*wide > j1 { // no whole panel follows in this unit
				b.ahead = 0
			}
			panel(m, kb, cols, a, b, p.c[i0*p.ldc+j:], p.ldc, p.add || k0 > 0)
		}
	}
	p.last.apply(p.c, p.ldc, i0, i1, j0, j1)
}

// packsA reports whether a unit copies its rows of A. Reading a transposed A
// strides across rows; that is fast enough only for small A.
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

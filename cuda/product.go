package cuda

import "fmt"

// epilogue is what a product does with its results v, a pointer of 0 leaving a
// part out, in this order:
//
//	v += bias[j]; v += add[i, j]; v *= act'(deriv[i, j]); c[i, j] = v; y[i, j] = act(v)
//
// All matrices have rows of ld floats.
type epilogue struct {
	bias, add, deriv, c, y Pointer
	act                    activation
	ld                     int
}

// activation is numbered as the kernels know it, and as autograd does: 0 for
// none, 1 for QuickGELU, 2 for GELU.
type activation int

func (e *epilogue) append(a args) args {
	return a.ptr(e.bias).ptr(e.add).ptr(e.deriv).ptr(e.c).ptr(e.y).int(int(e.act)).int(e.ld)
}

// strided is a matrix of floats whose element (i, k) lies at i row + k col.
type strided struct {
	p        Pointer
	row, col int
}

// halves is a matrix [rows, cols] as one or two of fp16, its rows filled up with
// zeros to whole tiles: element (i, k) is (hi + lo) inv[i]. Without lo it is
// exact, and without inv not scaled.
type halves struct {
	hi, lo, inv        Pointer
	rows, cols, padded int
}

const tileK = 32 // steps of K that a kernel takes at a time

func padK(k int) int { return (k + tileK - 1) / tileK * tileK }

// splits is into how many parts K is cut, to be computed by different blocks. It
// does not depend on the number of rows, so that a row has the same bits in any
// batch.
func splits(n, k int) int {
	if n > 1024 {
		return 1
	}
	return min(4, max(1, k/1024))
}

// tile is a variant of the kernels on tensor cores.
type tile struct{ m, n, threads, stages int }

var tiles = [...]tile{{128, 128, 256, 3}, {64, 64, 128, 4}, {32, 64, 128, 4}}

// tileFor returns the largest tile that still keeps the multiprocessors busy. All
// give the same bits.
func (d *Device) tileFor(m, n, parts int) tile {
	for _, t := range tiles {
		if 4*ceil(m, t.m)*ceil(n, t.n)*parts >= 3*d.Multiprocessors {
			return t
		}
	}
	return tiles[len(tiles)-1]
}

func ceil(n, by int) int { return (n + by - 1) / by }

// shared is the shared memory that a tile takes: stages of halves, or its
// results, whichever is more.
func (t tile) shared(terms int) int {
	return max(t.stages*(2*t.m+(terms-1)*t.n)*64, t.m*(t.n+8)*4)
}

// productHalves computes rows of a times rows of b on the tensor cores, as three
// products of halves, or two if b is exact: c[i, j] = Σ_k a[i, k] b[j, k].
func (d *Device) productHalves(a, b *halves, e epilogue) {
	m, n := a.rows, b.rows
	if a.padded != b.padded {
		panic(fmt.Sprintf("cuda: product of [%d %d] and [%d %d]", m, a.cols, n, b.cols))
	}
	terms := 3
	if b.lo == 0 {
		terms = 2
	}
	parts := splits(n, a.padded)
	d.productHalvesIn(d.tileFor(m, n, parts), parts, terms, a, b, e)
}

func (d *Device) productHalvesIn(t tile, parts, terms int, a, b *halves, e epilogue) {
	m, n := a.rows, b.rows
	name := fmt.Sprintf("gemm_x%d_%dx%d", terms, t.m, t.n)
	chunk := ceil(a.padded/tileK, parts)
	d.inParts(m, n, parts, e, func(e epilogue) {
		p := d.args().ptr(a.hi).ptr(a.lo).ptr(a.inv).ptr(b.hi).ptr(b.lo).ptr(b.inv).
			int(m).int(n).int(a.padded).int(chunk)
		e.append(p).launch(name, ceil(n, t.n), ceil(m, t.m), parts, t.threads, t.shared(terms))
	})
}

// productFloats computes c[i, j] = Σ_k a[i, k] b[j, k], i < m, j < n, k < k, in
// fp32.
func (d *Device) productFloats(m, n, k int, a, b strided, e epilogue) {
	d.productFloatsIn(splits(n, k), m, n, k, a, b, e)
}

func (d *Device) productFloatsIn(parts, m, n, k int, a, b strided, e epilogue) {
	d.inParts(m, n, parts, e, func(e epilogue) {
		p := d.args().ptr(a.p).ptr(b.p).int(a.row).int(a.col).int(b.row).int(b.col).
			int(m).int(n).int(k).int(ceil(k, parts))
		e.append(p).launch("gemm_simt", ceil(n, 64), ceil(m, 64), parts, 256, 0)
	})
}

// inParts queues a product as a whole, or in parts that are added up afterwards.
func (d *Device) inParts(m, n, parts int, e epilogue, queue func(epilogue)) {
	if parts == 1 {
		queue(e)
		return
	}
	sums := d.allocate(parts * m * n)
	queue(epilogue{c: sums, ld: n})
	p := d.args().ptr(sums).int(parts).int(m).int(n)
	e.append(p).launch("finish", ceil(m*n, 256), 1, 1, 256, 0)
	d.release(sums)
}

// split makes halves of the rows of x [rows, cols], which lie ld apart. The
// caller gives them back with releaseHalves.
func (d *Device) split(x Pointer, rows, cols, ld int) *halves {
	h := &halves{rows: rows, cols: cols, padded: padK(cols)}
	half := rows * h.padded / 2 // in floats
	h.hi, h.lo, h.inv = d.allocate(half), d.allocate(half), d.allocate(rows)
	d.args().ptr(h.hi).ptr(h.lo).ptr(h.inv).ptr(x).int(rows).int(cols).int(ld).int(h.padded).
		launch("split", ceil(rows, 4), 1, 1, 128, 0)
	return h
}

func (d *Device) releaseHalves(h *halves) {
	d.release(h.hi)
	d.release(h.lo)
	d.release(h.inv)
}

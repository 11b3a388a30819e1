package simd

import (
	"sync/atomic"

	"frontdoor/internal/parallel"
)

// job is the working memory of a parallel product. Its functions are made
// once, so that running them allocates nothing.
type job struct {
	product
	memory             []float32 // for shared
	shared             []float32 // the panels of the columns in work
	j0, j1             int       // the columns in work
	rowUnits, colUnits int
	shares             []share
	pack, compute      func(lo, hi int)
}

// share is the range of units that a thread begins with.
type share struct {
	next atomic.Int64
	end  int64
	_    [48]byte // a cache line each
}

var jobs = parallel.NewPool(func() *job {
	j := new(job)
	j.pack, j.compute = j.packSome, j.computeShares
	return j
})

// run computes the product in stretches of columns whose packed panels are of
// bounded size: pack the stretch, then multiply it, unit by unit. Where only one
// row of units wants the panels, each unit packs its own and one stretch is all.
func (j *job) run(p *product) {
	j.product = *p
	j.rowUnits = (p.m + rowBlock - 1) / rowBlock
	stretch := p.n
	ahead := j.rowUnits > 1
	if ahead {
		stretch = min(p.n, max(1, sharedLimit/(p.k*2*panelCols))*2*panelCols)
	}
	for j.j0 = 0; j.j0 < p.n; j.j0 = j.j1 {
		j.j1 = min(p.n, j.j0+stretch)
		j.shared = nil
		if ahead {
			j.packStretch()
		}
		j.multiplyStretch(parallel.Threads())
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

// multiplyStretch deals the units out to the threads. Each thread starts with a
// fixed share (so its cache is warm) and then steals from the others. The units
// are small and many, because cores are not equally fast at all times and the
// last to finish counts.
func (j *job) multiplyStretch(threads int) {
	j.colUnits = 1
	if threads > 1 {
		j.colUnits = min(max(1, j.panels()/2), (unitsPerThread*threads+j.rowUnits-1)/j.rowUnits)
	}
	units := j.rowUnits * j.colUnits
	n := min(threads, units)
	if cap(j.shares) < n {
		j.shares = make([]share, n)
	}
	j.shares = j.shares[:n]
	for i := range n {
		j.shares[i].next.Store(int64(i * units / n))
		j.shares[i].end = int64((i + 1) * units / n)
	}
	parallel.For(n, 1, j.compute)
}

// computeShares computes what is left of shares [lo, hi) and then of the others.
func (j *job) computeShares(lo, hi int) {
	s := scratches.Get()
	for i := range len(j.shares) + hi - lo - 1 {
		mine := &j.shares[(lo+i)%len(j.shares)]
		for u := mine.next.Add(1) - 1; u < mine.end; u = mine.next.Add(1) - 1 {
			j.computeUnit(s, int(u))
		}
	}
	scratches.Put(s)
}

// computeUnit computes one unit. In the order of units rows change fastest, so
// that a thread reads the same panels for a while.
func (j *job) computeUnit(s *scratch, u int) {
	row, col := u%j.rowUnits, u/j.rowUnits
	i0, i1 := part(row, j.rowUnits, j.m, tileRows)
	j0, j1 := part(col, j.colUnits, j.j1-j.j0, panelWidth())
	var shared []float32
	if j.shared != nil {
		shared = j.shared[j0*j.k:]
	}
	j.unit(s, shared, i0, i1, j.j0+j0, j.j0+j1)
}

// part cuts [0, total) into parts of whole steps, as equal as can be, and
// returns where the i-th begins and ends.
func part(i, parts, total, step int) (lo, hi int) {
	steps := (total + step - 1) / step
	return i * steps / parts * step, min(total, (i+1)*steps/parts*step)
}

package autograd

import (
	"fmt"
	"slices"
	"sync"
)

// RowRef names a row of one of several sources; a negative Src names none.
type RowRef struct{ Src, Row int32 }

// noRow is the RowRef of a row that comes from nowhere.
var noRow = RowRef{Src: -1}

// Index says for each row of a matrix from which row of which source it comes.
// It does not change once it is made, holds its inverse for gradients, and is
// made once for many steps: a device keeps its copy beside it.
type Index struct {
	Resident
	refs    []RowRef
	open    bool // some row comes from nowhere
	sources []inverse

	mu   sync.Mutex
	live map[uint64]*liveRows // by the set of sources that need a gradient
}

// inverse lists in compressed rows where the rows of a source go: row r to rows
// to[from[r]:from[r+1]], in ascending order.
type inverse struct {
	from, to []int32
}

// rows is how many rows a source must have.
func (v *inverse) rows() int { return len(v.from) - 1 }

// NewIndex returns the index with these references, of which it takes a copy.
func NewIndex(refs []RowRef) *Index {
	idx := &Index{refs: slices.Clone(refs)}
	var need []int // rows of each source
	for i, ref := range refs {
		if ref.Src < 0 {
			idx.open = true
			continue
		}
		if ref.Row < 0 {
			panic(fmt.Sprintf("autograd: NewIndex: row %d refers to row %d of source %d, which is not there", i, ref.Row, ref.Src))
		}
		for len(need) <= int(ref.Src) {
			need = append(need, 0)
		}
		need[ref.Src] = max(need[ref.Src], int(ref.Row)+1)
	}
	idx.sources = make([]inverse, len(need))
	for s, n := range need {
		idx.sources[s].from = make([]int32, n+1)
	}
	idx.invert()
	return idx
}

// invert fills the inverses: counts, their sums, and then the rows in order.
func (idx *Index) invert() {
	for _, ref := range idx.refs {
		if ref.Src >= 0 {
			idx.sources[ref.Src].from[ref.Row+1]++
		}
	}
	next := make([][]int32, len(idx.sources))
	for s := range idx.sources {
		v := &idx.sources[s]
		for r := range v.rows() {
			v.from[r+1] += v.from[r]
		}
		v.to = make([]int32, v.from[v.rows()])
		next[s] = slices.Clone(v.from)
	}
	for i, ref := range idx.refs {
		if ref.Src >= 0 {
			at := &next[ref.Src][ref.Row]
			idx.sources[ref.Src].to[*at] = int32(i)
			*at++
		}
	}
}

// RowIndex returns the index whose row i is row rows[i] of a single source, or
// comes from nowhere if that is negative.
func RowIndex(rows []int) *Index {
	refs := make([]RowRef, len(rows))
	for i, r := range rows {
		refs[i] = RowRef{Src: 0, Row: int32(r)}
		if r < 0 {
			refs[i] = noRow
		}
	}
	return NewIndex(refs)
}

// Len returns the number of rows that the index describes.
func (idx *Index) Len() int { return len(idx.refs) }

// Refs returns where the rows come from. It must not be changed.
func (idx *Index) Refs() []RowRef { return idx.refs }

// Inverse returns where the rows of a source go, in compressed rows: row r goes to
// rows to[from[r]:from[r+1]]. Rows behind the last of from go nowhere. The slices
// must not be changed.
func (idx *Index) Inverse(src int) (from, to []int32) {
	if src >= len(idx.sources) {
		return []int32{0}, nil
	}
	v := &idx.sources[src]
	return v.from, v.to
}

// check panics unless the sources have the rows that the index names.
func (idx *Index) check(op string, srcs ...*Tensor) {
	if len(idx.sources) > len(srcs) {
		panic(fmt.Sprintf("autograd: %s: the index names %d sources, there are %d", op, len(idx.sources), len(srcs)))
	}
	for s := range idx.sources {
		if n := idx.sources[s].rows(); n > srcs[s].Rows() {
			panic(fmt.Sprintf("autograd: %s: the index names row %d of source %d, which has shape %v", op, n-1, s, srcs[s].Shape()))
		}
	}
}

// Resident keeps what devices made of something that does not change, so that it
// goes to a device once.
type Resident struct{ copies sync.Map }

// On returns what a device stored with Keep, or nil.
func (r *Resident) On(dev Device) any {
	v, _ := r.copies.Load(dev)
	return v
}

// Keep stores what a device made.
func (r *Resident) Keep(dev Device, v any) { r.copies.Store(dev, v) }

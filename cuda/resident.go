package cuda

import (
	"runtime"

	"frontdoor/autograd"
)

// What stays on the device as long as its owner on the host lives: the forms of
// layouts and indices.

// layoutOf returns the device's form of a layout, which stays with it.
func (d *Device) layoutOf(l *autograd.Layout) *layout {
	if have, ok := l.On(d).(*layout); ok {
		return have
	}
	made := d.newLayout(l)
	l.Keep(d, made)
	runtime.AddCleanup(l, d.abandon, []Pointer{made.queryItems, made.keyItems, made.segments})
	return made
}

// index is the device's form of an Index: pairs of source and row, and for each
// source where its rows go.
type index struct {
	refs    Pointer
	sources map[int]inverse
}

type inverse struct {
	from, to Pointer
	rows     int
}

// indexOf returns the device's form of an index, which stays with it.
func (d *Device) indexOf(idx *autograd.Index) *index {
	if have, ok := idx.On(d).(*index); ok {
		return have
	}
	made := &index{
		refs:    d.uploadWords(words(idx.Refs(), func(r autograd.RowRef) []int32 { return []int32{r.Src, r.Row} })),
		sources: map[int]inverse{},
	}
	idx.Keep(d, made)
	runtime.AddCleanup(idx, d.abandon, []Pointer{made.refs})
	return made
}

// inverseOf returns where the rows of a source go.
func (d *Device) inverseOf(idx *autograd.Index, src int) inverse {
	have := d.indexOf(idx)
	if v, ok := have.sources[src]; ok {
		return v
	}
	from, to := idx.Inverse(src)
	v := inverse{d.uploadWords(from), d.uploadWords(to), len(from) - 1}
	have.sources[src] = v
	runtime.AddCleanup(idx, d.abandon, []Pointer{v.from, v.to})
	return v
}

// abandon notes memory whose owner was collected. The collector's goroutine must
// not touch the device; sweep gives the memory back.
func (d *Device) abandon(ps []Pointer) {
	d.deadLock.Lock()
	d.dead = append(d.dead, ps...)
	d.deadLock.Unlock()
}

func (d *Device) sweep() {
	d.deadLock.Lock()
	for _, p := range d.dead {
		d.release(p)
	}
	d.dead = d.dead[:0]
	d.deadLock.Unlock()
}

package cuda

import (
	"cmp"
	"fmt"
	"slices"
)

// arena hands out device memory and keeps what is given back, by its exact size,
// for the next who asks for as much: the lowest address first, whatever the order
// in which they came back. A step that repeats another then gets the same
// addresses, and a graph made for the first runs the second.
type arena struct {
	drv  Driver
	free map[uint64][]Pointer // by size, highest address first
	size map[Pointer]uint64
	used uint64 // bytes handed out
	kept uint64 // bytes in free
}

// leastBytes is the size of the smallest allocation.
const leastBytes = 16

// reuse returns n bytes that were given back, or 0.
func (a *arena) reuse(n uint64) Pointer {
	list := a.free[n]
	if len(list) == 0 {
		return 0
	}
	p := list[len(list)-1]
	a.free[n] = list[:len(list)-1]
	a.kept -= n
	a.used += n
	return p
}

// get returns n new bytes. It runs on the thread.
func (a *arena) get(n uint64) (Pointer, error) {
	p, r := a.drv.MemAlloc(n)
	if r != Success {
		free, total, _ := a.drv.MemGetInfo()
		return 0, &Error{"cuMemAlloc", r, fmt.Sprintf("%d MiB wanted, %d in use here, %d of %d free", n>>20, a.used>>20, free>>20, total>>20)}
	}
	if a.size == nil {
		a.free, a.size = map[uint64][]Pointer{}, map[Pointer]uint64{}
	}
	a.size[p] = n
	a.used += n
	return p, nil
}

// put takes memory of get back.
func (a *arena) put(p Pointer) {
	n, ok := a.size[p]
	if !ok {
		panic(fmt.Sprintf("cuda: %#x was not allocated here", uint64(p)))
	}
	list := a.free[n]
	at, _ := slices.BinarySearchFunc(list, p, func(q, p Pointer) int { return cmp.Compare(p, q) })
	a.free[n] = slices.Insert(list, at, p)
	a.used -= n
	a.kept += n
}

// trim gives what nobody uses back to the driver. Graphs that know the addresses
// must be gone.
func (a *arena) trim() {
	for n, list := range a.free {
		for _, p := range list {
			a.drv.MemFree(p)
			delete(a.size, p)
		}
		delete(a.free, n)
	}
	a.kept = 0
}

// release gives everything back, in the order of addresses.
func (a *arena) release() {
	var all []Pointer
	for p := range a.size {
		all = append(all, p)
	}
	slices.Sort(all)
	for _, p := range all {
		a.drv.MemFree(p)
	}
	*a = arena{drv: a.drv}
}

package autograd

import (
	"math"
	"math/bits"
	"slices"
	"unsafe"
)

// arena recycles the memory of a device by its exact length. A training step asks
// for the same lengths every time, so exact sizes waste nothing and after the
// first step every request is served from a free list. Every step begins with the
// same free lists, so that it gets the addresses of the step before.
//
// A coarse arena rounds lengths up, by an eighth at most: it serves parts of a
// step that are alike but not equal, such as chunks of ragged prompts, which
// would otherwise each leave buffers of their own behind.
type arena struct {
	dev    Device
	sizes  []int           // capacities, in the order they were first asked for
	all    map[int][]Mem   // by capacity, in the order they were made
	free   map[int][]Mem   // by capacity
	whole  map[uintptr]Mem // by address
	bytes  int64
	poison bool
	coarse bool
}

// capacity is the size of the buffer that serves n floats: in a coarse arena
// the next number with no more than four significant bits.
func (a *arena) capacity(n int) int {
	if !a.coarse || n < 16 {
		return n
	}
	step := 1 << (bits.Len(uint(n-1)) - 4)
	return (n + step - 1) / step * step
}

// get returns memory for n floats with undefined contents.
func (a *arena) get(n int) Mem {
	if n == 0 {
		return Mem{}
	}
	if a.free == nil {
		a.all, a.free, a.whole = map[int][]Mem{}, map[int][]Mem{}, map[uintptr]Mem{}
	}
	size := a.capacity(n)
	if list := a.free[size]; len(list) > 0 {
		a.free[size] = list[:len(list)-1]
		return list[len(list)-1].first(n)
	}
	m := a.dev.New(size)
	if a.all[size] == nil {
		a.sizes = append(a.sizes, size)
	}
	a.all[size] = append(a.all[size], m)
	a.whole[m.address()] = m
	a.bytes += 4 * int64(size)
	return m.first(n)
}

// put returns memory that get handed out.
func (a *arena) put(m Mem) {
	if m.Empty() {
		return
	}
	m = a.whole[m.address()]
	a.spoil(m)
	a.free[m.N] = append(a.free[m.N], m)
}

// spoil fills free memory with NaN if the tape is to be tested.
func (a *arena) spoil(m Mem) {
	if a.poison {
		for i := range m.Host {
			m.Host[i] = float32(math.NaN())
		}
	}
}

// reset takes all memory back, into free lists in the same order every time.
func (a *arena) reset() {
	for _, size := range a.sizes {
		free := a.free[size][:0]
		for _, m := range slices.Backward(a.all[size]) {
			a.spoil(m)
			free = append(free, m)
		}
		a.free[size] = free
	}
}

// address tells memory apart.
func (m Mem) address() uintptr {
	if m.Host != nil {
		return uintptr(unsafe.Pointer(unsafe.SliceData(m.Host)))
	}
	return m.Ptr
}

// first is the memory of the first n floats.
func (m Mem) first(n int) Mem {
	m.N = n
	if m.Host != nil {
		m.Host = m.Host[:n]
	}
	return m
}

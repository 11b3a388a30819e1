package autograd

import (
	"math"
	"math/bits"
	"unsafe"
)

// arena recycles float32 buffers by their exact length. A training step asks
// for the same lengths every time, so exact sizes waste nothing and after the
// first step every request is served from a free list.
//
// A coarse arena rounds lengths up, by an eighth at most: it serves parts of a
// step that are alike but not equal, such as chunks of ragged prompts, which
// would otherwise each leave buffers of their own behind.
type arena struct {
	free   map[int][][]float32 // by capacity
	inUse  map[*float32][]float32
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

// get returns a buffer of n floats with undefined contents.
func (a *arena) get(n int) []float32 {
	if n == 0 {
		return nil
	}
	if a.free == nil {
		a.free = make(map[int][][]float32)
		a.inUse = make(map[*float32][]float32)
	}
	var buf []float32
	size := a.capacity(n)
	if list := a.free[size]; len(list) > 0 {
		buf = list[len(list)-1]
		a.free[size] = list[:len(list)-1]
	} else {
		buf = make([]float32, size)
		a.bytes += int64(size) * int64(unsafe.Sizeof(buf[0]))
	}
	a.inUse[&buf[0]] = buf
	return buf[:n]
}

// put returns a buffer that get handed out.
func (a *arena) put(buf []float32) {
	if len(buf) == 0 {
		return
	}
	whole := a.inUse[&buf[0]]
	delete(a.inUse, &buf[0])
	a.release(whole)
}

func (a *arena) release(buf []float32) {
	if a.poison {
		for i := range buf {
			buf[i] = float32(math.NaN())
		}
	}
	a.free[len(buf)] = append(a.free[len(buf)], buf)
}

// reset takes back every buffer still in use.
func (a *arena) reset() {
	for _, buf := range a.inUse {
		a.release(buf)
	}
	clear(a.inUse)
}

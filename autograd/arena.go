package autograd

import (
	"math"
	"unsafe"
)

// arena recycles float32 buffers by their exact length. A training step asks
// for the same lengths every time, so exact sizes waste nothing and after the
// first step every request is served from a free list.
type arena struct {
	free   map[int][][]float32
	inUse  map[*float32][]float32
	bytes  int64
	poison bool
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
	if list := a.free[n]; len(list) > 0 {
		buf = list[len(list)-1]
		a.free[n] = list[:len(list)-1]
	} else {
		buf = make([]float32, n)
		a.bytes += int64(n) * int64(unsafe.Sizeof(buf[0]))
	}
	a.inUse[&buf[0]] = buf
	return buf
}

// put returns a buffer that get handed out.
func (a *arena) put(buf []float32) {
	if len(buf) == 0 {
		return
	}
	delete(a.inUse, &buf[0])
	a.release(buf)
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

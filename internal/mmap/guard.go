package mmap

import (
	"errors"
	"fmt"
	"runtime/debug"
	"slices"
	"sync"
	"unsafe"
)

// live lists what is mapped, to tell the fault of a file from a mistake of the
// program. The last ones that were dropped stay in it for a while: on its way to
// Guard a fault ends the functions that close the file.
var live struct {
	sync.Mutex
	mappings []mapping
	dropped  int // of them, which come first
}

// maxDropped is how many dropped mappings are kept.
const maxDropped = 8

type mapping struct {
	begin, size uintptr
	name        string
}

// beginning is the first address of a mapping.
func beginning(data []byte) uintptr { return uintptr(unsafe.Pointer(unsafe.SliceData(data))) }

// note enters a mapping in the list.
func note(data []byte, name string) {
	live.Lock()
	defer live.Unlock()
	live.mappings = append(live.mappings, mapping{beginning(data), uintptr(len(data)), name})
}

// drop takes a mapping from the list, in a while.
func drop(data []byte) {
	live.Lock()
	defer live.Unlock()
	for i := live.dropped; i < len(live.mappings); i++ {
		if m := live.mappings[i]; m.begin == beginning(data) {
			live.mappings = slices.Insert(slices.Delete(live.mappings, i, i+1), live.dropped, m)
			live.dropped++
			break
		}
	}
	if live.dropped > maxDropped {
		live.mappings = slices.Delete(live.mappings, 0, 1)
		live.dropped--
	}
}

// nameAt returns the file that is mapped at an address.
func nameAt(address uintptr) (string, bool) {
	live.Lock()
	defer live.Unlock()
	for _, m := range slices.Backward(live.mappings) { // the latest that had the address
		if m.begin <= address && address < m.begin+m.size {
			return m.name, true
		}
	}
	return "", false
}

// ErrFault is in the error of a file that cannot be read any more.
var ErrFault = errors.New("it was cut short, or its disk failed")

// Guard calls f, and makes an error of a fault in reading a mapped file, which
// somebody has cut short or whose disk failed. Without it such a fault ends the
// process. It covers f's own goroutine and the loops of package parallel. Other
// panics go on.
func Guard(f func() error) (err error) {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() {
		p := recover()
		if p == nil {
			return
		}
		if fault, ok := p.(interface{ Addr() uintptr }); ok { // as package runtime panics with it
			if name, ok := nameAt(fault.Addr()); ok {
				err = fmt.Errorf("%s changed while it was in use: %w; restore it and try again", name, ErrFault)
				return
			}
		}
		panic(p)
	}()
	return f()
}

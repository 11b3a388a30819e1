package mmap

import (
	"errors"
	"fmt"
	"runtime/debug"
	"sync"
	"unsafe"
)

// live lists what is mapped, to tell the fault of a file from a mistake of the
// program.
var live struct {
	sync.Mutex
	names map[uintptr]mapping // by the first address
}

type mapping struct {
	size uintptr
	name string
}

// note enters a mapping in the list.
func note(data []byte, name string) {
	live.Lock()
	defer live.Unlock()
	if live.names == nil {
		live.names = map[uintptr]mapping{}
	}
	live.names[uintptr(unsafe.Pointer(unsafe.SliceData(data)))] = mapping{uintptr(len(data)), name}
}

// drop takes a mapping from the list.
func drop(data []byte) {
	live.Lock()
	defer live.Unlock()
	delete(live.names, uintptr(unsafe.Pointer(unsafe.SliceData(data))))
}

// nameAt returns the file that is mapped at an address.
func nameAt(address uintptr) (string, bool) {
	live.Lock()
	defer live.Unlock()
	for begin, m := range live.names {
		if begin <= address && address < begin+m.size {
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

package cuda

import (
	"runtime"
	"sync"
)

// thread is the goroutine that makes all calls of drivers. The driver's context
// belongs to an operating system thread, so the goroutine is locked to one; it
// lives as long as the process, since a thread that glibc made must not end
// under a locked goroutine.
type thread struct {
	work chan func()
	done chan any
	busy sync.Mutex
}

var theThread = sync.OnceValue(func() *thread {
	t := &thread{work: make(chan func()), done: make(chan any)}
	go func() {
		runtime.LockOSThread()
		for f := range t.work {
			t.done <- panicOf(f)
		}
	}()
	return t
})

// onThread runs f on the thread and waits. A panic of f is the caller's.
func onThread(f func()) {
	t := theThread()
	t.busy.Lock()
	defer t.busy.Unlock()
	t.work <- f
	if p := <-t.done; p != nil {
		panic(p)
	}
}

func panicOf(f func()) (p any) {
	defer func() { p = recover() }()
	f()
	return nil
}

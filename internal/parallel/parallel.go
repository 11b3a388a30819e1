package parallel

import (
	"runtime"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"time"
)

// task is one call of For while it runs.
type task struct {
	fn       func(lo, hi int)
	n, grain int
	next     atomic.Int64 // the first chunk nobody has taken
	panicked atomic.Pointer[any]

	helpers atomic.Int32 // workers inside run; written under pool.mu only

	// The rest is guarded by pool.mu.
	waiting bool          // the caller sleeps until helpers is 0
	done    chan struct{} // wakes the caller; one slot, reused
}

// pool holds the workers and the tasks they may help with.
var pool = struct {
	mu      sync.Mutex
	wake    *sync.Cond
	threads int     // workers wanted, plus one for the caller
	workers int     // workers that exist
	idle    int     // workers asleep on wake
	alert   int     // workers that watch for work before they sleep
	open    []*task // tasks that may have chunks left, oldest first
	opened  atomic.Int32
	free    []*task
}{threads: runtime.GOMAXPROCS(0)}

func init() { pool.wake = sync.NewCond(&pool.mu) }

// Threads returns how many goroutines a call of For may use, the caller included.
func Threads() int {
	pool.mu.Lock()
	defer pool.mu.Unlock()
	return pool.threads
}

// mostThreads is more than machines have processors: each thread is made.
const mostThreads = 1 << 12

// SetThreads sets how many goroutines a call of For may use, the caller
// included; 1 runs everything inline, and a value below 1 stands for
// GOMAXPROCS, one beyond mostThreads for that. Workers that are no longer wanted end as soon as they are idle.
// It changes how long a loop takes, never what it computes.
func SetThreads(n int) {
	if n < 1 {
		n = runtime.GOMAXPROCS(0)
	}
	n = min(n, mostThreads)
	pool.mu.Lock()
	defer pool.mu.Unlock()
	pool.threads = n
	pool.wake.Broadcast()
}

// For calls fn on the chunks [0, grain), [grain, 2 grain), ... of [0, n), the
// last one cut at n, in any order and from several goroutines at once, and
// returns when all have returned. A grain below 1 counts as 1. A panic in fn
// stops the chunks not yet begun and reaches the caller of For.
func For(n, grain int, fn func(lo, hi int)) {
	if n <= 0 {
		return
	}
	grain = max(1, grain)
	if n <= grain {
		fn(0, n)
		return
	}
	t := begin(n, grain, fn)
	if t == nil {
		for lo := 0; lo < n; lo += grain {
			fn(lo, min(lo+grain, n))
		}
		return
	}
	t.run()
	if p := t.finish(); p != nil {
		panic(*p)
	}
}

// begin puts a task where workers see it and wakes as many as can be of use;
// it returns nil when only one thread is wanted.
func begin(n, grain int, fn func(lo, hi int)) *task {
	pool.mu.Lock()
	defer pool.mu.Unlock()
	if pool.threads == 1 {
		return nil
	}
	var t *task
	if last := len(pool.free) - 1; last >= 0 {
		t, pool.free = pool.free[last], pool.free[:last]
	} else {
		t = &task{done: make(chan struct{}, 1)}
	}
	t.fn, t.n, t.grain = fn, n, grain
	t.next.Store(0)
	pool.open = append(pool.open, t)
	pool.opened.Add(1)
	for pool.workers < pool.threads-1 {
		pool.workers++
		go work()
	}
	for range min(pool.idle, (n-1)/grain-pool.alert) {
		pool.wake.Signal()
	}
	return t
}

// finish takes the task from the list, waits for the workers that are still in
// one of its chunks and gives the task back for reuse.
func (t *task) finish() *any {
	pool.mu.Lock()
	t.close()
	if t.helpers.Load() > 0 {
		pool.mu.Unlock()
		watch(func() bool { return t.helpers.Load() == 0 })
		pool.mu.Lock()
	}
	if t.helpers.Load() > 0 {
		t.waiting = true
		pool.mu.Unlock()
		<-t.done
		pool.mu.Lock()
		t.waiting = false
	}
	p := t.panicked.Swap(nil)
	t.fn = nil
	pool.free = append(pool.free, t)
	pool.mu.Unlock()
	return p
}

// close removes t from the open tasks; pool.mu is held.
func (t *task) close() {
	for i, o := range pool.open {
		if o == t {
			copy(pool.open[i:], pool.open[i+1:])
			pool.open[len(pool.open)-1] = nil
			pool.open = pool.open[:len(pool.open)-1]
			pool.opened.Add(-1)
			return
		}
	}
}

// run takes chunks until none is left.
func (t *task) run() {
	defer func() {
		if p := recover(); p != nil {
			first := p // a copy, so that a run without panic allocates nothing
			t.panicked.CompareAndSwap(nil, &first)
			t.next.Store(int64(t.n)) // at least the number of chunks
		}
	}()
	for {
		lo := (int(t.next.Add(1)) - 1) * t.grain
		if lo >= t.n {
			return
		}
		t.fn(lo, min(lo+t.grain, t.n))
	}
}

// patience is how long a goroutine watches for what it waits for before it
// sleeps. Falling asleep and waking up costs a few microseconds, as much as a
// small matrix product; a model asks for the next loop sooner than that.
const patience = 40 * time.Microsecond

// watch waits until done, or until its patience is over.
func watch(done func() bool) {
	for start := time.Now(); ; {
		for range 64 {
			if done() {
				return
			}
		}
		if time.Since(start) > patience {
			return
		}
	}
}

func someOpen() bool { return pool.opened.Load() > 0 }

// work is the life of a worker: help the oldest open task, or watch for one,
// or sleep.
func work() {
	// A fault in reading a mapped file becomes a panic, which For hands to its
	// caller; see mmap.Guard.
	debug.SetPanicOnFault(true)
	pool.mu.Lock()
	defer pool.mu.Unlock()
	for {
		if len(pool.open) == 0 && pool.workers < pool.threads && pool.threads <= runtime.NumCPU() {
			pool.alert++
			pool.mu.Unlock()
			watch(someOpen)
			pool.mu.Lock()
			pool.alert--
		}
		for len(pool.open) == 0 && pool.workers < pool.threads {
			pool.idle++
			pool.wake.Wait()
			pool.idle--
		}
		if pool.workers >= pool.threads {
			pool.workers--
			return
		}
		t := pool.open[0]
		t.helpers.Add(1)
		pool.mu.Unlock()
		t.run()
		pool.mu.Lock()
		t.close()
		if t.helpers.Add(-1) == 0 && t.waiting {
			t.done <- struct{}{}
		}
	}
}

package parallel

import (
	"fmt"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

func withThreads(t *testing.T, n int) {
	old := Threads()
	SetThreads(n)
	t.Cleanup(func() { SetThreads(old) })
}

func chunks(n, grain int) []string {
	var mu sync.Mutex
	var got []string
	For(n, grain, func(lo, hi int) {
		mu.Lock()
		got = append(got, fmt.Sprintf("%d-%d", lo, hi))
		mu.Unlock()
	})
	slices.Sort(got)
	return got
}

func TestChunksDependOnSizeOnly(t *testing.T) {
	withThreads(t, 1)
	for _, c := range []struct {
		n, grain int
		want     []string
	}{
		{0, 4, nil},
		{-1, 4, nil},
		{3, 4, []string{"0-3"}},
		{4, 4, []string{"0-4"}},
		{9, 4, []string{"0-4", "4-8", "8-9"}},
		{2, 0, []string{"0-1", "1-2"}},
	} {
		for _, threads := range []int{1, 2, 5} {
			SetThreads(threads)
			if got := chunks(c.n, c.grain); !slices.Equal(got, c.want) {
				t.Errorf("For(%d, %d) on %d threads: %v, want %v", c.n, c.grain, threads, got, c.want)
			}
		}
	}
}

func TestNestedAndConcurrentCalls(t *testing.T) {
	withThreads(t, 4)
	var sum atomic.Int64
	var callers sync.WaitGroup
	for range 8 {
		callers.Go(func() {
			for range 50 {
				For(10, 3, func(lo, hi int) {
					For(hi-lo, 1, func(a, b int) { sum.Add(int64(b - a)) })
				})
			}
		})
	}
	callers.Wait()
	if sum.Load() != 8*50*10 {
		t.Errorf("counted %d, want %d", sum.Load(), 8*50*10)
	}
}

func TestPanicReachesTheCaller(t *testing.T) {
	withThreads(t, 3)
	for range 20 {
		func() {
			defer func() {
				if p := recover(); p != "seven" {
					t.Errorf("recovered %v", p)
				}
			}()
			For(100, 1, func(lo, _ int) {
				if lo == 7 {
					panic("seven")
				}
			})
		}()
	}
	if got := len(chunks(100, 1)); got != 100 {
		t.Errorf("after a panic: %d chunks, want 100", got)
	}
}

func TestWorkersEnd(t *testing.T) {
	withThreads(t, 1)
	For(100, 1, func(_, _ int) {})
	wait := func(what string, done func() bool) { // long, for a machine that others use too
		for range 20000 {
			if done() {
				return
			}
			time.Sleep(time.Millisecond)
		}
		t.Fatalf("%s: %d goroutines, %d of them workers", what, runtime.NumGoroutine(), workers())
	}
	wait("before", func() bool { return workers() == 0 })
	before := runtime.NumGoroutine()
	SetThreads(9)
	For(100, 1, func(_, _ int) { runtime.Gosched() })
	if workers() == 0 {
		t.Error("nine threads without a worker")
	}
	SetThreads(1)
	wait("after", func() bool { return workers() == 0 && runtime.NumGoroutine() <= before })
}

// workers is how many there are.
func workers() int {
	pool.mu.Lock()
	defer pool.mu.Unlock()
	return pool.workers
}

func TestNoAllocation(t *testing.T) {
	withThreads(t, 2)
	var n atomic.Int64
	fn := func(lo, hi int) { n.Add(int64(hi - lo)) }
	For(64, 1, fn)
	if a := testing.AllocsPerRun(100, func() { For(64, 1, fn) }); a >= 1 {
		t.Errorf("%v allocations a call", a)
	}
}

func BenchmarkFor(b *testing.B) {
	fn := func(_, _ int) {}
	for b.Loop() {
		For(64, 8, fn)
	}
}

package golden

import (
	"hash/fnv"
	"math"
	"runtime"
	"testing"

	"frontdoor/internal/parallel"
)

// OnThreads runs a comparison on one thread and on two, and fails the test if
// any tensor that it checked differs between them in a single bit.
func OnThreads(t *testing.T, run func(t *testing.T) *File) {
	t.Helper()
	defer parallel.SetThreads(parallel.Threads())
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	var first *File
	for n := 1; n <= 2; n++ {
		runtime.GOMAXPROCS(n)
		parallel.SetThreads(n)
		f := run(t)
		if t.Failed() {
			t.Fatalf("on %d threads", n)
		}
		if first == nil {
			first = f
			continue
		}
		for name, bits := range f.bits {
			if bits != first.bits[name] {
				t.Errorf("%s: %s has other bits on %d threads than on one", f.path, name, n)
			}
		}
	}
}

// bitsOf returns a hash of all bits of x.
func bitsOf(x []float32) uint64 {
	h := fnv.New64a()
	var word [4]byte
	for _, v := range x {
		b := math.Float32bits(v)
		word = [4]byte{byte(b), byte(b >> 8), byte(b >> 16), byte(b >> 24)}
		h.Write(word[:])
	}
	return h.Sum64()
}

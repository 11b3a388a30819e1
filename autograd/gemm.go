package autograd

import (
	"frontdoor/internal/parallel"
	"frontdoor/simd"
)

// maybeGradient returns the buffer for t's gradient, or nil if t is frozen.
func maybeGradient(t *Tensor) []float32 {
	if !t.needsGrad {
		return nil
	}
	return t.gradient()
}

// rowGrain is how many floats one parallel chunk of row-wise work covers at
// least: enough to outweigh handing it to another core.
const rowGrain = 1 << 14

// forRows calls fn for ranges of rows of the given width, in parallel when
// there are enough of them.
func forRows(rows, cols int, fn func(lo, hi int)) {
	parallel.For(rows, max(1, rowGrain/max(1, cols)), fn)
}

// forColumns calls fn for ranges of columns of a matrix, in parallel when it is
// large enough: for sums over rows, which have a fixed order.
func forColumns(rows, cols int, fn func(lo, hi int)) {
	grain := 64 // enough that a row's piece outweighs the call that adds it
	if rows*cols < 2*rowGrain {
		grain = cols
	}
	parallel.For(cols, grain, fn)
}

// clearAll sets x to zero.
func clearAll(x []float32) {
	l := clearLoops.Get()
	l.x = x
	parallel.For(len(x), 4*rowGrain, l.run)
	l.x = nil
	clearLoops.Put(l)
}

// clearLoop is the loop of clearAll, with its function made once.
type clearLoop struct {
	x   []float32
	run func(lo, hi int)
}

var clearLoops = parallel.NewStash(func() *clearLoop {
	l := new(clearLoop)
	l.run = func(lo, hi int) { clear(l.x[lo:hi]) }
	return l
})

// addColumnSums adds the column sums of x [R, n] to dst, top row first.
func addColumnSums(dst, x []float32) {
	if n := len(dst); n > 0 {
		l := sumLoops.Get()
		l.dst, l.x = dst, x
		forColumns(len(x)/n, n, l.run)
		l.dst, l.x = nil, nil
		sumLoops.Put(l)
	}
}

// sumLoop is the loop of addColumnSums, with its function made once.
type sumLoop struct {
	dst, x []float32
	run    func(lo, hi int)
}

var sumLoops = parallel.NewStash(func() *sumLoop {
	l := new(sumLoop)
	l.run = func(lo, hi int) {
		n := len(l.dst)
		for at := 0; at+n <= len(l.x); at += n {
			simd.AddTo(l.dst[lo:hi], l.x[at+lo:at+hi])
		}
	}
	return l
})

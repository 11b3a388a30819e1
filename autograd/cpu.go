package autograd

import (
	"sync/atomic"

	"frontdoor/internal/parallel"
	"frontdoor/simd"
)

// CPU computes on the host. Tensors of the host lie in its memory.
var CPU Device = &cpu{}

// cpu computes with package simd. Files cpu_*.go hold its kernels.
type cpu struct {
	separate bool          // its memory is not the host's
	counted  *atomic.Int64 // multiply-adds, if they are counted
}

// of returns the floats of m, nil if it is empty.
func (c *cpu) of(m Mem) []float32 {
	if !m.Empty() && (m.Ptr != 0) != c.separate {
		panic("autograd: " + c.Name() + ": memory of another device")
	}
	return m.Host
}

// dense is m as a matrix.
func (c *cpu) dense(m Mat) simd.Matrix { return simd.Dense(c.of(m.Mem), m.Rows, m.Cols) }

// count adds multiply-adds.
func (c *cpu) count(n int) {
	if c.counted != nil {
		c.counted.Add(int64(n))
	}
}

// Name returns "cpu".
func (c *cpu) Name() string {
	if c.separate {
		return "separate"
	}
	return "cpu"
}

// New returns memory of the host.
func (c *cpu) New(n int) Mem {
	m := hostMem(make([]float32, n))
	if c.separate {
		m.Ptr = m.address()
	}
	return m
}

// Free leaves the memory to the garbage collector.
func (c *cpu) Free(Mem) {}

// Upload copies src to dst.
func (c *cpu) Upload(dst Mem, src []float32) { copy(c.of(dst), src) }

// Download copies src to dst.
func (c *cpu) Download(dst []float32, src Mem) { copy(dst, c.of(src)) }

// Gemm computes the product and the epilogue, QuickGELU in one pass with it.
func (c *cpu) Gemm(op simd.Op, dst, a, b Mat, add bool, last Epilogue) {
	l := simd.Epilogue{Bias: c.of(last.Bias), Add: c.of(last.Add)}
	if last.Act == QuickGELU {
		l.GELU = c.of(last.Out)
	}
	k := a.Cols
	if op == simd.TN {
		k = a.Rows
	}
	c.count(dst.Rows * dst.Cols * k)
	simd.GemmEpilogue(op, c.dense(dst), c.dense(a), c.dense(b), add, l)
	if last.Act != None && last.Act != QuickGELU {
		activate.For(last.Out.N, rowGrain, activation{act: last.Act, to: c.of(last.Out), z: c.of(dst.Mem)})
	}
}

// rowGrain is how many floats one parallel chunk of row-wise work covers at
// least: enough to outweigh handing it to another core.
const rowGrain = 1 << 14

// rowsGrain is rowGrain in rows of the given width.
func rowsGrain(cols int) int { return max(1, rowGrain/max(1, cols)) }

// columnsGrain is how many columns of a matrix one chunk covers at least in a sum
// over rows, which has a fixed order.
func columnsGrain(rows, cols int) int {
	if rows*cols < 2*rowGrain {
		return cols
	}
	return 64 // enough that a row's piece outweighs the call that adds it
}

// ColumnSums adds up in parallel over columns.
func (c *cpu) ColumnSums(sum Mem, x Mat) {
	sumColumns.For(x.Cols, columnsGrain(x.Rows, x.Cols), columns{c.of(sum), c.of(x.Mem)})
}

type columns struct{ sum, x []float32 }

var sumColumns = parallel.NewLoop(func(a *columns, lo, hi int) {
	n := len(a.sum)
	for at := 0; at+n <= len(a.x); at += n {
		simd.AddTo(a.sum[lo:hi], a.x[at+lo:at+hi])
	}
})

// Axpy computes y += alpha x.
func (c *cpu) Axpy(alpha float32, x, y Mem) { simd.Axpy(alpha, c.of(x), c.of(y)) }

// Copy copies src to dst.
func (c *cpu) Copy(dst, src Mem) { copy(c.of(dst), c.of(src)) }

// Zero clears dst in parallel.
func (c *cpu) Zero(dst Mem) { zero.For(dst.N, 4*rowGrain, c.of(dst)) }

var zero = parallel.NewLoop(func(x *[]float32, lo, hi int) { clear((*x)[lo:hi]) })

// SGD moves a few elements at a time, so that they are in the cache when they are
// needed again.
func (c *cpu) SGD(p, g, buf Mem, step SGDStep) {
	descend.For(g.N, 1<<15, descent{c.of(p), c.of(g), c.of(buf), step})
}

type descent struct {
	p, g, buf []float32
	SGDStep
}

// sgdGrain is how many elements are moved at once: what is read several times
// stays in the first-level cache.
const sgdGrain = 1 << 11

var descend = parallel.NewLoop(func(a *descent, lo, hi int) {
	for ; lo < hi; lo += sgdGrain {
		end := min(lo+sgdGrain, hi)
		p, g, buf := a.p[lo:end], a.g[lo:end], a.buf[lo:end]
		simd.Axpy(a.WeightDecay, p, g)
		if a.First {
			copy(buf, g)
		} else {
			simd.Scale(buf, a.Momentum, buf)
			simd.AddTo(buf, g)
		}
		simd.Axpy(-a.LR, buf, p)
		clear(g)
	}
})

package autograd

import "frontdoor/simd"

// Meter is a device that computes nothing: it counts the multiply-adds of matrix
// products and attention, the bytes that kernels read and write, and the bytes of
// memory in use. What a model costs on a device is found by running it on a meter;
// downloads give ones. Numbers are those of CPU's kernels unless NewMeter was given
// another device. Frozen weights take no memory of a meter: they are there anyway.
type Meter struct {
	ledger
	like                 Device
	next                 uintptr
	adds, moved, crossed int64
	rows                 int
}

// NewMeter returns a meter for what like would do; nil stands for CPU.
func NewMeter(like Device) *Meter {
	if like == nil {
		like = CPU
	}
	return &Meter{like: like, next: 4}
}

// MultiplyAdds returns how many multiply-adds matrix products and attention took.
func (m *Meter) MultiplyAdds() int64 { return m.adds }

// bytesMoved returns how many bytes kernels read and wrote, each operand once.
func (m *Meter) bytesMoved() int64 { return m.moved }

// BytesCrossed returns how many bytes were copied from the host and back: what
// lies on either side, and once where the host is the device.
func (m *Meter) BytesCrossed() int64 { return m.crossed }

// Rows returns the most rows that a product had: the tokens of a tower.
func (m *Meter) Rows() int { return m.rows }

// Restart forgets Rows and counts Peak from what is in use now.
func (m *Meter) Restart() { m.rows, m.peak = 0, m.inUse }

// Name returns "meter".
func (m *Meter) Name() string { return "meter" }

// New returns a number that stands for the memory.
func (m *Meter) New(n int) Mem {
	m.take(n)
	p := Mem{Ptr: m.next, N: n}
	m.next += 4 * uintptr(max(1, n))
	return p
}

// weight returns what stands for a frozen leaf.
func (m *Meter) weight(n int) Mem { return Mem{Ptr: 1, N: n} }

// Free gives the memory back.
func (m *Meter) Free(p Mem) { m.give(p.N) }

// Upload counts bytes.
func (m *Meter) Upload(dst Mem, _ []float32) {
	m.touch(dst)
	m.crossed += 4 * int64(dst.N)
}

// Download fills dst with ones.
func (m *Meter) Download(dst []float32, src Mem) {
	m.touch(src)
	m.crossed += 4 * int64(src.N)
	for i := range dst {
		dst[i] = 1
	}
}

// touch counts operands as read or written.
func (m *Meter) touch(operands ...Mem) {
	for _, p := range operands {
		m.moved += 4 * int64(p.N)
	}
}

// Gemm counts the product.
func (m *Meter) Gemm(op simd.Op, c, a, b Mat, _ bool, last Epilogue) {
	k := a.Cols
	if op == simd.TN {
		k = a.Rows
	}
	m.adds += int64(c.Rows) * int64(c.Cols) * int64(k)
	m.rows = max(m.rows, c.Rows)
	m.touch(c.Mem, a.Mem, b.Mem, last.Bias, last.Add)
}

// Attention counts scores and their products with the values.
func (m *Meter) Attention(a AttentionArgs) {
	m.adds += 2 * int64(a.Layout.computed) * int64(a.D)
	m.touch(a.Q, a.KV, a.Out, a.Probs)
}

// AttentionGrad counts the gradients of scores, queries, keys and values, and the
// scores if they are computed again.
func (m *Meter) AttentionGrad(a AttentionArgs) {
	products := 1
	if a.Probs.Empty() {
		products++
	}
	if !a.DQ.Empty() {
		products++
	}
	if !a.DKV.Empty() {
		products += 2
	}
	m.adds += int64(products) * int64(a.Layout.computed) * int64(a.D)
	m.touch(a.Q, a.KV, a.DOut, a.DQ, a.DKV, a.Probs)
}

// AttentionKeeps is that of the device that is metered.
func (m *Meter) AttentionKeeps(lay *Layout, heads, d int) int {
	return m.like.AttentionKeeps(lay, heads, d)
}

// The others move memory and multiply no matrices.

// ActivationGrad counts bytes.
func (m *Meter) ActivationGrad(_ Activation, dz, dy, z Mem) { m.touch(dz, dy, z) }

// ColumnSums counts bytes.
func (m *Meter) ColumnSums(sum Mem, x Mat) { m.touch(sum, x.Mem) }

// LayerNorm counts bytes.
func (m *Meter) LayerNorm(n Norm) { m.touch(n.X, n.Y, n.Gamma, n.Beta, n.Stats) }

// LayerNormGrad counts bytes.
func (m *Meter) LayerNormGrad(n Norm) { m.touch(n.X, n.DX, n.DY, n.Gamma, n.DGamma, n.Stats) }

// Gather counts the rows twice, as read and as written.
func (m *Meter) Gather(dst Mat, _ *Index, _ []Mem) { m.touch(dst.Mem, dst.Mem) }

// ScatterAdd counts bytes.
func (m *Meter) ScatterAdd(dst Mem, _ *Index, _ int, from Mat) { m.touch(dst, from.Mem) }

// AddRows counts bytes.
func (m *Meter) AddRows(y, x Mat, table Mem, _ *Index) { m.touch(y.Mem, x.Mem, table) }

// Axpy counts bytes.
func (m *Meter) Axpy(_ float32, x, y Mem) { m.touch(x, y) }

// Copy counts bytes.
func (m *Meter) Copy(dst, src Mem) { m.touch(dst, src) }

// Zero counts bytes.
func (m *Meter) Zero(dst Mem) { m.touch(dst) }

// SGD counts bytes.
func (m *Meter) SGD(p, g, buf Mem, _ SGDStep) { m.touch(p, g, buf) }

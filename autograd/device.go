package autograd

import "frontdoor/simd"

// Device computes what a tower of a model needs, in memory of its own: four
// methods for memory, the others for kernels. The operations of this package
// check shapes, record and know the formulas; a device does the arithmetic. [CPU]
// is the one that computes on the host, [Meter] counts without computing, and
// [Separate] stands in for an accelerator in tests.
//
// Kernels see memory without types and may trust its sizes: the operation has
// checked them. Operands do not overlap unless a method allows it. A device may
// queue kernels and run them later, in order; Download waits for what it reads.
// In its steady state a training step calls the same kernels with the same
// addresses in the same order, so that a device can keep the calls between an
// Upload and a Download as a graph. What does not change from step to step, an
// [Index], a [Layout] and frozen weights, is the same object each time, and a
// device keeps its copy of it there ([Resident]).
//
// Methods panic where an accelerator fails: a device that can fail keeps the
// error and returns it from a method of its own.
type Device interface {
	// Name says what computes, such as "cpu".
	Name() string

	// New returns memory for n floats of undefined contents.
	New(n int) Mem
	// Free gives memory from New back. Kernels that were called before still
	// find it as it was.
	Free(m Mem)
	// Upload copies len(src) floats of the host to dst. When it returns, src may
	// be changed.
	Upload(dst Mem, src []float32)
	// Download copies len(dst) floats of src to the host.
	Download(dst []float32, src Mem)

	// Gemm computes C = op(A, B), or C += op(A, B) with add, and finishes the rows
	// with last, which may only be given without add.
	Gemm(op simd.Op, c, a, b Mat, add bool, last Epilogue)
	// ActivationGrad computes dz = dy act'(z), element by element; dz may be dy.
	ActivationGrad(act Activation, dz, dy, z Mem)
	// ColumnSums computes sum[j] += Σ_i x[i, j], top row first.
	ColumnSums(sum Mem, x Mat)
	// LayerNorm computes Y and Stats of n from X, Gamma and Beta.
	LayerNorm(n Norm)
	// LayerNormGrad adds to DX and DGamma of n, those that are not empty, from DY,
	// X, Gamma and Stats.
	LayerNormGrad(n Norm)
	// AttentionKeeps returns how many floats Attention stores in Probs for its
	// gradient, with rows of d floats; 0 if the gradient needs nothing.
	AttentionKeeps(lay *Layout, heads, d int) int
	// Attention computes Out of a from Q and KV, and Probs if it is not empty.
	// Query rows that no sequence covers are left as they are.
	Attention(a AttentionArgs)
	// AttentionGrad adds to DQ and DKV of a, those that are not empty, from DOut, Q,
	// KV and Probs.
	AttentionGrad(a AttentionArgs)
	// Gather copies rows: row i of dst [R, D] becomes the row of srcs that idx names
	// for it, or stays where idx names none. An empty source has rows of zeros.
	Gather(dst Mat, idx *Index, srcs []Mem)
	// ScatterAdd is the gradient of Gather for one source: the row of dst that idx
	// names for row i of from, if it is one of source src, gets that row added, in
	// the order of i.
	ScatterAdd(dst Mem, idx *Index, src int, from Mat)
	// AddRows computes y[i] = x[i] + the row of table that idx names for row i, or
	// x[i] where it names none.
	AddRows(y, x Mat, table Mem, idx *Index)
	// Axpy computes y += alpha x.
	Axpy(alpha float32, x, y Mem)
	// Copy copies src to dst.
	Copy(dst, src Mem)
	// Zero sets dst to zero.
	Zero(dst Mem)
	// SGD takes a step against the gradient g, which it clears; see SGDStep.
	SGD(p, g, buf Mem, step SGDStep)
}

// Mem is memory for N floats of a device. The host's is a slice; others have an
// address, or whatever number tells their memory apart.
type Mem struct {
	Host []float32
	Ptr  uintptr
	N    int
}

// hostMem is a slice as memory of the host.
func hostMem(s []float32) Mem { return Mem{Host: s, N: len(s)} }

// Empty reports whether there is no memory: an operand that is not wanted.
func (m Mem) Empty() bool { return m.N == 0 }

// Mat is a matrix [Rows, Cols] in row-major order without gaps.
type Mat struct {
	Mem
	Rows, Cols int
}

// Epilogue is what a product does with its rows while they are in the cache.
// With v the product, each part that is not empty applies, in this order:
//
//	v += Bias[j]
//	v += Add[i, j]
//	C[i, j] = v
//	Out[i, j] = Act(v)   unless Act is None
//
// Bias has as many elements as C has columns, Add and Out have C's shape. Out may
// be C, when nobody needs v.
type Epilogue struct {
	Bias, Add, Out Mem
	Act            Activation
}

// Norm is one LayerNorm of X [R, D] or its gradient, with x̂ = (x - mean) rstd and
// rstd = 1/sqrt(var + Eps), var the population variance of a row:
//
//	Y      = x̂ Gamma + Beta
//	DX    += rstd (g - mean(g) - x̂ mean(g x̂)),   g = DY Gamma
//	DGamma += Σ_rows DY x̂
type Norm struct {
	Rows, D      int
	X, Y, DX, DY Mem // [R, D]
	Gamma, Beta  Mem // [D]
	DGamma       Mem // [D]
	Stats        Mem // [R, 2] mean and rstd of each row
	Eps          float32
}

// AttentionArgs is one attention of Q [Rq, D] on KV [R, 2D], or its gradient; see
// [Tape.Attention].
type AttentionArgs struct {
	Q, KV, Out    Mem
	DOut, DQ, DKV Mem
	Probs         Mem // AttentionKeeps floats, or empty
	Layout        *Layout
	Heads, D      int
}

// SGDStep is a step of stochastic gradient descent, in PyTorch's order:
//
//	g += WeightDecay p
//	buf = g in the First step, Momentum buf + g later
//	p -= LR buf
//	g = 0
type SGDStep struct {
	LR, Momentum, WeightDecay float32
	First                     bool
}

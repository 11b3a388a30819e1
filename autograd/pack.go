package autograd

import (
	"runtime"
	"sync/atomic"

	"frontdoor/simd"
)

// packLeast is the fewest elements of a weight that is worth packing.
const packLeast = 1 << 12

// packed counts the bytes of all packed forms, packLimit bounds them.
var packed, packLimit atomic.Int64

func init() { packLimit.Store(DefaultPackLimit) }

// DefaultPackLimit holds two thirds of the forward products of ViT-B/16's image
// tower and keeps a training step under half of PyTorch's memory. Both towers in
// both directions would take 940 MiB and bring nothing that could be measured.
const DefaultPackLimit = 224 << 20

// SetPackLimit bounds the memory that packed forms of frozen weights may take
// in all, besides the weights. Beyond it, weights are used as they lie, which
// costs a few percent of speed and changes no bit; 0 packs nothing. It does not
// take back what is packed.
func SetPackLimit(bytes int64) { packLimit.Store(bytes) }

// packs holds a frozen weight in the order of the matrix kernel: once for the
// forward product x wᵀ, once for the backward product dy w. Each is made when
// it is used for the second time, so that a weight used once costs nothing.
type packs struct {
	uses  [2]atomic.Int32
	ready [2]atomic.Pointer[simd.Pack]
}

// panels returns w packed for x wᵀ (simd.NT) or dy w (simd.NN), or nil if it is
// to be used as it lies: because it is trained or belongs to a step, is small,
// or has not been used before.
func (t *Tensor) panels(op simd.Op) *simd.Pack {
	if t.needsGrad || t.packs == nil || len(t.Data) < packLeast {
		return nil
	}
	if p := t.packs.ready[op].Load(); p != nil {
		return p
	}
	if t.packs.uses[op].Add(1) < 2 {
		return nil
	}
	n, k := t.Rows(), t.Cols()
	if op == simd.NN {
		n, k = k, n
	}
	bytes := simd.PackBytes(n, k)
	if packed.Add(bytes) > packLimit.Load() {
		packed.Add(-bytes)
		return nil
	}
	p := simd.NewPack(op, n, k, t.Data, t.Cols())
	runtime.AddCleanup(p, func(bytes int64) { packed.Add(-bytes) }, bytes)
	t.packs.ready[op].Store(p)
	return p
}

// unpack forgets the packed forms.
func (t *Tensor) unpack() {
	if t.packs == nil {
		return
	}
	for op := range t.packs.ready {
		t.packs.uses[op].Store(0)
		t.packs.ready[op].Store(nil)
	}
}

// PackedBytes returns the memory that the packed forms of a frozen weight take
// besides Data.
func (t *Tensor) PackedBytes() (n int64) {
	if t.packs == nil {
		return 0
	}
	for op := range t.packs.ready {
		if p := t.packs.ready[op].Load(); p != nil {
			n += p.Bytes()
		}
	}
	return n
}

// timesWeight computes c = a op(w), or adds it, with the packed form of w when
// there is one, and finishes the rows with last.
func timesWeight(op simd.Op, rows int, a []float32, w *Tensor, c []float32, accumulate bool, last simd.Epilogue) {
	n, k := w.Rows(), w.Cols()
	if op == simd.NN {
		n, k = k, n
	}
	if p := w.panels(op); p != nil {
		p.Gemm(rows, a, k, c, n, accumulate, last)
		return
	}
	simd.GemmEpilogue(op, rows, n, k, a, k, w.Data, w.Cols(), c, n, accumulate, last)
}

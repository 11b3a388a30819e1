package simd

import (
	"fmt"

	"frontdoor/internal/parallel"
)

// Pack is the second operand of a product in the order in which the kernel
// reads it: panels of 16 columns, each [k, 16]. A weight that many products
// use is packed once.
type Pack struct {
	n, k int
	data []float32 // [ceil(n/16), k, 16]
}

// NewPack packs B: [k, n] for NN and TN, [n, k] for NT, with rows ldb elements
// apart. The result is a copy; it does not follow later changes of b. NewPack
// panics, naming the shapes, when b is too short or ldb smaller than a row.
func NewPack(op Op, n, k int, b []float32, ldb int) *Pack {
	checkGemm(op, 0, n, k, 0, max(k, 1), len(b), ldb, 0, max(n, 1))
	w := &Pack{n: n, k: k, data: make([]float32, PackBytes(n, k)/4)}
	p := product{op: op, n: n, k: k, b: b, ldb: ldb}
	parallel.For((n+panelCols-1)/panelCols, packGroup, func(lo, hi int) {
		for k0 := 0; k0 < k; k0 += kBlock {
			at := lo * panelCols
			p.packPanels(w.data[at*k+k0*panelCols:], panelCols*k, at, min(hi*panelCols, n)-at, k0, min(kBlock, k-k0))
		}
	})
	return w
}

// PackBytes returns the memory that the panels of a B of n columns and k rows
// take: as much as B, with n rounded up to whole panels.
func PackBytes(n, k int) int64 {
	return 4 * int64((n+panelCols-1)/panelCols*panelCols) * int64(k)
}

// Bytes returns the memory that the panels take.
func (w *Pack) Bytes() int64 { return PackBytes(w.n, w.k) }

// Gemm computes C = A B, or C += A B with accumulate, and finishes the rows
// with last. A is [m, k], C [m, n]; their rows begin lda and ldc elements
// apart. The result has the bits of the function Gemm with a zero Epilogue.
// Gemm panics, naming the shapes, when a slice is too short or a stride
// smaller than a row.
func (w *Pack) Gemm(m int, a []float32, lda int, c []float32, ldc int, accumulate bool, last Epilogue) {
	if m < 0 || !holds(len(a), m, w.k, lda) || !holds(len(c), m, w.n, ldc) || !last.fits(m, w.n, ldc) {
		panic(fmt.Sprintf("simd.Pack.Gemm: A [%d, %d] stride %d in %d elements, B [%d, %d], C [%d, %d] stride %d in %d, epilogue of %d, %d and %d",
			m, w.k, lda, len(a), w.k, w.n, m, w.n, ldc, len(c), len(last.Bias), len(last.Add), len(last.GELU)))
	}
	p := product{m: m, n: w.n, k: w.k, add: accumulate, a: a, aRow: lda, aCol: 1, packed: w.data, c: c, ldc: ldc, last: last}
	p.multiply()
}

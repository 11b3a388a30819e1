package simd

import "fmt"

// Op says which operand of a matrix product is transposed.
type Op int

// The three products a network needs: forward, gradient of the input and
// gradient of the weight of a linear layer are NT, NN and TN.
const (
	NN Op = iota // C[m,n] = A[m,k]  B[k,n]
	NT           // C[m,n] = A[m,k]  B[n,k]ᵀ
	TN           // C[m,n] = A[k,m]ᵀ B[k,n]
)

// String returns "NN", "NT" or "TN".
func (op Op) String() string {
	if op < NN || op > TN {
		return fmt.Sprintf("Op(%d)", int(op))
	}
	return [...]string{"NN", "NT", "TN"}[op]
}

// kBlock is how many products are summed before they are added to C. It is
// part of the specification: c = ((c + Σ block 0) + Σ block 1) + ..., each
// block summed from zero in the order of k. That makes the result independent
// of tiles and threads, and its error smaller than that of one long sum. Of
// the panels of B that a kernel reads, 16 columns of a block are 16 KiB: half
// a first-level cache.
const kBlock = 256

// Gemm computes C = op(A, B), or C += op(A, B) with accumulate, for row-major
// matrices whose rows begin lda, ldb and ldc elements apart; op gives the
// shapes. With k = 0 the product is zero. C must not overlap A or B.
//
// An element's summation order depends only on k, so the result has the same
// bits for any number of threads, and a row of A gives the same bits in any
// company. Large products run on all threads of package parallel, small ones
// on the caller's. Gemm panics, naming op and shapes, when a slice is too
// short or a stride smaller than a row.
func Gemm(op Op, m, n, k int, a []float32, lda int, b []float32, ldb int, c []float32, ldc int, accumulate bool) {
	p := newProduct(op, m, n, k, a, lda, b, ldb, c, ldc, accumulate)
	p.multiply()
}

// GemmEpilogue is Gemm that finishes the rows with last.
func GemmEpilogue(op Op, m, n, k int, a []float32, lda int, b []float32, ldb int, c []float32, ldc int, accumulate bool, last Epilogue) {
	p := newProduct(op, m, n, k, a, lda, b, ldb, c, ldc, accumulate)
	if !last.fits(m, n, ldc) {
		panic(fmt.Sprintf("simd.GemmEpilogue %v: C [%d, %d] stride %d, epilogue of %d, %d and %d elements",
			op, m, n, ldc, len(last.Bias), len(last.Add), len(last.GELU)))
	}
	p.last = last
	p.multiply()
}

// newProduct checks the operands and puts them together.
func newProduct(op Op, m, n, k int, a []float32, lda int, b []float32, ldb int, c []float32, ldc int, accumulate bool) product {
	checkGemm(op, m, n, k, len(a), lda, len(b), ldb, len(c), ldc)
	p := product{
		op: op, m: m, n: n, k: k, add: accumulate,
		a: a, aRow: lda, aCol: 1,
		b: b, ldb: ldb,
		c: c, ldc: ldc,
	}
	if op == TN {
		p.aRow, p.aCol = 1, lda
	}
	return p
}

// checkGemm panics unless the slices hold the matrices.
func checkGemm(op Op, m, n, k, lenA, lda, lenB, ldb, lenC, ldc int) {
	aRows, aCols, bRows, bCols := m, k, k, n
	switch op {
	case NT:
		bRows, bCols = n, k
	case TN:
		aRows, aCols = k, m
	}
	if op < NN || op > TN || m < 0 || n < 0 || k < 0 ||
		!holds(lenA, aRows, aCols, lda) || !holds(lenB, bRows, bCols, ldb) || !holds(lenC, m, n, ldc) {
		panic(fmt.Sprintf("simd.Gemm %v: A [%d, %d] stride %d in %d elements, B [%d, %d] stride %d in %d, C [%d, %d] stride %d in %d",
			op, aRows, aCols, lda, lenA, bRows, bCols, ldb, lenB, m, n, ldc, lenC))
	}
}

// holds reports whether a slice of the given length can be a matrix of rows x
// cols with that stride. The last row needs no more than its columns.
func holds(length, rows, cols, stride int) bool {
	if rows <= 0 || cols <= 0 {
		return true
	}
	return stride >= cols && length >= cols && (length-cols)/stride >= rows-1
}

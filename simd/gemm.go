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

// Matrix is a row-major matrix [Rows, Cols] whose rows begin Stride elements
// apart, so that a block of columns of a bigger matrix is one as well.
type Matrix struct {
	Data               []float32
	Rows, Cols, Stride int
}

// Dense returns the matrix [rows, cols] of data without gaps between the rows.
func Dense(data []float32, rows, cols int) Matrix { return Matrix{data, rows, cols, cols} }

// kBlock is how many products are summed before they are added to C. It is
// part of the specification: c = ((c + Σ block 0) + Σ block 1) + ..., each
// block summed from zero in the order of k. That makes the result independent
// of tiles and threads, and its error smaller than that of one long sum. Of
// the panels of B that a kernel reads, 16 columns of a block are 16 KiB: half
// a first-level cache.
const kBlock = 256

// Gemm computes C = op(A, B), or C += op(A, B) with add. With k = 0 the product
// is zero. C must not overlap A or B.
//
// An element's summation order depends only on k, so the result has the same
// bits for any number of threads, and the other rows of A do not change a row's
// bits. Large products run on all threads of package parallel, small ones on the
// caller's. Gemm panics, naming op and shapes, when the shapes do not fit, a
// slice is too short or a stride smaller than a row.
func Gemm(op Op, c, a, b Matrix, add bool) {
	p := newProduct(op, c, a, b, add)
	p.multiply()
}

// GemmEpilogue is Gemm that finishes the rows with last.
func GemmEpilogue(op Op, c, a, b Matrix, add bool, last Epilogue) {
	p := newProduct(op, c, a, b, add)
	if !last.fits(p.m, p.n, c.Stride) {
		panic(fmt.Sprintf("simd.GemmEpilogue %v: C %v, epilogue of %d, %d and %d elements",
			op, c, len(last.Bias), len(last.Add), len(last.GELU)))
	}
	p.last = last
	p.multiply()
}

// newProduct checks the operands and puts them together.
func newProduct(op Op, c, a, b Matrix, add bool) product {
	m, k, n, kb := a.Rows, a.Cols, b.Cols, b.Rows
	switch op {
	case NT:
		n, kb = kb, n
	case TN:
		m, k = k, m
	}
	if op < NN || op > TN || m != c.Rows || n != c.Cols || k != kb || !a.fits() || !b.fits() || !c.fits() {
		panic(fmt.Sprintf("simd.Gemm %v: C %v, A %v, B %v", op, c, a, b))
	}
	p := product{
		op: op, m: m, n: n, k: k, add: add,
		a: a.Data, aRow: a.Stride, aCol: 1,
		b: b.Data, ldb: b.Stride,
		c: c.Data, ldc: c.Stride,
	}
	if op == TN {
		p.aRow, p.aCol = 1, a.Stride
	}
	return p
}

// String describes the shape.
func (m Matrix) String() string {
	return fmt.Sprintf("[%d, %d] stride %d in %d elements", m.Rows, m.Cols, m.Stride, len(m.Data))
}

// fits reports whether the slice holds the matrix.
func (m Matrix) fits() bool {
	return m.Rows >= 0 && m.Cols >= 0 && holds(len(m.Data), m.Rows, m.Cols, m.Stride)
}

// holds reports whether a slice of the given length can be a matrix of rows x
// cols with that stride. The last row needs no more than its columns.
func holds(length, rows, cols, stride int) bool {
	if rows <= 0 || cols <= 0 {
		return true
	}
	return stride >= cols && length >= cols && (length-cols)/stride >= rows-1
}

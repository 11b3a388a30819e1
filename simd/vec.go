package simd

import "fmt"

// same panics unless the lengths agree.
func same(op string, n int, others ...int) {
	for _, o := range others {
		if o != n {
			panic(fmt.Sprintf("simd.%s: slices of %d and %d elements", op, n, o))
		}
	}
}

// Add computes dst = a + b, element by element; dst may be a or b. It panics
// when the lengths differ.
func Add(dst, a, b []float32) {
	same("Add", len(dst), len(a), len(b))
	add(dst, a, b)
}

// Scale computes dst = alpha src; dst may be src. It panics when the lengths
// differ.
func Scale(dst []float32, alpha float32, src []float32) {
	same("Scale", len(dst), len(src))
	scale(dst, alpha, src)
}

// Axpy computes y += alpha x. It panics when the lengths differ.
func Axpy(alpha float32, x, y []float32) {
	same("Axpy", len(y), len(x))
	axpy(alpha, x, y)
}

// AddTo computes dst += x. It panics when the lengths differ.
func AddTo(dst, x []float32) {
	same("AddTo", len(dst), len(x))
	add(dst, dst, x)
}

// Dot returns Σ a b, summed in an order that depends only on the length. It
// panics when the lengths differ.
func Dot(a, b []float32) float32 {
	same("Dot", len(a), len(b))
	return dot(a, b)
}

// Sum returns Σ a, summed in an order that depends only on the length.
func Sum(a []float32) float32 { return sum(a) }

// Max returns the largest element, -Inf for no elements, and NaN when any
// element is NaN.
func Max(a []float32) float32 { return maximum(a) }

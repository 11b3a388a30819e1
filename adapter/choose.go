package adapter

import (
	"fmt"
	"math"

	"frontdoor/autograd"
	"frontdoor/internal/parallel"
)

var inf = math.Inf(1)

// Accuracy returns the percentage of rows of logits [B, N] whose largest value,
// the first of equals, is that of their label.
func Accuracy(logits *autograd.Tensor, labels []int) float64 {
	if logits.Rows() != len(labels) {
		panic(fmt.Sprintf("adapter: Accuracy of %d images with %d labels", logits.Rows(), len(labels)))
	}
	right := 0
	for i, y := range labels {
		if best, _ := top(logits.Row(i)); best == y {
			right++
		}
	}
	return 100 * float64(right) / float64(len(labels))
}

// top returns the index of the largest element, the first of equals, and how
// far the second largest is below it.
func top(row []float32) (best int, gap float64) {
	second := math.Inf(-1)
	for k, v := range row[1:] {
		if v > row[best] {
			second, best = float64(row[best]), k+1
		} else {
			second = max(second, float64(v))
		}
	}
	return best, float64(row[best]) - second
}

// scoreSum returns how many rows of a + w b, both [B, N], are largest at their
// label, and the smallest gap between a row's two largest values.
func scoreSum(a, b *autograd.Tensor, w float64, labels []int) (right int, margin float64) {
	n := a.Cols()
	ok := make([]bool, len(labels))
	gap := make([]float64, len(labels))
	parallelRows(len(labels), func(i int) {
		x, y := a.Row(i), b.Row(i)
		best, largest, second := 0, math.Inf(-1), math.Inf(-1)
		for k := range n {
			v := float64(x[k]) + w*float64(y[k])
			if v > largest {
				best, largest, second = k, v, largest
			} else {
				second = max(second, v)
			}
		}
		ok[i], gap[i] = best == labels[i], largest-second
	})
	margin = inf
	for i := range ok {
		if ok[i] {
			right++
		}
		margin = min(margin, gap[i])
	}
	return right, margin
}

// parallelRows calls f for each row, some at once.
func parallelRows(rows int, f func(i int)) {
	parallel.For(rows, 8, func(lo, hi int) {
		for i := lo; i < hi; i++ {
			f(i)
		}
	})
}

package simd

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// matrix is a matrix in a bigger slice: canaries lie around and, where the
// stride is wider than the row, between the rows.
type matrix struct {
	rows, cols, ld, off int
	all                 []float32
}

const canary = 12345.678

func newMatrix(r *rand.Rand, rows, cols, gap int) *matrix {
	m := &matrix{rows: rows, cols: cols, ld: cols + gap, off: 1 + r.IntN(7)}
	m.all = make([]float32, m.off+rows*m.ld+9)
	for i := range m.all {
		m.all[i] = canary
	}
	for i := range rows {
		for j := range cols {
			m.all[m.off+i*m.ld+j] = float32(r.NormFloat64())
		}
	}
	return m
}

// data is the shortest slice that holds the matrix.
func (m *matrix) data() []float32 {
	if m.rows == 0 || m.cols == 0 {
		return nil
	}
	end := m.off + (m.rows-1)*m.ld + m.cols
	return m.all[m.off:end:end]
}

func (m *matrix) at(i, j int) float64 { return float64(m.all[m.off+i*m.ld+j]) }

// float64s returns the elements without gaps, transposed if wanted.
func (m *matrix) float64s(transposed bool) []float64 {
	v := make([]float64, m.rows*m.cols)
	for i := range m.rows {
		for j := range m.cols {
			at := i*m.cols + j
			if transposed {
				at = j*m.rows + i
			}
			v[at] = m.at(i, j)
		}
	}
	return v
}

func (m *matrix) clone() *matrix {
	c := *m
	c.all = slices.Clone(m.all)
	return &c
}

// intact reports whether every canary is in place.
func (m *matrix) intact() bool {
	for i, v := range m.all {
		p := i - m.off
		if inside := p >= 0 && p < m.rows*m.ld && p%m.ld < m.cols; !inside && v != canary {
			return false
		}
	}
	return true
}

// operands makes A and B for an op with random contents.
func operands(r *rand.Rand, op Op, m, n, k, gap int) (a, b *matrix) {
	switch op {
	case NT:
		return newMatrix(r, m, k, gap), newMatrix(r, n, k, 2*gap)
	case TN:
		return newMatrix(r, k, m, gap), newMatrix(r, k, n, 2*gap)
	}
	return newMatrix(r, m, k, gap), newMatrix(r, k, n, 2*gap)
}

// matrix is the matrix for Gemm.
func (m *matrix) matrix() Matrix { return Matrix{m.data(), m.rows, m.cols, m.ld} }

func gemmOn(op Op, a, b, c *matrix, acc bool) {
	Gemm(op, c.matrix(), a.matrix(), b.matrix(), acc)
}

// checkProduct compares c with op(a, b), added to before, in float64; the
// bound is a generous one on the error of k+1 roundings.
func checkProduct(t *testing.T, op Op, k int, a, b, before, c *matrix, acc bool) {
	t.Helper()
	if !c.intact() {
		t.Fatalf("wrote outside C")
	}
	// In float64, A by rows and B by columns.
	x, y := a.float64s(op == TN), b.float64s(op != NT)
	for i := range c.rows {
		for j := range c.cols {
			var want, size float64
			if acc {
				want = before.at(i, j)
			}
			row, col := x[i*k:(i+1)*k], y[j*k:(j+1)*k]
			for p, v := range row {
				v *= col[p]
				want += v
				size += math.Abs(v)
			}
			if d := math.Abs(c.at(i, j) - want); !(d <= 2e-7*math.Sqrt(float64(k)+1)*(size+math.Abs(want))) {
				t.Fatalf("c[%d,%d] = %v, want %v", i, j, c.at(i, j), want)
			}
		}
	}
}

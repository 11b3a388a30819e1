package autograd

import (
	"fmt"
	"math"
	"testing"
)

func refLayerNorm(x, gamma, beta []float64) []float64 {
	d := len(gamma)
	out := make([]float64, len(x))
	for r := 0; r < len(x); r += d {
		mean, variance := 0.0, 0.0
		for _, v := range x[r : r+d] {
			mean += v / float64(d)
		}
		for _, v := range x[r : r+d] {
			variance += (v - mean) * (v - mean) / float64(d)
		}
		for j, v := range x[r : r+d] {
			out[r+j] = (v-mean)/math.Sqrt(variance+1e-5)*gamma[j] + beta[j]
		}
	}
	return out
}

func refL2Normalize(x []float64, d int, eps float64) []float64 {
	out := make([]float64, len(x))
	for r := 0; r < len(x); r += d {
		square := 0.0
		for _, v := range x[r : r+d] {
			square += v * v
		}
		for j, v := range x[r : r+d] {
			out[r+j] = v / max(math.Sqrt(square), eps)
		}
	}
	return out
}

func TestLayerNormGradients(t *testing.T) {
	for _, s := range []struct{ rows, d int }{{1, 3}, {4, 5}, {3, 67}, {40, 9}} {
		gradCase{
			name: fmt.Sprintf("%dx%d", s.rows, s.d),
			in:   params([]int{s.rows, s.d}, []int{s.d}, []int{s.d}),
			op:   func(tp *Tape, in []*Tensor) *Tensor { return tp.LayerNorm(in[0], in[1], in[2], 1e-5) },
			ref:  func(in [][]float64) []float64 { return refLayerNorm(in[0], in[1], in[2]) },
		}.run(t)
	}
}

// Rows that are nearly constant are where the epsilon counts.
func TestLayerNormOfSmallVariance(t *testing.T) {
	in := params([]int{2, 6}, []int{6}, []int{6})
	for i := range in[0].Data {
		in[0].Data[i] *= 3e-3
	}
	gradCase{
		name: "deviation 0.003",
		in:   in,
		op:   func(tp *Tape, in []*Tensor) *Tensor { return tp.LayerNorm(in[0], in[1], in[2], 1e-5) },
		ref:  func(in [][]float64) []float64 { return refLayerNorm(in[0], in[1], in[2]) },
		// The function bends on the scale of 0.003: the differences have an
		// error of (h/0.003)² = 1e-3.
		tolerance: 1e-3,
	}.run(t)
}

func TestL2NormalizeGradients(t *testing.T) {
	for _, eps := range []float32{0, 1e-3, 0.5} {
		in := params([]int{4, 5})
		for j := range 5 {
			in[0].Data[5+j] *= 0.05 // row 1 is shorter than 0.5
		}
		gradCase{
			name:      fmt.Sprintf("eps %g", eps),
			in:        in,
			op:        func(tp *Tape, in []*Tensor) *Tensor { return tp.L2Normalize(in[0], eps) },
			ref:       func(in [][]float64) []float64 { return refL2Normalize(in[0], 5, float64(eps)) },
			tolerance: 3e-5, // the short row's curvature shows in the differences
		}.run(t)
	}
}

func TestLayerNormByHand(t *testing.T) {
	// Mean 2, deviation 1 (less the epsilon's 5e-6).
	x := Param([]float32{1, 3}, 1, 2)
	y := NewTape().LayerNorm(x, Const([]float32{2, 10}, 2), Const([]float32{5, 0}, 2), 1e-5)
	compare(t, "y", y.Data, []float64{3, 10}, 1e-5)
}

// The squares of the row leave the range of float32.
func TestL2NormalizeOverflow(t *testing.T) {
	y := (*Tape)(nil).L2Normalize(Const([]float32{1e30, 1}, 1, 2), 0)
	if v := y.Data[1]; v == v {
		t.Errorf("%v, want NaN", y.Data)
	}
}

func TestL2NormalizeByHand(t *testing.T) {
	x := Param([]float32{3, 4, 0.3, 0.4}, 2, 2)
	tp := NewTape()
	y := tp.L2Normalize(x, 1) // the second row is shorter than 1 and stays as it is
	numbers(t, "y", y.Data, 0.6, 0.8, 0.3, 0.4)
	tp.Backward(weightedSum(tp, y, []float32{1, 0, 1, 0}))
	// (dy - y (y·dy)) / 5 with dy = (1, 0), y·dy = 0.6; and dy itself.
	numbers(t, "dx", x.Grad(), 0.64/5, -0.48/5, 1, 0)
}

func TestL2NormalizeOfZeros(t *testing.T) {
	y := NewTape().L2Normalize(Param(make([]float32, 3), 1, 3), 1e-12)
	numbers(t, "y", y.Data, 0, 0, 0)
}

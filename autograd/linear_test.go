package autograd

import (
	"fmt"
	"math"
	"testing"
)

// refGemm is a [m, k] times b [k, n], with b given by an index function.
func refGemm(m, n, k int, a []float64, b func(p, j int) float64) []float64 {
	out := make([]float64, m*n)
	for i := range m {
		for j := range n {
			for p := range k {
				out[i*n+j] += a[i*k+p] * b(p, j)
			}
		}
	}
	return out
}

func refQuickGELU(z float64) float64 { return z / (1 + math.Exp(-1.702*z)) }

func TestLinearGradients(t *testing.T) {
	for _, size := range []struct{ rows, in, out int }{{1, 1, 1}, {5, 7, 3}, {3, 270, 2}, {70, 6, 19}} {
		for _, act := range []Activation{None, QuickGELU} {
			for _, bias := range []bool{false, true} {
				in := params([]int{size.rows, size.in}, []int{size.out, size.in}, []int{size.out})
				if !bias {
					in = in[:2]
				}
				gradCase{
					name: fmt.Sprintf("%dx%d to %d, %v, bias %v", size.rows, size.in, size.out, act, bias),
					in:   in,
					op: func(tp *Tape, in []*Tensor) *Tensor {
						if !bias {
							return tp.Linear(in[0], in[1], nil, act)
						}
						return tp.Linear(in[0], in[1], in[2], act)
					},
					ref: func(in [][]float64) []float64 {
						y := refGemm(size.rows, size.out, size.in, in[0], func(p, j int) float64 { return in[1][j*size.in+p] })
						for i := range y {
							if bias {
								y[i] += in[2][i%size.out]
							}
							if act == QuickGELU {
								y[i] = refQuickGELU(y[i])
							}
						}
						return y
					},
				}.run(t)
			}
		}
	}
}

func TestLinearFoldsLeadingDimensions(t *testing.T) {
	x := Param([]float32{1, 2, 3, 4, 5, 6, 7, 8}, 2, 2, 2)
	w := Const([]float32{1, 0, 0, 1, 1, 1}, 3, 2)
	y := NewTape().Linear(x, w, Const([]float32{10, 20, 30}, 3), None) // [4, 3]
	numbers(t, "y", y.Data, 11, 22, 33, 13, 24, 37, 15, 26, 41, 17, 28, 45)
}

func TestMatMulGradients(t *testing.T) {
	for _, s := range []struct{ m, k, n int }{{1, 1, 1}, {4, 5, 3}, {3, 270, 2}, {20, 3, 33}} {
		gradCase{
			name: fmt.Sprintf("%dx%dx%d", s.m, s.k, s.n),
			in:   params([]int{s.m, s.k}, []int{s.k, s.n}),
			op:   func(tp *Tape, in []*Tensor) *Tensor { return tp.MatMul(in[0], in[1]) },
			ref: func(in [][]float64) []float64 {
				return refGemm(s.m, s.n, s.k, in[0], func(p, j int) float64 { return in[1][p*s.n+j] })
			},
		}.run(t)
	}
}

func TestMatMulTGradients(t *testing.T) {
	for _, s := range []struct{ m, k, n int }{{1, 1, 1}, {4, 5, 3}, {3, 270, 2}, {20, 3, 33}} {
		gradCase{
			name: fmt.Sprintf("%dx%dx%d", s.m, s.k, s.n),
			in:   params([]int{s.m, s.k}, []int{s.n, s.k}),
			op:   func(tp *Tape, in []*Tensor) *Tensor { return tp.MatMulT(in[0], in[1]) },
			ref: func(in [][]float64) []float64 {
				return refGemm(s.m, s.n, s.k, in[0], func(p, j int) float64 { return in[1][j*s.k+p] })
			},
		}.run(t)
	}
}

// An operand used twice gets both gradients.
func TestMatMulTWithItself(t *testing.T) {
	gradCase{
		name: "x xᵀ",
		in:   params([]int{3, 4}),
		op:   func(tp *Tape, in []*Tensor) *Tensor { return tp.MatMulT(in[0], in[0]) },
		ref: func(in [][]float64) []float64 {
			return refGemm(3, 3, 4, in[0], func(p, j int) float64 { return in[0][j*4+p] })
		},
	}.run(t)
}

func TestLinearByHand(t *testing.T) {
	x := Param([]float32{1, 2}, 1, 2)
	w := Param([]float32{3, 4, 5, 6}, 2, 2)
	b := Param([]float32{10, 20}, 2)
	tp := NewTape()
	y := tp.Linear(x, w, b, None)
	numbers(t, "y", y.Data, 21, 37)
	tp.Backward(tp.Mean(y)) // dy = 1/2
	numbers(t, "dx", x.Grad(), 4, 5)
	numbers(t, "dw", w.Grad(), 0.5, 1, 0.5, 1)
	numbers(t, "db", b.Grad(), 0.5, 0.5)
}

func TestQuickGELUByHand(t *testing.T) {
	// z = 0 gives 0 with slope 1/2; far right z with slope 1; far left 0.
	x := Param([]float32{0, 50, -50, 1}, 4, 1)
	tp := NewTape()
	y := tp.Linear(x, Const([]float32{1}, 1, 1), nil, QuickGELU)
	sigma := 1 / (1 + math.Exp(-1.702))
	numbers(t, "y", y.Data, 0, 50, 0, sigma)
	tp.Backward(weightedSum(tp, y, []float32{1, 1, 1, 1}))
	numbers(t, "dx", x.Grad(), 0.5, 1, 0, sigma*(1+1.702*(1-sigma)))
}

func TestMatMulByHand(t *testing.T) {
	a := Param([]float32{1, 2}, 1, 2)
	b := Param([]float32{3, 4, 5, 6}, 2, 2)
	tp := NewTape()
	y := tp.MatMul(a, b)
	numbers(t, "a b", y.Data, 13, 16)
	numbers(t, "a bᵀ", tp.MatMulT(a, b).Data, 11, 17)
	tp.Backward(tp.Mean(y))
	numbers(t, "da", a.Grad(), 3.5, 5.5)
	numbers(t, "db", b.Grad(), 0.5, 0.5, 1, 1)
}

func TestLinearAddGradients(t *testing.T) {
	for _, size := range []struct{ rows, in, out int }{{1, 1, 1}, {5, 7, 3}, {20, 6, 33}} {
		for _, bias := range []bool{false, true} {
			in := params([]int{size.rows, size.in}, []int{size.out, size.in}, []int{size.rows, size.out}, []int{size.out})
			if !bias {
				in = in[:3]
			}
			gradCase{
				name: fmt.Sprintf("%dx%d to %d, bias %v", size.rows, size.in, size.out, bias),
				in:   in,
				op: func(tp *Tape, in []*Tensor) *Tensor {
					var b *Tensor
					if bias {
						b = in[3]
					}
					return tp.LinearAdd(in[2], in[0], in[1], b)
				},
				ref: func(in [][]float64) []float64 {
					y := refGemm(size.rows, size.out, size.in, in[0], func(p, j int) float64 { return in[1][j*size.in+p] })
					for i := range y {
						y[i] += in[2][i]
						if bias {
							y[i] += in[3][i%size.out]
						}
					}
					return y
				},
			}.run(t)
		}
	}
}

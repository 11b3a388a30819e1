package adapter

import (
	"fmt"

	"gonum.org/v1/gonum/mat"

	"frontdoor/autograd"
)

// centred are the unit features of all views with the means of their classes.
type centred struct {
	views  []*autograd.Tensor // R unit features [B, E]
	labels []int              // B
	count  []int              // rows of each class
	mean   *mat.Dense         // [N, E]
}

func newCentred(t *Task) *centred {
	n, e := t.Text.Rows(), t.Text.Cols()
	c := &centred{labels: t.Labels, count: make([]int, n), mean: mat.NewDense(n, e, nil)}
	for _, v := range t.Views {
		u := Unit(v) // [B, E]
		c.views = append(c.views, u)
		for i, k := range t.Labels {
			row := c.mean.RawRowView(k)
			for j, x := range u.Row(i) {
				row[j] += float64(x)
			}
			c.count[k]++
		}
	}
	for k, m := range c.count {
		for j := range c.mean.RawRowView(k) {
			c.mean.RawRowView(k)[j] /= float64(m)
		}
	}
	return c
}

// n returns the number of rows, R·B.
func (c *centred) n() int { return len(c.views) * len(c.labels) }

// scatter is Σ w_k (x - μ_k)(x - μ_k)ᵀ over all rows x of all classes k, [E, E].
// Each view's products are in float32, their sum over views in float64.
func (c *centred) scatter(w func(class int) float64) *mat.SymDense {
	_, e := c.mean.Dims()
	sum := mat.NewSymDense(e, nil)
	left, right := autograd.Zeros(e, len(c.labels)), autograd.Zeros(e, len(c.labels)) // [E, B]
	for _, v := range c.views {
		for i, k := range c.labels {
			mean, f := c.mean.RawRowView(k), w(k)
			for j, x := range v.Row(i) {
				d := float64(x) - mean[j]
				left.Row(j)[i], right.Row(j)[i] = float32(d), float32(f*d)
			}
		}
		var tp *autograd.Tape
		p := tp.MatMulT(left, right) // [E, E]
		for i := range e {
			for j := i; j < e; j++ {
				sum.SetSym(i, j, sum.At(i, j)+float64(p.Row(i)[j]))
			}
		}
	}
	return sum
}

// largestEigenvalue returns that of xᵀx for x [R, D].
func largestEigenvalue(x *autograd.Tensor) (float64, error) {
	var tp *autograd.Tape
	gram := x
	if x.Rows() <= x.Cols() {
		gram = tp.MatMulT(x, x) // [R, R], with the same largest eigenvalue
	} else {
		t := autograd.Zeros(x.Cols(), x.Rows()) // [D, R]
		for i := range x.Rows() {
			for j, v := range x.Row(i) {
				t.Row(j)[i] = v
			}
		}
		gram = tp.MatMulT(t, t) // [D, D]
	}
	n := gram.Rows()
	sym := mat.NewSymDense(n, nil)
	for i := range n {
		for j := i; j < n; j++ {
			sym.SetSym(i, j, float64(gram.Row(i)[j]))
		}
	}
	var eig mat.EigenSym
	if !eig.Factorize(sym, false) {
		return 0, fmt.Errorf("the eigenvalues of the features' products did not converge")
	}
	values := eig.Values(nil)
	return values[n-1], nil
}

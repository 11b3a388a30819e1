package cdc

import (
	"math"
	"testing"

	"frontdoor/autograd"
	"frontdoor/internal/gradcheck"
	"frontdoor/internal/testdata"
)

// refDigamma climbs to x >= 10 by ψ(x) = ψ(x+1) - 1/x and uses the asymptotic
// series there.
func refDigamma(x float64) float64 {
	low := 0.0
	for ; x < 10; x++ {
		low += 1 / x
	}
	y := 1 / (x * x)
	return math.Log(x) - 1/(2*x) - y*(1.0/12-y*(1.0/120-y*(1.0/252-y*(1.0/240-y/132)))) - low
}

func refLgamma(x float64) float64 {
	v, _ := math.Lgamma(x)
	return v
}

func refDirichletCE(k int, labels []int) func(in [][]float64) []float64 {
	return func(in [][]float64) []float64 {
		loss := 0.0
		for i, label := range labels {
			s := 0.0
			for _, a := range in[0][i*k : (i+1)*k] {
				s += math.Exp(a)
			}
			loss += refDigamma(s) - refDigamma(math.Exp(in[0][i*k+label]))
		}
		return []float64{loss / float64(len(labels))}
	}
}

func refDirichletKL(k int, labels []int) func(in [][]float64) []float64 {
	return func(in [][]float64) []float64 {
		loss := 0.0
		for i, label := range labels {
			alpha := make([]float64, k)
			s := 0.0
			for j, a := range in[0][i*k : (i+1)*k] {
				alpha[j] = math.Exp(a)
				if j == label {
					alpha[j] = 1
				}
				s += alpha[j]
			}
			loss += refLgamma(s) - refLgamma(float64(k))
			for _, a := range alpha {
				loss += (a-1)*(refDigamma(a)-refDigamma(s)) - refLgamma(a)
			}
		}
		return []float64{loss / float64(len(labels))}
	}
}

func TestDirichletGradients(t *testing.T) {
	labels := []int{1, 3, 0, 1}
	for _, scale := range []float32{0.5, 2} {
		name := map[float32]string{0.5: "little evidence", 2: "much evidence"}[scale]
		in := []*autograd.Tensor{gradcheck.Random(scale, 4, 5)}
		for i, v := range in[0].Data {
			in[0].Data[i] = max(v, -v) // alpha >= 1
		}
		gradcheck.Case{
			Name: "cross entropy, " + name, In: in,
			Op:  func(tp *autograd.Tape, in []*autograd.Tensor) *autograd.Tensor { return dirichletCE(tp, in[0], labels) },
			Ref: refDirichletCE(5, labels),
		}.Run(t)
		gradcheck.Case{
			Name: "divergence, " + name, In: in,
			Op:  func(tp *autograd.Tape, in []*autograd.Tensor) *autograd.Tensor { return dirichletKL(tp, in[0], labels) },
			Ref: refDirichletKL(5, labels),
		}.Run(t)
	}
}

// Evidence grows like e^logit, so that log alpha of 60 happens; there the
// textbook formulas subtract numbers of 1e27. The values in the file were
// computed from those formulas with 110 digits.
func TestDirichletOfLargeAlpha(t *testing.T) {
	var cases []struct {
		LogAlpha []float32 `json:"log_alpha"`
		Label    int       `json:"label"`
		CE       float64   `json:"ce"`
		KL       float64   `json:"kl"`
		DCE      []float64 `json:"d_ce"`
		DKL      []float64 `json:"d_kl"`
	}
	testdata.ReadJSON(t, "testdata/dirichlet.json", &cases)
	for _, c := range cases {
		x := autograd.Param(c.LogAlpha, 1, len(c.LogAlpha))
		tp := autograd.NewTape()
		ce := dirichletCE(tp, x, []int{c.Label})
		gradcheck.Compare(t, "cross entropy", ce.Data, []float64{c.CE}, 1e-6)
		tp.Backward(ce)
		gradcheck.Compare(t, "its gradient", x.Grad(), c.DCE, 1e-6)
		x.ZeroGrad()
		tp.Reset()
		kl := dirichletKL(tp, x, []int{c.Label})
		gradcheck.Compare(t, "divergence", kl.Data, []float64{c.KL}, 1e-6)
		tp.Backward(kl)
		gradcheck.Compare(t, "its gradient", x.Grad(), c.DKL, 1e-6)
		if t.Failed() {
			t.Fatalf("for log alpha %v, label %d", c.LogAlpha, c.Label)
		}
	}
}

func TestDirichletByHand(t *testing.T) {
	// alpha = (1, 1): ψ(2) - ψ(1) = 1; and no wrong evidence.
	x := autograd.Param([]float32{0, 0}, 1, 2)
	tp := autograd.NewTape()
	numbers(t, "cross entropy", dirichletCE(tp, x, []int{0}).Data, 1)
	numbers(t, "divergence", dirichletKL(tp, x, []int{0}).Data, 0)

	// Two classes, label 1, alpha~ = (a, 1): the density a x^(a-1) against the
	// uniform one diverges by ln a - 1 + 1/a, with slope 1 - 1/a over log a.
	// Evidence for the right class, e^5 - 1, must not show.
	for _, logA := range []float64{0.7, 3, 15, 22, 50} {
		x := autograd.Param([]float32{float32(logA), 5}, 1, 2)
		a := math.Exp(float64(x.Data[0]))
		tp := autograd.NewTape()
		kl := dirichletKL(tp, x, []int{1})
		numbers(t, "divergence", kl.Data, float64(x.Data[0])-1+1/a)
		tp.Backward(kl)
		numbers(t, "its gradient", x.Grad(), 1-1/a, 0)
	}
}

package cdc

import (
	"math"
	"testing"

	"frontdoor/autograd"
)

func TestEvidence(t *testing.T) {
	logits := autograd.Const([]float32{-3, 0.5, 2, 9}, 1, 4)
	const c, k = 1.5, 4
	for name, ev := range map[string]struct {
		kind Evidence
		e    func(x float64) float64
	}{
		"exp":      {Exp, math.Exp},
		"softplus": {Softplus, func(x float64) float64 { return math.Log1p(math.Exp(x)) }},
		"relu":     {ReLU, func(x float64) float64 { return max(0, x) }},
	} {
		logAlpha := ev.kind.logOnePlus(nil, logits, c, 1)
		term := ev.kind.logOnePlus(nil, logits, c, k)
		for i, l := range logits.Data {
			e := ev.e(float64(l) - c)
			almost(t, name+" log alpha", float64(logAlpha.Data[i]), math.Log1p(e), 1e-6)
			almost(t, name+" fusion term", float64(term.Data[i]), math.Log1p(e/k), 1e-6)
		}
	}
}

func TestOffset(t *testing.T) {
	logits := autograd.Const([]float32{1, 2, 3, 4, 6, 2}, 2, 3) // mean 3, mean of maxima 4.5
	for o, want := range map[Offset]float32{Mean: 3, MeanMax: 4.5, Midpoint: 3.75} {
		if got := o.of(logits); got != want {
			t.Errorf("offset %s = %v, want %v", o, got, want)
		}
	}
}

func TestDiversityAndConsistency(t *testing.T) {
	w0 := autograd.Const([]float32{1, 0, 0}, 1, 3)
	a := autograd.Const([]float32{0, 1, 0}, 1, 3)
	b := autograd.Const([]float32{0, 0, 1}, 1, 3)
	// Residuals (-1,1,0)/√2 and (-1,0,1)/√2 have cosine 1/2.
	almost(t, "diversity", float64(diversity(nil, []*autograd.Tensor{a, b}, w0).Item()), 0.25, 1e-6)
	almost(t, "diversity of equals", float64(diversity(nil, []*autograd.Tensor{a, a}, w0).Item()), 1, 1e-6)
	almost(t, "diversity of one", float64(diversity(nil, []*autograd.Tensor{a}, w0).Item()), 0, 0)
	almost(t, "consistency", float64(consistency(nil, []*autograd.Tensor{a, w0}, w0).Item()), 0.5, 1e-6)
}

package cdc

import (
	"fmt"
	"math"
	"testing"

	"frontdoor/autograd"
	"frontdoor/internal/gradcheck"
)

func TestSoftplusGradients(t *testing.T) {
	for _, shift := range []float64{0, 1.5, -3} {
		gradcheck.Case{
			Name: fmt.Sprintf("shift %g", shift),
			In:   []*autograd.Tensor{gradcheck.Random(4, 3, 5)},
			Op: func(tp *autograd.Tape, in []*autograd.Tensor) *autograd.Tensor {
				return softplus(tp, in[0], float32(shift))
			},
			Ref: gradcheck.Elementwise(func(x float64) float64 { return math.Log(1 + math.Exp(x-shift)) }),
		}.Run(t)
	}
}

func TestLog1pGradients(t *testing.T) {
	in := []*autograd.Tensor{gradcheck.Random(1, 3, 5)}
	for i, v := range in[0].Data {
		in[0].Data[i] = v * v // evidence is not negative
	}
	gradcheck.Case{
		Name: "evidence",
		In:   in,
		Op:   func(tp *autograd.Tape, in []*autograd.Tensor) *autograd.Tensor { return log1p(tp, in[0]) },
		Ref:  gradcheck.Elementwise(func(x float64) float64 { return math.Log(1 + x) }),
	}.Run(t)
}

func refFusedLogAlpha(k float64) func(x float64) float64 {
	return func(x float64) float64 { return math.Log(1 + k*(math.Exp(x)-1)) }
}

func TestFusedLogAlphaGradients(t *testing.T) {
	for name, data := range map[string][]float32{
		"small A":            {0.5, 1, 2, 5},
		"around the branch":  {9, 9.99, 10.01, 11, 14, 19, 21},
		"A of large opinion": {25, 40, 60, 100},
	} {
		for _, k := range []int{2, 10, 1000} {
			gradcheck.Case{
				Name: fmt.Sprintf("%s, %d classes", name, k),
				In:   []*autograd.Tensor{autograd.Param(data, len(data))},
				Op:   func(tp *autograd.Tape, in []*autograd.Tensor) *autograd.Tensor { return fuseTerms(tp, in[0], k) },
				Ref:  gradcheck.Elementwise(refFusedLogAlpha(float64(k))),
				// The slope comes from the rounded result, 6e-8 times up to 100;
				// a branch taken too early shows as e^-A.
				Tolerance: 2e-6,
			}.Run(t)
		}
	}
}

// A = 0 is no evidence: alpha = 1, and the slope is K.
func TestFusedLogAlphaByHand(t *testing.T) {
	a := autograd.Param([]float32{0, float32(math.Log(2)), 200}, 3)
	tp := autograd.NewTape()
	y := fuseTerms(tp, a, 3)
	numbers(t, "log alpha", y.Data, 0, math.Log(4), 200+math.Log(3))
	tp.Backward(gradcheck.WeightedSum(tp, y, []float32{1, 1, 1}))
	numbers(t, "slope", a.Grad(), 3, 6.0/4, 1)
}

func TestEvidenceByHand(t *testing.T) {
	x := autograd.Param([]float32{0, 100, -100, 3}, 4)
	tp := autograd.NewTape()
	soft := softplus(tp, x, 0)
	numbers(t, "softplus", soft.Data, math.Ln2, 100, 0, 3.0485873515737421)
	tp.Backward(gradcheck.WeightedSum(tp, soft, []float32{1, 1, 1, 1}))
	numbers(t, "sigmoid", x.Grad(), 0.5, 1, 0, 0.95257412682243322)

	var infer *autograd.Tape
	numbers(t, "shifted", softplus(infer, x, 3).Data[3:], math.Ln2)
	numbers(t, "log1p", log1p(infer, autograd.Const([]float32{0, 3, 1e-8}, 3)).Data, 0, math.Log(4), 1e-8)
}

// Far left, softplus is e^x, not zero: tiny evidence keeps its gradient.
func TestSoftplusOfTinyEvidence(t *testing.T) {
	x := autograd.Param([]float32{-30}, 1)
	tp := autograd.NewTape()
	y := softplus(tp, x, 0)
	tp.Backward(y)
	for name, got := range map[string]float32{"softplus(-30)": y.Item(), "slope": x.Grad()[0]} {
		if want := math.Exp(-30); math.Abs(float64(got)-want) > 1e-6*want {
			t.Errorf("%s = %g, want %g", name, got, want)
		}
	}
}

// numbers checks a result against a few numbers worked out by hand.
func numbers(t *testing.T, name string, got []float32, want ...float64) {
	t.Helper()
	gradcheck.Compare(t, name, got, want, 1e-6)
}

package autograd

import (
	"fmt"
	"math"
	"testing"
)

// spread is params for one tensor, scaled to a range.
func spread(scale float32, shape ...int) []*Tensor {
	in := params(shape)
	for i := range in[0].Data {
		in[0].Data[i] *= scale
	}
	return in
}

func TestSoftplusGradients(t *testing.T) {
	for _, shift := range []float64{0, 1.5, -3} {
		gradCase{
			name: fmt.Sprintf("shift %g", shift),
			in:   spread(4, 3, 5),
			op:   func(tp *Tape, in []*Tensor) *Tensor { return tp.Softplus(in[0], float32(shift)) },
			ref:  elementwise(func(x ...float64) float64 { return math.Log(1 + math.Exp(x[0]-shift)) }),
		}.run(t)
	}
}

func TestLog1pGradients(t *testing.T) {
	in := spread(1, 3, 5)
	for i, v := range in[0].Data {
		in[0].Data[i] = v * v // evidence is not negative
	}
	gradCase{
		name: "evidence",
		in:   in,
		op:   func(tp *Tape, in []*Tensor) *Tensor { return tp.Log1p(in[0]) },
		ref:  elementwise(func(x ...float64) float64 { return math.Log(1 + x[0]) }),
	}.run(t)
}

func TestReLUGradients(t *testing.T) {
	gradCase{
		name: "shift 0.25",
		in:   spread(2, 4, 5), // no element lies within h of the corner
		op:   func(tp *Tape, in []*Tensor) *Tensor { return tp.ReLU(in[0], 0.25) },
		ref:  elementwise(func(x ...float64) float64 { return max(0, x[0]-0.25) }),
	}.run(t)
}

func refFusedLogAlpha(k float64) func(x ...float64) float64 {
	return func(x ...float64) float64 { return math.Log(1 + k*(math.Exp(x[0])-1)) }
}

func TestFusedLogAlphaGradients(t *testing.T) {
	for name, data := range map[string][]float32{
		"small A":            {0.5, 1, 2, 5},
		"around the branch":  {9, 9.99, 10.01, 11, 14, 19, 21},
		"A of large opinion": {25, 40, 60, 100},
	} {
		for _, k := range []int{2, 10, 1000} {
			gradCase{
				name: fmt.Sprintf("%s, %d classes", name, k),
				in:   []*Tensor{Param(data, len(data))},
				op:   func(tp *Tape, in []*Tensor) *Tensor { return tp.FusedLogAlpha(in[0], k) },
				ref:  elementwise(refFusedLogAlpha(float64(k))),
				// The slope comes from the rounded result, 6e-8 times up to 100;
				// a branch taken too early shows as e^-A.
				tolerance: 2e-6,
			}.run(t)
		}
	}
}

// A = 0 is no evidence: alpha = 1, and the slope is K.
func TestFusedLogAlphaByHand(t *testing.T) {
	a := Param([]float32{0, float32(math.Log(2)), 200}, 3)
	tp := NewTape()
	y := tp.FusedLogAlpha(a, 3)
	numbers(t, "log alpha", y.Data, 0, math.Log(4), 200+math.Log(3))
	tp.Backward(weightedSum(tp, y, []float32{1, 1, 1}))
	numbers(t, "slope", a.Grad(), 3, 6.0/4, 1)
}

func TestEvidenceByHand(t *testing.T) {
	x := Param([]float32{0, 100, -100, 3}, 4)
	tp := NewTape()
	soft := tp.Softplus(x, 0)
	numbers(t, "softplus", soft.Data, math.Ln2, 100, 0, 3.0485873515737421)
	tp.Backward(weightedSum(tp, soft, []float32{1, 1, 1, 1}))
	numbers(t, "sigmoid", x.Grad(), 0.5, 1, 0, 0.95257412682243322)

	var infer *Tape
	numbers(t, "shifted", infer.Softplus(x, 3).Data[3:], math.Ln2)
	numbers(t, "log1p", infer.Log1p(Const([]float32{0, 3, 1e-8}, 3)).Data, 0, math.Log(4), 1e-8)
	numbers(t, "relu", infer.ReLU(x, 1).Data, 0, 99, 0, 2)
}

// Far left, softplus is e^x, not zero: tiny evidence keeps its gradient.
func TestSoftplusOfTinyEvidence(t *testing.T) {
	x := Param([]float32{-30}, 1)
	tp := NewTape()
	y := tp.Softplus(x, 0)
	tp.Backward(y)
	for name, got := range map[string]float32{"softplus(-30)": y.Item(), "slope": x.Grad()[0]} {
		if want := math.Exp(-30); math.Abs(float64(got)-want) > 1e-6*want {
			t.Errorf("%s = %g, want %g", name, got, want)
		}
	}
}

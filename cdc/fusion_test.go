package cdc

import (
	"fmt"
	"math"
	"testing"

	"frontdoor/autograd"
	"frontdoor/prompt"
)

// Three classes, two classifiers, one image, and every way to fuse them.
func TestFusions(t *testing.T) {
	a := autograd.Const([]float32{3, 1, 0}, 1, 3)
	b := autograd.Const([]float32{0, 2, 1}, 1, 3)
	of := func(l ...float64) Opinion {
		for k := range l {
			l[k] = math.Log1p(math.Exp(l[k] - 1)) // log alpha, c = 1
		}
		return NewOpinion(l)
	}
	first, second, middle := of(3, 1, 0), of(0, 2, 1), of(1.5, 1.5, 0.5)
	for fusion, want := range map[Fusion]Opinion{
		Dempster:   dempster(first, second),
		MeanLogits: middle,
		MeanProb: {Prob: []float64{(first.Prob[0] + second.Prob[0]) / 2, (first.Prob[1] + second.Prob[1]) / 2, (first.Prob[2] + second.Prob[2]) / 2},
			Uncertainty: (first.Uncertainty + second.Uncertainty) / 2},
	} {
		o := DefaultOptions(2, prompt.Coupling{}, "{}")
		o.Fusion, o.Independence, o.Closed = fusion, 1, false
		each, fused := o.newFuser([]*autograd.Tensor{a, b}, []float64{1, 1}, 1).image(0)
		almost(t, string(fusion)+" single", each[0].Prob[0], first.Prob[0], 1e-6)
		for k, p := range want.Prob {
			almost(t, string(fusion), fused.Prob[k], p, 1e-6)
		}
		almost(t, string(fusion)+" uncertainty", fused.Uncertainty, want.Uncertainty, 1e-6)
	}
}

// With a closed question all opinions, the fused one too, share by belief; the
// uncertainty is the same.
func TestOpinionsAreClosed(t *testing.T) {
	o := DefaultOptions(2, prompt.Coupling{}, "{}")
	logits := []*autograd.Tensor{autograd.Const([]float32{3, 1, 0}, 1, 3), autograd.Const([]float32{0, 2, 1}, 1, 3)}
	each, fused := o.newFuser(logits, []float64{1, 1}, 1).image(0)
	o.Closed = false
	open, fusedOpen := o.newFuser(logits, []float64{1, 1}, 1).image(0)
	for i, pair := range [][2]Opinion{{each[0], open[0]}, {each[1], open[1]}, {fused, fusedOpen}} {
		almost(t, "uncertainty", pair[0].Uncertainty, pair[1].Uncertainty, 0)
		for k, b := range pair[1].Belief {
			almost(t, fmt.Sprintf("opinion %d, class %d", i, k), pair[0].Prob[k], b/(1-pair[1].Uncertainty), 1e-12)
		}
	}
}

// Without DSTC the mean of the logits goes through a softmax, whatever Fusion
// says.
func TestWithoutTrust(t *testing.T) {
	o := DefaultOptions(2, prompt.Coupling{}, "{}")
	o.Trusted = false
	logits := []*autograd.Tensor{autograd.Const([]float32{2, 0}, 1, 2), autograd.Const([]float32{0, 1}, 1, 2)}
	each, fused := o.newFuser(logits, []float64{1, 1}, 9).image(0)
	p := 1 / (1 + math.Exp(-0.5)) // logits 1 and 0.5
	almost(t, "probability", fused.Prob[0], p, 1e-6)
	almost(t, "uncertainty", fused.Uncertainty, 1-p, 1e-6)
	almost(t, "second alone", each[1].Prob[1], 1/(1+math.Exp(-1)), 1e-6)

	// The loss is then the mean of the cross entropies.
	want := -(math.Log(1/(1+math.Exp(-2))) + math.Log(1/(1+math.Exp(1)))) / 2
	almost(t, "loss", float64(crossEntropy(nil, logits, []int{0}).Item()), want, 1e-6)
}

func TestRawDiversity(t *testing.T) {
	a := autograd.Const([]float32{1, 0}, 1, 2)
	b := autograd.Const([]float32{0.6, 0.8}, 1, 2)
	almost(t, "raw diversity", float64(rawDiversity(nil, []*autograd.Tensor{a, b}).Item()), 0.36, 1e-6)
}

func TestOptionsAreChecked(t *testing.T) {
	for name, change := range map[string]func(*Options){
		"templates": func(o *Options) { o.M = 0 },
		"evidence":  func(o *Options) { o.Evidence = "tanh" },
		"offset":    func(o *Options) { o.Offset = "" },
		"fusion":    func(o *Options) { o.Fusion = "vote" },
	} {
		o := DefaultOptions(2, prompt.Coupling{}, "{}")
		if err := o.check(); err != nil {
			t.Fatal(err)
		}
		change(&o)
		if err := o.check(); err == nil {
			t.Errorf("%s: no error for %+v", name, o)
		}
	}
}

// Weights are exponents in Dempster's product; what counts less than its number
// is the product as a whole.
func TestPool(t *testing.T) {
	one, a := ofEvidence([]float64{3, 0.5, 1})
	_, b := ofEvidence([]float64{0, 2, 1})
	same := func(name string, got, want Opinion) {
		t.Helper()
		for k := range want.Prob {
			almost(t, name, got.Prob[k], want.Prob[k], 1e-12)
		}
		almost(t, name+" uncertainty", got.Uncertainty, want.Uncertainty, 1e-12)
	}
	same("Dempster", pool([]float64{1, 1}, 1, a, b), Fuse(a, b))
	same("without the second", pool([]float64{1, 0}, 1, a, b), one)
	same("the same twice, as one", pool([]float64{1, 1}, 0, a, a), one)
	same("half of the same twice", pool([]float64{0.5, 0.5}, 1, a, a), one)
	half := pool([]float64{1, 1}, 0.5, a, b) // (1 + e/K)^(1/√2)
	k := 3.0
	e := func(x, y float64) float64 { return k * (math.Pow((1+x/k)*(1+y/k), 1/math.Sqrt2) - 1) }
	want, _ := ofEvidence([]float64{e(3, 0), e(0.5, 2), e(1, 1)})
	same("in between", half, want)
	if u, v := pool([]float64{1, 1}, 0, a, b).Uncertainty, Fuse(a, b).Uncertainty; u <= v {
		t.Errorf("dependent opinions are surer (%v) than independent ones (%v)", u, v)
	}
}

func TestClassSimilarity(t *testing.T) {
	r := func(degrees ...float64) *autograd.Tensor {
		w := autograd.Zeros(len(degrees), 2)
		for i, d := range degrees {
			sin, cos := math.Sincos(d * math.Pi / 180)
			w.Row(i)[0], w.Row(i)[1] = float32(cos), float32(sin)
		}
		return w
	}
	known := r(0, 60, 120) // each has a cosine of 1/2 with the next
	almost(t, "the known ones", classSimilarity(known, known), 1, 1e-6)
	almost(t, "as far as they are apart", classSimilarity(r(180, -60), known), 0, 1e-6)
	almost(t, "farther", classSimilarity(r(-100), known), 0, 1e-6)
	almost(t, "half way", classSimilarity(r(math.Acos(0.75)*180/math.Pi+120), known), 0.5, 1e-6)
	almost(t, "some of each", classSimilarity(r(60, 180), known), 0.5, 1e-6)
	almost(t, "one known class", classSimilarity(r(60), r(0)), 0.5, 1e-6)
}

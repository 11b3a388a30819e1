package cdc

import (
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
		o.Fusion = fusion
		each, fused := o.newVerdicts([]*autograd.Tensor{a, b}, 1).of(0)
		almost(t, string(fusion)+" single", each[0].Prob[0], first.Prob[0], 1e-6)
		for k, p := range want.Prob {
			almost(t, string(fusion), fused.Prob[k], p, 1e-6)
		}
		almost(t, string(fusion)+" uncertainty", fused.Uncertainty, want.Uncertainty, 1e-6)
	}
}

// Without DSTC the mean of the logits goes through a softmax, whatever Fusion
// says.
func TestWithoutTrust(t *testing.T) {
	o := DefaultOptions(2, prompt.Coupling{}, "{}")
	o.Trusted = false
	logits := []*autograd.Tensor{autograd.Const([]float32{2, 0}, 1, 2), autograd.Const([]float32{0, 1}, 1, 2)}
	each, fused := o.newVerdicts(logits, 9).of(0)
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

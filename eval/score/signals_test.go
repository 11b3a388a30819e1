package score

import (
	"math"
	"testing"

	"frontdoor/autograd"
	"frontdoor/eval/metric"
	"frontdoor/eval/rundir"
	"frontdoor/prompt"
)

func TestMutualInformation(t *testing.T) {
	near(t, "agreeing", mutualInformation([][]float32{{0.5, 0.5}, {0.5, 0.5}}), 0)
	near(t, "opposed", mutualInformation([][]float32{{1, 0}, {0, 1}}), math.Log(2))
	// Mean (3/4, 1/4); of the two only the second has an entropy, log 2.
	want := -(0.75*math.Log(0.75) + 0.25*math.Log(0.25)) - math.Log(2)/2
	near(t, "in between", mutualInformation([][]float32{{1, 0}, {0.5, 0.5}}), want)
}

// Four images of two classes, two of them right, with three signals.
func handOutcome() *Outcome {
	prob := autograd.Const([]float32{0.75, 0.25, 0.5, 0.5, 0.25, 0.75, 0.125, 0.875}, 4, 2)
	o := &Outcome{}
	o.add([]int{0, 1, 1, 0}, prompt.Prediction{
		Prob: prob, Uncertainty: []float32{0.1, 0.3, 0.2, 0.15}, MaxLogit: []float32{3, 1, 2, 4}}, 1)
	return o
}

func TestTrustByHand(t *testing.T) {
	got := handOutcome().Trust()
	near(t, "NLL", *got.NLL, -(math.Log(0.75)+math.Log(0.5)+math.Log(0.75)+math.Log(0.125))/4)
	near(t, "Brier", *got.Brier, 2*(0.0625+0.25+0.0625+0.875*0.875)/4)
	near(t, "ECE", *got.ECE, (2*0.25+0.5+0.875)/4)
	// In order of uncertainty: right, wrong, right, wrong.
	near(t, "AURC", *got.AURC, (0+1.0/2+1.0/3+2.0/4)/4)
	d := got.Detect.Misclassified
	near(t, "AUROC of uncertainty", *d.Uncertainty.AUROC, 3.0/4)
	near(t, "FPR95 of uncertainty", *d.Uncertainty.FPR95, 1.0/2) // answering up to 0.2 lets 0.15 pass
	// Both right ones have 3/4, the wrong ones 1/2 and 7/8.
	near(t, "AUROC of probability", *d.MaxProb.AUROC, 1.0/2)
	near(t, "AUROC of the logit", *d.MaxLogit.AUROC, 1.0/2)
	// Beliefs 0.675 and 0.6 of the right ones, 0.35 and 0.74 of the wrong ones.
	near(t, "AUROC of belief", *d.Belief.AUROC, 1.0/2)
	near(t, "FPR95 of belief", *d.Belief.FPR95, 1.0/2)
	if d.Conflict != nil || d.Disagreement != nil {
		t.Error("signals of one template's conflict")
	}
	if got.Detect.Unseen != nil || detect(signals{}, handOutcome().signals) != nil {
		t.Error("a detection of nothing")
	}
}

func TestThinned(t *testing.T) {
	var points []metric.RiskPoint
	for i := range 400 {
		points = append(points, metric.RiskPoint{Coverage: float64(i)})
	}
	got := thinned(points, 50)
	if len(got) != 50 || got[0] != points[0] || got[49] != points[399] {
		t.Errorf("thinned to %d points from %v to %v", len(got), got[0], got[len(got)-1])
	}
	for i := range got[1:] {
		if step := got[i+1].Coverage - got[i].Coverage; step < 8 || step > 9 {
			t.Errorf("a step of %v points", step)
		}
	}
	if got := thinned(points[:50], 50); len(got) != 50 || got[1] != points[1] {
		t.Error("a short curve was changed")
	}
}

// near fails if two numbers differ by more than rounding.
func near(t *testing.T, name string, got, want float64) {
	t.Helper()
	if math.Abs(got-want) > 1e-12*max(1, math.Abs(want)) || math.IsNaN(got) != math.IsNaN(want) {
		t.Errorf("%s = %v, want %v", name, got, want)
	}
}

// Doubt is the uncertainty of evidence, and the largest logit of a softmax.
func TestDoubt(t *testing.T) {
	doubt, by := handOutcome().Doubt()
	if by != rundir.ByUncertainty || len(doubt) != 4 || doubt[1] != float64(float32(0.3)) {
		t.Errorf("of evidence %q: %v", by, doubt)
	}
	o := &Outcome{}
	o.add([]int{0, 1}, prompt.Prediction{Prob: autograd.Const([]float32{0.75, 0.25, 0.5, 0.5}, 2, 2), Uncertainty: []float32{0.25, 0.5}, MaxLogit: []float32{3, 1}}, 1)
	if doubt, by := o.Doubt(); by != rundir.ByLogit || doubt[0] != -3 || doubt[1] != -1 {
		t.Errorf("of a softmax %q: %v", by, doubt)
	}
}

package cdc

import (
	"math"
	"math/rand/v2"
	"testing"
)

// dempster combines two opinions by the pairwise rule of Trusted Multi-View
// Classification, equation 4: what the closed form must equal.
func dempster(a, b Opinion) Opinion {
	k := len(a.Belief)
	agree := 0.0
	for i := range k {
		agree += a.Belief[i] * b.Belief[i]
	}
	conflict := (1-a.Uncertainty)*(1-b.Uncertainty) - agree
	o := Opinion{Belief: make([]float64, k), Prob: make([]float64, k)}
	o.Uncertainty = a.Uncertainty * b.Uncertainty / (1 - conflict)
	s := float64(k) / o.Uncertainty
	for i := range k {
		o.Belief[i] = (a.Belief[i]*b.Belief[i] + a.Belief[i]*b.Uncertainty + b.Belief[i]*a.Uncertainty) / (1 - conflict)
		o.Prob[i] = o.Belief[i] + 1/s
	}
	return o
}

// ofEvidence returns the opinion of evidence and its fusion term.
func ofEvidence(e []float64) (Opinion, []float64) {
	logAlpha, term := make([]float64, len(e)), make([]float64, len(e))
	for i, v := range e {
		logAlpha[i] = math.Log1p(v)
		term[i] = math.Log1p(v / float64(len(e)))
	}
	return NewOpinion(logAlpha), term
}

func almost(t *testing.T, name string, got, want, tolerance float64) {
	t.Helper()
	if !(math.Abs(got-want) <= tolerance*max(1, math.Abs(want))) {
		t.Errorf("%s = %v, want %v", name, got, want)
	}
}

func TestOpinionByHand(t *testing.T) {
	// Evidence 4, 1, 0.5: alpha 5, 2, 1.5, S = 8.5.
	o, _ := ofEvidence([]float64{4, 1, 0.5})
	almost(t, "b_0", o.Belief[0], 4/8.5, 1e-15)
	almost(t, "b_2", o.Belief[2], 0.5/8.5, 1e-15)
	almost(t, "u", o.Uncertainty, 3/8.5, 1e-15)
	almost(t, "p_1", o.Prob[1], 2/8.5, 1e-15)
}

func TestClosedByHand(t *testing.T) {
	o, _ := ofEvidence([]float64{4, 1, 0})
	c := o.closed()
	for k, p := range []float64{0.8, 0.2, 0} { // shares of the evidence
		almost(t, "share", c.Prob[k], p, 1e-15)
	}
	almost(t, "u", c.Uncertainty, 3.0/8, 1e-15)
	almost(t, "open p", o.Prob[2], 1.0/8, 1e-15) // the opinion itself is as it was
	nothing, _ := ofEvidence([]float64{0, 0, 0})
	almost(t, "p without belief", nothing.closed().Prob[1], 1.0/3, 1e-15)
}

// The numbers are those of the original TMC code for these three views.
func TestFusionAgreesWithTMC(t *testing.T) {
	_, e1 := ofEvidence([]float64{4, 1, 0.5})
	_, e2 := ofEvidence([]float64{0.3, 2.5, 0})
	_, e3 := ofEvidence([]float64{1.5, 1.5, 1.5})
	two := Fuse(e1, e2)
	almost(t, "u of two", two.Uncertainty, 0.239361702128, 1e-11)
	three := Fuse(e1, e2, e3)
	s := 9.55 + 9.0 + 3.25
	for k, alpha := range []float64{9.55, 9.0, 3.25} {
		almost(t, "probability of three", three.Prob[k], alpha/s, 1e-14)
	}
}

func TestFusionEqualsThePairwiseRule(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	for range 200 {
		k, m := 2+r.IntN(10), 2+r.IntN(5)
		var terms [][]float64
		var folded Opinion
		for i := range m {
			e := make([]float64, k)
			for j := range e {
				e[j] = math.Exp(4 * r.NormFloat64())
			}
			o, term := ofEvidence(e)
			terms = append(terms, term)
			if i == 0 {
				folded = o
			} else {
				folded = dempster(folded, o)
			}
		}
		fused := Fuse(terms...)
		almost(t, "u", fused.Uncertainty, folded.Uncertainty, 1e-9)
		sum := fused.Uncertainty
		for j := range k {
			almost(t, "belief", fused.Belief[j], folded.Belief[j], 1e-9)
			almost(t, "probability", fused.Prob[j], folded.Prob[j], 1e-9)
			sum += fused.Belief[j]
		}
		almost(t, "beliefs plus uncertainty", sum, 1, 1e-12)
	}
}

func TestHugeEvidenceStaysFinite(t *testing.T) {
	o := Fuse([]float64{800, 1, 0}, []float64{900, 0, 0})
	almost(t, "p", o.Prob[0], 1, 1e-12)
	if math.IsNaN(o.Uncertainty) || o.Uncertainty < 0 {
		t.Errorf("u = %v", o.Uncertainty)
	}
	empty := Fuse([]float64{0, 0}, []float64{0, 0})
	almost(t, "u without evidence", empty.Uncertainty, 1, 1e-15)
	almost(t, "p without evidence", empty.Prob[1], 0.5, 1e-15)
}

func TestConflict(t *testing.T) {
	certain := func(k int) Opinion {
		e := []float64{0, 0, 0}
		e[k] = 1e6
		o, _ := ofEvidence(e)
		return o
	}
	ignorant, _ := ofEvidence([]float64{0, 0, 0})
	almost(t, "two that agree", Conflict(certain(0), certain(0)), 0, 1e-5)
	almost(t, "two that contradict", Conflict(certain(0), certain(1)), 1, 1e-5)
	almost(t, "one that knows nothing", Conflict(certain(0), ignorant), 0, 1e-12)
	// By hand: b = (1/2, 0), u = 1/2 against b = (0, 1/2), u = 1/2: the mass on
	// nothing is 1/2 · 1/2.
	a, b := Opinion{Belief: []float64{.5, 0}, Uncertainty: .5}, Opinion{Belief: []float64{0, .5}, Uncertainty: .5}
	almost(t, "half and half", Conflict(a, b), 0.25, 1e-15)
}

// Opinions on different classes cannot be compared, and none do not contradict.
func TestOpinionsOnOtherClasses(t *testing.T) {
	if got := Conflict(); got != 0 {
		t.Errorf("conflict %v of no opinions", got)
	}
	two, three := NewOpinion([]float64{0, 1}), NewOpinion([]float64{0, 1, 2})
	for name, f := range map[string]func(){
		"Conflict": func() { Conflict(three, two) },
		"Fuse":     func() { Fuse([]float64{0, 1, 2}, []float64{0, 1}) },
	} {
		func() {
			defer func() {
				if p, _ := recover().(string); p != "cdc: opinions on 2 and on 3 classes" {
					t.Errorf("%s: panic %q", name, p)
				}
			}()
			f()
		}()
	}
}

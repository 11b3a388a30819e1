package eval

import (
	"frontdoor/eval/metric"
	"math"
)

// Trust says how far a cell's probabilities and its uncertainty can be
// believed. Calibration, risk and misclassification are measured on the test
// images of the base classes (of all classes under protocol all). What does
// not apply is left out.
type Trust struct {
	ECE   *float64 `json:"ece,omitempty"`   // expected calibration error in [0, 1]
	NLL   *float64 `json:"nll,omitempty"`   // negative log-likelihood of the labels in nats
	Brier *float64 `json:"brier,omitempty"` // 0 at best, 2 at worst

	// AURC is the area under RiskCoverage, whose images are answered in order of
	// rising uncertainty; AURCMaxProb is that of the order of falling probability
	// of the predicted class.
	AURC        *float64 `json:"aurc,omitempty"`
	AURCMaxProb *float64 `json:"aurc_max_prob,omitempty"`

	// Bins is the reliability diagram and RiskCoverage the curve, thinned to at
	// most 50 points.
	Bins         []metric.Bin       `json:"bins,omitempty"`
	RiskCoverage []metric.RiskPoint `json:"risk_coverage,omitempty"`

	Detect Detect `json:"detect"`

	// New is the calibration on the new classes, among themselves.
	New *Calibrated `json:"new,omitempty"`
}

// Calibrated is the calibration on a further test set.
type Calibrated struct {
	ECE   *float64 `json:"ece,omitempty"`
	NLL   *float64 `json:"nll,omitempty"`
	Brier *float64 `json:"brier,omitempty"`
}

// Detect says how well signals of doubt find the images that should not be
// answered: those answered wrongly, those of classes that were not asked
// about, and pictures of another world altogether. The last two are compared
// with images of the base classes in the same contexts: the decorrelated test
// set where there is one.
type Detect struct {
	Misclassified *Signals `json:"misclassified,omitempty"`
	Unseen        *Signals `json:"unseen,omitempty"`
	OtherWorld    *Signals `json:"other_world,omitempty"` // with -study
}

// Signals are the signals of doubt of one method.
type Signals struct {
	Uncertainty *Detection `json:"uncertainty,omitempty"` // the method's own; one minus MaxProb for a softmax
	Conflict    *Detection `json:"conflict,omitempty"`    // Dempster's, of CDC's opinions
	// Disagreement is the mutual information between the class and the choice of
	// a template, for every method with several.
	Disagreement *Detection `json:"disagreement,omitempty"`
	MaxProb      *Detection `json:"max_prob,omitempty"`  // the less the predicted class is probable
	MaxLogit     *Detection `json:"max_logit,omitempty"` // the less its logit is; of the mean of templates
	// Belief is the less the predicted class is believed, (1 - u) times its
	// probability: it is small where classes are alike and where little is known.
	Belief *Detection `json:"belief,omitempty"`
}

// Detection is how well one signal finds what it should. AUROC is the
// probability that an image to be found has the stronger signal. FPR95 is the
// share of such images that pass when 95% of the others do: the price of
// answering nearly all good images.
type Detection struct {
	AUROC *float64 `json:"auroc,omitempty"`
	FPR95 *float64 `json:"fpr95,omitempty"`
}

// riskPoints is up to how many points of a curve are kept.
const riskPoints = 50

// calibrated returns the calibration of answers whose labels are among the
// classes.
func (o *outcome) calibrated() *Calibrated {
	return &Calibrated{ECE: Value(metric.ECE(o.bins())), NLL: Value(metric.Mean(o.nll)), Brier: Value(metric.Mean(o.brier))}
}

func (o *outcome) bins() []metric.Bin { return metric.Calibration(o.correct(), o.signals[maxProb]) }

// trust judges the answers on the test images.
func (o *outcome) trust() *Trust {
	c := o.calibrated()
	correct := o.correct()
	curve := metric.RiskCoverage(correct, negated(o.signals[uncertainty]))
	byProb := metric.RiskCoverage(correct, o.signals[maxProb])
	t := &Trust{
		ECE: c.ECE, NLL: c.NLL, Brier: c.Brier,
		AURC: Value(metric.AURC(curve)), AURCMaxProb: Value(metric.AURC(byProb)),
		Bins: o.bins(), RiskCoverage: thinned(curve, riskPoints),
	}
	right, wrong := o.parted()
	t.Detect.Misclassified = detect(wrong, right)
	return t
}

// The signals that an outcome keeps, in the sense of the learner: the first
// three rise with doubt, the others fall.
const (
	uncertainty = iota
	conflict
	disagreement
	maxProb
	maxLogit
	belief
	signalCount
)

// signals holds what each signal said of each image; a signal that the
// learner does not give is nil.
type signals [signalCount][]float64

// part returns the signals of the images [lo, hi).
func (s signals) part(lo, hi int) (p signals) {
	for i, values := range s {
		if values != nil {
			p[i] = values[lo:hi]
		}
	}
	return p
}

// detect compares what the signals say of images to be found with what they
// say of the others. It is nil if either are missing.
func detect(found, others signals) *Signals {
	if len(found[uncertainty]) == 0 || len(others[uncertainty]) == 0 {
		return nil
	}
	one := func(s int) *Detection {
		pos, neg := found[s], others[s]
		if len(pos) == 0 || len(neg) == 0 {
			return nil
		}
		if s >= maxProb {
			pos, neg = negated(pos), negated(neg)
		}
		return &Detection{
			AUROC: Value(metric.AUROC(pos, neg)),
			FPR95: Value(metric.FPR95(negated(neg), negated(pos))),
		}
	}
	return &Signals{
		Uncertainty: one(uncertainty), Conflict: one(conflict), Disagreement: one(disagreement),
		MaxProb: one(maxProb), MaxLogit: one(maxLogit), Belief: one(belief),
	}
}

// parted returns the signals of images answered correctly and of the others.
func (o *outcome) parted() (right, wrong signals) {
	for s, values := range o.signals {
		for i, v := range values {
			if o.labels[i] == o.predicted[i] {
				right[s] = append(right[s], v)
			} else {
				wrong[s] = append(wrong[s], v)
			}
		}
	}
	return right, wrong
}

func (o *outcome) correct() []bool {
	correct := make([]bool, len(o.labels))
	for i, y := range o.labels {
		correct[i] = y == o.predicted[i]
	}
	return correct
}

// mutualInformation is how much naming one of the templates, all equally
// likely, tells about the class: the entropy of their mean probabilities less
// the mean of their entropies, in nats. probs is [M, N].
func mutualInformation(probs [][]float32) float64 {
	mean, own := 0.0, 0.0
	for k := range probs[0] {
		sum := 0.0
		for _, p := range probs {
			sum += float64(p[k])
			own += plogp(float64(p[k]))
		}
		mean += plogp(sum / float64(len(probs)))
	}
	return max(0, own/float64(len(probs))-mean)
}

func plogp(p float64) float64 {
	if p <= 0 {
		return 0
	}
	return p * math.Log(p)
}

func negated(x []float64) []float64 {
	out := make([]float64, len(x))
	for i, v := range x {
		out[i] = -v
	}
	return out
}

// thinned keeps at most n points, evenly by number, the first and the last
// among them.
func thinned(points []metric.RiskPoint, n int) []metric.RiskPoint {
	if len(points) <= n {
		return points
	}
	out := make([]metric.RiskPoint, n)
	for i := range out {
		out[i] = points[(i*(len(points)-1)+(n-1)/2)/(n-1)]
	}
	return out
}

package score

import (
	"math"

	"frontdoor/eval/metric"
	"frontdoor/eval/rundir"
)

// riskPoints is up to how many points of a curve are kept.
const riskPoints = 50

// Calibrated returns the calibration of answers whose labels are among the
// classes.
func (o *Outcome) Calibrated() *rundir.Calibrated {
	return &rundir.Calibrated{ECE: rundir.Value(metric.ECE(o.bins())), NLL: rundir.Value(metric.Mean(o.nll)), Brier: rundir.Value(metric.Mean(o.brier))}
}

func (o *Outcome) bins() []metric.Bin { return metric.Calibration(o.correct(), o.signals[maxProb]) }

// Trust measures how far the probabilities and the uncertainty of the answers
// can be believed.
func (o *Outcome) Trust() *rundir.Trust {
	c := o.Calibrated()
	correct := o.correct()
	curve := metric.RiskCoverage(correct, negated(o.signals[uncertainty]))
	byProb := metric.RiskCoverage(correct, o.signals[maxProb])
	t := &rundir.Trust{
		ECE: c.ECE, NLL: c.NLL, Brier: c.Brier,
		AURC: rundir.Value(metric.AURC(curve)), AURCMaxProb: rundir.Value(metric.AURC(byProb)),
		Bins: o.bins(), RiskCoverage: thinned(curve, riskPoints),
	}
	right, wrong := o.parted()
	t.Detect.Misclassified = detect(wrong, right)
	return t
}

// The signals that an outcome keeps. The first three rise with doubt, the
// others fall.
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

// detect measures how well the signals separate positives, the images to be
// rejected, from negatives. It is nil if either are missing.
func detect(positives, negatives signals) *rundir.Signals {
	if len(positives[uncertainty]) == 0 || len(negatives[uncertainty]) == 0 {
		return nil
	}
	one := func(s int) *rundir.Detection {
		pos, neg := positives[s], negatives[s]
		if len(pos) == 0 || len(neg) == 0 {
			return nil
		}
		if s >= maxProb {
			pos, neg = negated(pos), negated(neg)
		}
		return &rundir.Detection{
			AUROC: rundir.Value(metric.AUROC(pos, neg)),
			FPR95: rundir.Value(metric.FPR95(negated(neg), negated(pos))),
		}
	}
	return &rundir.Signals{
		Uncertainty: one(uncertainty), Conflict: one(conflict), Disagreement: one(disagreement),
		MaxProb: one(maxProb), MaxLogit: one(maxLogit), Belief: one(belief),
	}
}

// parted returns the signals of images answered correctly and of the others.
func (o *Outcome) parted() (right, wrong signals) {
	for s, values := range o.signals {
		for i, v := range values {
			if o.Labels[i] == o.Predicted[i] {
				right[s] = append(right[s], v)
			} else {
				wrong[s] = append(wrong[s], v)
			}
		}
	}
	return right, wrong
}

func (o *Outcome) correct() []bool {
	correct := make([]bool, len(o.Labels))
	for i, y := range o.Labels {
		correct[i] = y == o.Predicted[i]
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

// Detect says how well the signals of doubt tell images that should not be
// answered from the others; nil if either are missing.
func Detect(found, others *Outcome) *rundir.Signals { return detect(found.signals, others.signals) }

// AUROC is the area under the receiver operating characteristic of the
// learner's uncertainty, which should be greater on the images of found.
func AUROC(found, others *Outcome) float64 {
	return metric.AUROC(found.signals[uncertainty], others.signals[uncertainty])
}

// Part returns the outcome on the images [lo, hi), as far as Detect reads it.
func (o *Outcome) Part(lo, hi int) *Outcome { return &Outcome{signals: o.signals.part(lo, hi)} }

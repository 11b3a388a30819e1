package frontdoor

import (
	"slices"

	"frontdoor/eval/rundir"
)

// Promise is what cmd/calibrate promised of the answers of a run, on images that
// it was not trained on. Rates are in [0, 1].
type Promise struct {
	// Kept says that the images could carry a promise. Otherwise no answer is
	// Known.
	Kept bool
	// Risk is the largest share of wrong answers among those that are Known, and
	// Bound the upper 95% bound of it: Mistakes of Accepted answers were wrong.
	Risk, Bound        float64
	Accepted, Mistakes int
	// Images is how many images there were, and Coverage the share of them that is
	// Known.
	Images   int
	Coverage float64
	// Probability is the least of an answer that is Known; Uncertainty is the
	// greatest of an image that is not Unfamiliar.
	Probability, Uncertainty float64
	// Approximate says that some images were answered by learners of other folds.
	Approximate bool
}

// Promise returns what is promised of the present classes, nil if nothing is.
func (c *Classifier) Promise() *Promise {
	c.mu.Lock()
	defer c.mu.Unlock()
	p := c.promised
	if p == nil || !slices.Equal(p.Classes, c.classes) {
		return nil
	}
	return &Promise{
		Kept: p.Known.Kept, Risk: p.Known.Risk, Bound: p.Known.Bound, Accepted: p.Known.Accepted, Mistakes: p.Known.Mistakes,
		Images: p.Known.N, Coverage: p.Known.Coverage(),
		Probability: p.Known.Threshold, Uncertainty: p.Familiar.Threshold, Approximate: p.Approximate,
	}
}

// judge is the verdict on an answer by what is promised, which may be nothing.
func judge(p *rundir.Promise, a Answer) Verdict {
	switch {
	case p == nil:
		return Unjudged
	case float64(a.Uncertainty) > p.Familiar.Threshold:
		return Unfamiliar
	case !p.Known.Kept || float64(a.Probability) < p.Known.Threshold:
		return Unsure
	}
	return Known
}

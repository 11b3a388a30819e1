package frontdoor

import (
	"slices"

	"frontdoor/eval/rundir"
	"frontdoor/prompt"
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
	// greatest of an image that is not Unfamiliar. Of a method without evidence the
	// largest logit decides instead: Logit is then the least of an image that is not
	// Unfamiliar, and Uncertainty is 1.
	Probability, Uncertainty float64
	Logit                    float64
	// Approximate says that some images were answered by learners of other folds.
	Approximate bool
}

// Promise returns what is promised of the present classes, nil if nothing is.
func (c *Classifier) Promise() *Promise {
	if c == nil {
		return nil
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	p := c.promised
	if p == nil || !slices.Equal(p.Classes, c.classes) {
		return nil
	}
	out := &Promise{
		Kept: p.Known.Kept, Risk: p.Known.Risk, Bound: p.Known.Bound, Accepted: p.Known.Accepted, Mistakes: p.Known.Mistakes,
		Images: p.Known.N, Coverage: p.Known.Coverage(),
		Probability: p.Known.Threshold, Uncertainty: p.Familiar.Threshold, Approximate: p.Approximate,
	}
	if p.Signal == rundir.ByLogit {
		out.Uncertainty, out.Logit = 1, -p.Familiar.Threshold
	}
	return out
}

// largestLogit is that of image i, 0 where the method has none.
func largestLogit(p prompt.Prediction, i int) float32 {
	if p.MaxLogit == nil {
		return 0
	}
	return p.MaxLogit[i]
}

// judge is the verdict on an answer by what is promised, which may be nothing.
func judge(p *rundir.Promise, a Answer, maxLogit float32) Verdict {
	switch {
	case p == nil:
		return Unjudged
	case p.Doubt(float64(a.Uncertainty), float64(maxLogit)) > p.Familiar.Threshold:
		return Unfamiliar
	case !p.Known.Kept || float64(a.Probability) < p.Known.Threshold:
		return Unsure
	}
	return Known
}

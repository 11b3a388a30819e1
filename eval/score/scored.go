package score

import "frontdoor/eval/promise"

// Scored returns for each image the probability of the predicted class, and
// whether that is the image's.
func (o *Outcome) Scored() []promise.Scored {
	all := make([]promise.Scored, len(o.Labels))
	for i, right := range o.correct() {
		all[i] = promise.Scored{Confidence: o.signals[maxProb][i], Right: right}
	}
	return all
}

// MaxLogit returns the largest logit of each image.
func (o *Outcome) MaxLogit() []float64 { return o.signals[maxLogit] }

// Uncertainty returns the learner's uncertainty about each image.
func (o *Outcome) Uncertainty() []float64 { return o.signals[uncertainty] }

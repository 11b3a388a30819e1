package score

import (
	"math"

	"frontdoor/eval/promise"
	"frontdoor/eval/rundir"
)

// Scored returns for each image the probability of the predicted class, and
// whether that is the image's.
func (o *Outcome) Scored() []promise.Scored {
	all := make([]promise.Scored, len(o.Labels))
	for i, right := range o.correct() {
		all[i] = promise.Scored{Confidence: o.signals[maxProb][i], Right: right}
	}
	return all
}

// Doubt returns how little each image is like any of the classes, by the better of
// two signals, and which one that is: evidence says it by its uncertainty; where
// that is only one minus the largest probability, the largest logit says it
// better, since the softmax forgets how large logits are.
func (o *Outcome) Doubt() (doubt []float64, by rundir.Signal) {
	if o.signals[maxLogit] == nil {
		return o.signals[uncertainty], rundir.ByUncertainty
	}
	for i, u := range o.signals[uncertainty] {
		if math.Abs(u-(1-o.signals[maxProb][i])) > 1e-6 {
			return o.signals[uncertainty], rundir.ByUncertainty
		}
	}
	return negated(o.signals[maxLogit]), rundir.ByLogit
}

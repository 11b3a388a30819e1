package cdc

import (
	"frontdoor/autograd"
	"frontdoor/prompt"
)

// TrainedOn tells the learner which classes its templates learn, or have
// learned. Without it they are trusted for all classes alike.
func (l *Learner) TrainedOn(names []string) (err error) {
	l.known, err = prompt.HandCrafted(l.Model, l.Options.Template, names)
	l.compare()
	return err
}

// compare finds out how familiar the present classes are.
func (l *Learner) compare() {
	l.familiar = 1
	if l.known != nil && l.w0 != nil {
		l.familiar = familiarity(l.w0, l.known)
	}
}

// familiarity is how far classes are like those that the templates were trained
// on, by the captions of the hand-crafted template: w [N, E] against known
// [K, E], unit text features. It is the mean over classes of
//
//	(s - s̄) / (1 - s̄), at least 0,
//
// where s is the cosine of the class with the most similar known class, and s̄
// the mean of what a known class has with the most similar other one. So it is
// 1 for the known classes themselves, and 0 for classes as far from them as
// they are from each other: for these the templates know no more than a
// stranger would.
func familiarity(w, known *autograd.Tensor) float64 {
	apart := 0.0
	for i := range known.Rows() {
		apart += nearest(known.Row(i), known, i) / float64(known.Rows())
	}
	if known.Rows() < 2 || apart > 1-1e-6 {
		apart = 0
	}
	mean := 0.0
	for i := range w.Rows() {
		s := nearest(w.Row(i), known, -1)
		mean += max(0, (s-apart)/(1-apart)) / float64(w.Rows())
	}
	return min(mean, 1)
}

// nearest returns the largest cosine of a unit vector with the rows of known,
// leaving one out.
func nearest(x []float32, known *autograd.Tensor, except int) float64 {
	best := -1.0
	for j := range known.Rows() {
		if j == except {
			continue
		}
		dot := 0.0
		for k, v := range known.Row(j) {
			dot += float64(v) * float64(x[k])
		}
		best = max(best, dot)
	}
	return best
}

// trust returns the weight of each opinion in the fusion: the familiarity of
// the classes for the learned templates, 1 for the hand-crafted one, which has
// learned nothing that could mislead it. Where that one takes no part there is
// nothing to lean on instead, and all weigh the same.
func (l *Learner) trust(opinions int) []float64 {
	weights := make([]float64, opinions)
	for m := range weights {
		weights[m] = 1
		if l.Familiarity && l.HandCrafted && m < opinions-1 {
			weights[m] = l.familiar
		}
	}
	return weights
}

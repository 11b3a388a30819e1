package cdc

import (
	"frontdoor/autograd"
	"frontdoor/prompt"
)

// TrainedOn names the training classes. Without it the similarity of all
// classes is 1.
func (l *Learner) TrainedOn(names []string) (err error) {
	l.trained, err = prompt.CaptionFeatures(l.Model, l.Options.Template, names)
	l.setSimilarity()
	return err
}

// setSimilarity computes the similarity of the present classes.
func (l *Learner) setSimilarity() {
	l.similarity = 1
	if l.trained != nil && l.w0 != nil {
		l.similarity = classSimilarity(l.w0, l.trained)
	}
}

// classSimilarity says how similar classes w [N, E] are to the training classes
// [K, E], both unit text features by the hand-crafted template. It is the mean
// over classes of
//
//	(s - s̄) / (1 - s̄), at least 0,
//
// where s is the cosine of the class with the most similar training class, and
// s̄ the mean over training classes of the cosine with the most similar other
// one. So it is 1 for the training classes themselves, and 0 for classes as far
// from them as they are from each other.
func classSimilarity(w, trained *autograd.Tensor) float64 {
	apart := 0.0
	for i := range trained.Rows() {
		apart += nearest(trained.Row(i), trained, i) / float64(trained.Rows())
	}
	if trained.Rows() < 2 || apart > 1-1e-6 {
		apart = 0
	}
	mean := 0.0
	for i := range w.Rows() {
		s := nearest(w.Row(i), trained, -1)
		mean += max(0, (s-apart)/(1-apart)) / float64(w.Rows())
	}
	return min(mean, 1)
}

// nearest returns the largest cosine of a unit vector with the rows of a matrix
// of unit vectors, except one row.
func nearest(x []float32, rows *autograd.Tensor, except int) float64 {
	best := -1.0
	for j := range rows.Rows() {
		if j == except {
			continue
		}
		dot := 0.0
		for k, v := range rows.Row(j) {
			dot += float64(v) * float64(x[k])
		}
		best = max(best, dot)
	}
	return best
}

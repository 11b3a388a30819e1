package cdc

import (
	"frontdoor/autograd"
	"frontdoor/internal/parallel"
	"frontdoor/prompt"
)

// Classify predicts by the features f: every reader gives its opinion, and the
// opinions are fused. The uncertainty is u = K/S of the fused opinion. Without
// DSTC there is no conflict.
func (l *Learner) Classify(f prompt.Features) prompt.Prediction {
	logits := l.logits(f)
	b, k := logits[0].Rows(), logits[0].Cols()
	p := newPrediction("cdc", b, k)
	if l.Trusted {
		p.Conflict = make([]float32, b)
	}
	for _, r := range l.plan.readers {
		p.Templates = append(p.Templates, newPrediction(r.name, b, k))
	}
	fuser := l.newFuser(logits, l.weights(), l.offset.Item())
	parallel.For(b, 16, func(lo, hi int) {
		for i := lo; i < hi; i++ {
			each, fused := fuser.image(i)
			for m, o := range each {
				store(&p.Templates[m], i, o)
			}
			store(&p, i, fused)
			if l.Trusted {
				p.Conflict[i] = float32(Conflict(each...))
			}
		}
	})
	p.MaxLogit = maxLogit(logits)
	return p
}

// maxLogit returns for each image the largest element of the mean of logits
// [B, K].
func maxLogit(logits []*autograd.Tensor) []float32 {
	largest := make([]float32, logits[0].Rows())
	mean := make([]float32, logits[0].Cols())
	for i := range largest {
		clear(mean)
		for _, l := range logits {
			for k, v := range l.Row(i) {
				mean[k] += v / float32(len(logits))
			}
		}
		largest[i] = mean[prompt.Argmax(mean)]
	}
	return largest
}

// newPrediction returns a prediction for b images among k classes, to be filled.
func newPrediction(name string, b, k int) prompt.Prediction {
	return prompt.Prediction{Name: name, Prob: autograd.Zeros(b, k), Uncertainty: make([]float32, b)}
}

// store writes an opinion on image i.
func store(to *prompt.Prediction, i int, o Opinion) {
	for k, p := range o.Prob {
		to.Prob.Row(i)[k] = float32(p)
	}
	to.Uncertainty[i] = float32(o.Uncertainty)
}

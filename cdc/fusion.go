package cdc

import (
	"math"

	"frontdoor/autograd"
)

// Fusion says how the opinions of the templates become one at test time.
type Fusion string

const (
	// Dempster is Dempster's rule, the default: a product of experts where
	// evidence is large, a sum of evidence where it is small.
	Dempster Fusion = "dempster"
	// MeanProb is the mean of the opinions: of their expected probabilities,
	// beliefs and uncertainties.
	MeanProb Fusion = "mean-prob"
	// MeanLogits is the opinion that the mean of the logits gives.
	MeanLogits Fusion = "mean-logits"
)

// verdicts turns the logits of several classifiers into opinions, image by
// image.
type verdicts struct {
	*Options
	logits []*autograd.Tensor // [B, K] each
	alphas []*autograd.Tensor // log alpha, [B, K] each
	terms  []*autograd.Tensor // log(1 + e/K), [B, K] each; of Dempster's rule
	mean   *autograd.Tensor   // [B, K] of the mean of the logits: log alpha, or without DSTC the logits
}

// newVerdicts prepares the opinions of logits [B, K] with the evidence offset
// c.
func (o *Options) newVerdicts(logits []*autograd.Tensor, c float32) *verdicts {
	v := &verdicts{Options: o, logits: logits}
	k := logits[0].Cols()
	switch {
	case !o.Trusted:
		v.mean = meanOf(logits)
		return v
	case o.Fusion == MeanLogits:
		v.mean = o.Evidence.logOnePlus(nil, meanOf(logits), c, 1)
	}
	for _, l := range logits {
		v.alphas = append(v.alphas, o.Evidence.logOnePlus(nil, l, c, 1))
		if o.Fusion == Dempster {
			v.terms = append(v.terms, o.Evidence.logOnePlus(nil, l, c, k))
		}
	}
	return v
}

// of returns the opinions on image i, one for each classifier, and the fused
// one.
func (v *verdicts) of(i int) (each []Opinion, fused Opinion) {
	for m := range v.logits {
		if v.Trusted {
			each = append(each, NewOpinion(widen(v.alphas[m].Row(i))))
		} else {
			each = append(each, softmax(widen(v.logits[m].Row(i))))
		}
	}
	switch {
	case !v.Trusted:
		return each, softmax(widen(v.mean.Row(i)))
	case v.Fusion == MeanProb:
		return each, meanOpinion(each)
	case v.Fusion == MeanLogits:
		return each, NewOpinion(widen(v.mean.Row(i)))
	}
	parts := make([][]float64, len(v.terms))
	for m, t := range v.terms {
		parts[m] = widen(t.Row(i))
	}
	return each, Fuse(parts...)
}

// softmax is what a classifier without DSTC thinks: its probabilities, all of
// them belief, and as its uncertainty the probability of being wrong by its
// own estimate.
func softmax(logits []float64) Opinion {
	top := math.Inf(-1)
	for _, l := range logits {
		top = max(top, l)
	}
	p, sum := make([]float64, len(logits)), 0.0
	for k, l := range logits {
		p[k] = math.Exp(l - top)
		sum += p[k]
	}
	for k := range p {
		p[k] /= sum
	}
	return Opinion{Belief: p, Prob: p, Uncertainty: 1 - 1/sum}
}

// meanOpinion is the mean of opinions on one image.
func meanOpinion(all []Opinion) Opinion {
	k, n := len(all[0].Prob), float64(len(all))
	o := Opinion{Belief: make([]float64, k), Prob: make([]float64, k)}
	for _, a := range all {
		o.Uncertainty += a.Uncertainty / n
		for i := range k {
			o.Belief[i] += a.Belief[i] / n
			o.Prob[i] += a.Prob[i] / n
		}
	}
	return o
}

// meanOf returns the mean of tensors of one shape, outside of training.
func meanOf(all []*autograd.Tensor) *autograd.Tensor {
	mean := autograd.Zeros(all[0].Shape()...)
	for _, t := range all {
		for i, v := range t.Data {
			mean.Data[i] += v / float32(len(all))
		}
	}
	return mean
}

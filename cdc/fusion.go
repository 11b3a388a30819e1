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
	trust  []float64          // weight of each classifier
	logits []*autograd.Tensor // [B, K] each
	alphas []*autograd.Tensor // log alpha, [B, K] each
	terms  []*autograd.Tensor // log(1 + e/K), [B, K] each; of Dempster's rule
	mean   *autograd.Tensor   // [B, K] of the mean of the logits: log alpha, or without DSTC the logits
}

// newVerdicts prepares the opinions of logits [B, K], each with the weight that
// trust gives it, with the evidence offset c.
func (o *Options) newVerdicts(logits []*autograd.Tensor, trust []float64, c float32) *verdicts {
	v := &verdicts{Options: o, trust: trust, logits: logits}
	k := logits[0].Cols()
	switch {
	case !o.Trusted:
		v.mean = meanOf(logits, trust)
		return v
	case o.Fusion == MeanLogits:
		v.mean = o.Evidence.logOnePlus(nil, meanOf(logits, trust), c, 1)
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
	fused = v.fused(i, each)
	if v.Closed && v.Trusted {
		fused = fused.Closed()
		for m := range each {
			each[m] = each[m].Closed()
		}
	}
	return each, fused
}

// fused returns what the opinions on image i come to together.
func (v *verdicts) fused(i int, each []Opinion) Opinion {
	switch {
	case !v.Trusted:
		return softmax(widen(v.mean.Row(i)))
	case v.Fusion == MeanProb:
		return meanOpinion(each, v.trust)
	case v.Fusion == MeanLogits:
		return NewOpinion(widen(v.mean.Row(i)))
	}
	parts := make([][]float64, len(v.terms))
	for m, t := range v.terms {
		parts[m] = widen(t.Row(i))
	}
	return Pool(v.trust, v.Independence, parts...)
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

// meanOpinion is the weighted mean of opinions on one image.
func meanOpinion(all []Opinion, weights []float64) Opinion {
	k, n := len(all[0].Prob), sum(weights)
	o := Opinion{Belief: make([]float64, k), Prob: make([]float64, k)}
	for m, a := range all {
		w := weights[m] / n
		o.Uncertainty += w * a.Uncertainty
		for i := range k {
			o.Belief[i] += w * a.Belief[i]
			o.Prob[i] += w * a.Prob[i]
		}
	}
	return o
}

// meanOf returns the weighted mean of tensors of one shape, outside of
// training.
func meanOf(all []*autograd.Tensor, weights []float64) *autograd.Tensor {
	mean, n := autograd.Zeros(all[0].Shape()...), sum(weights)
	for m, t := range all {
		w := float32(weights[m] / n)
		for i, v := range t.Data {
			mean.Data[i] += w * v
		}
	}
	return mean
}

func sum(x []float64) float64 {
	s := 0.0
	for _, v := range x {
		s += v
	}
	return s
}

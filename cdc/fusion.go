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

// fuser turns the logits of several readers into opinions, image by image, and
// fuses these.
type fuser struct {
	*Options
	weights []float64          // of each reader
	logits  []*autograd.Tensor // [B, K] each
	alphas  []*autograd.Tensor // log alpha, [B, K] each
	terms   []*autograd.Tensor // log(1 + e/K), [B, K] each; of Dempster's rule
	mean    *autograd.Tensor   // [B, K] of the mean of the logits: log alpha, or without DSTC the logits
}

// newFuser prepares the opinions of logits [B, K] with the evidence offset c.
func (o *Options) newFuser(logits []*autograd.Tensor, weights []float64, c float32) *fuser {
	f := &fuser{Options: o, weights: weights, logits: logits}
	k := logits[0].Cols()
	switch {
	case !o.Trusted:
		f.mean = mean(logits, weights)
		return f
	case o.Fusion == MeanLogits:
		f.mean = o.Evidence.logOnePlus(nil, mean(logits, weights), c, 1)
	}
	for _, l := range logits {
		f.alphas = append(f.alphas, o.Evidence.logOnePlus(nil, l, c, 1))
		if o.Fusion == Dempster {
			f.terms = append(f.terms, o.Evidence.logOnePlus(nil, l, c, k))
		}
	}
	return f
}

// image returns the opinions of the readers on image i, and the fused one.
func (f *fuser) image(i int) (each []Opinion, fused Opinion) {
	for m := range f.logits {
		if f.Trusted {
			each = append(each, NewOpinion(widen(f.alphas[m].Row(i))))
		} else {
			each = append(each, softmax(widen(f.logits[m].Row(i))))
		}
	}
	fused = f.fuse(i, each)
	if f.Closed && f.Trusted {
		fused = fused.closed()
		for m := range each {
			each[m] = each[m].closed()
		}
	}
	return each, fused
}

// fuse returns the fused opinion on image i.
func (f *fuser) fuse(i int, each []Opinion) Opinion {
	switch {
	case !f.Trusted:
		return softmax(widen(f.mean.Row(i)))
	case f.Fusion == MeanProb:
		return meanOpinion(each, f.weights)
	case f.Fusion == MeanLogits:
		return NewOpinion(widen(f.mean.Row(i)))
	}
	parts := make([][]float64, len(f.terms))
	for m, t := range f.terms {
		parts[m] = widen(t.Row(i))
	}
	return pool(f.weights, f.Independence, parts...)
}

// softmax is the opinion of a classifier without DSTC: its probabilities, all of
// them belief, and as uncertainty one minus the largest probability.
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

// mean returns the weighted mean of tensors of one shape, without a tape.
func mean(all []*autograd.Tensor, weights []float64) *autograd.Tensor {
	out, n := autograd.Zeros(all[0].Shape()...), sum(weights)
	for m, t := range all {
		w := float32(weights[m] / n)
		for i, v := range t.Data {
			out.Data[i] += w * v
		}
	}
	return out
}

func sum(x []float64) float64 {
	s := 0.0
	for _, v := range x {
		s += v
	}
	return s
}

// ones returns n weights of 1.
func ones(n int) []float64 {
	w := make([]float64, n)
	for i := range w {
		w[i] = 1
	}
	return w
}

func widen(x []float32) []float64 {
	y := make([]float64, len(x))
	for i, v := range x {
		y[i] = float64(v)
	}
	return y
}

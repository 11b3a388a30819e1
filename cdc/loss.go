package cdc

import (
	"math"

	"frontdoor/autograd"
)

// residualEps keeps the direction of w^m - w^0 defined where the template has
// not moved away from the hand-crafted one.
const residualEps = 1e-4

// diversity is L_de: the mean over classes and pairs of templates of
// cos²(w_k^m - w_k^0, w_k^n - w_k^0). It pushes the templates away from the
// hand-crafted one in different directions; on the features themselves it would
// counteract consistency. w holds M tensors [K, E] of unit text features, w0 the
// hand-crafted ones [K, E]. With one template it is zero.
func diversity(tp *autograd.Tape, w []*autograd.Tensor, w0 *autograd.Tensor) *autograd.Tensor {
	var residuals, terms []*autograd.Tensor
	for _, wm := range w {
		residuals = append(residuals, tp.L2Normalize(tp.Sub(wm, w0), residualEps)) // [K, E]
	}
	for m := range w {
		for n := range m {
			terms = append(terms, tp.MeanSquare(tp.RowDot(residuals[m], residuals[n])))
		}
	}
	return meanLoss(tp, terms)
}

// consistency is L_con: the mean over classes and templates of
// 1 - cos(w_k^m, w_k^0). It keeps templates near the hand-crafted one.
func consistency(tp *autograd.Tape, w []*autograd.Tensor, w0 *autograd.Tensor) *autograd.Tensor {
	var cosines []*autograd.Tensor
	for _, wm := range w {
		cosines = append(cosines, tp.Mean(tp.RowDot(wm, w0)))
	}
	one := autograd.Const([]float32{1}, 1)
	return tp.Combine([]float32{1, -1}, one, meanLoss(tp, cosines))
}

// rawDiversity is diversity of the features themselves in place of their
// residuals: the mean of cos²(w_k^m, w_k^n).
func rawDiversity(tp *autograd.Tape, w []*autograd.Tensor) *autograd.Tensor {
	var terms []*autograd.Tensor
	for m := range w {
		for n := range m {
			terms = append(terms, tp.MeanSquare(tp.RowDot(w[m], w[n])))
		}
	}
	return meanLoss(tp, terms)
}

// diversity is L_de in the form that the options select.
func (o *Options) diversity(tp *autograd.Tape, w []*autograd.Tensor, w0 *autograd.Tensor) *autograd.Tensor {
	if o.RawCosine {
		return rawDiversity(tp, w)
	}
	return diversity(tp, w, w0)
}

// crossEntropy is the mean over templates of the cross entropy of their logits
// [B, K]: the classification loss without DSTC.
func crossEntropy(tp *autograd.Tape, logits []*autograd.Tensor, labels []int) *autograd.Tensor {
	var each []*autograd.Tensor
	for _, l := range logits {
		each = append(each, tp.CrossEntropy(l, labels))
	}
	return meanLoss(tp, each)
}

// trusted is the mean over templates of L_t-ce, plus Fused times L_t-ce of the
// fused opinion (without the hand-crafted template). logits holds M tensors [B, K].
// If kl is positive, the KL divergence of each template's Dirichlet without the
// label's evidence from the uniform one is added, with that weight.
func (o *Options) trusted(tp *autograd.Tape, logits []*autograd.Tensor, c float32, labels []int, kl float32) *autograd.Tensor {
	k := logits[0].Cols()
	var each, pulls []*autograd.Tensor
	var fused *autograd.Tensor // Σ_m log(1 + e/K) [B, K]
	for _, l := range logits {
		logAlpha := o.Evidence.logOnePlus(tp, l, c, 1) // [B, K]
		each = append(each, dirichletCE(tp, logAlpha, labels))
		if kl > 0 {
			pulls = append(pulls, dirichletKL(tp, logAlpha, labels))
		}
		term := o.Evidence.logOnePlus(tp, l, c, k) // [B, K]
		if fused == nil {
			fused = term
		} else {
			fused = tp.Add(fused, term)
		}
	}
	joint := dirichletCE(tp, fuseTerms(tp, fused, k), labels)
	sum := tp.Combine([]float32{1, o.Fused}, meanLoss(tp, each), joint)
	if kl > 0 {
		sum = tp.Combine([]float32{1, kl}, sum, meanLoss(tp, pulls))
	}
	return sum
}

// annealed is the weight of the KL term at a given progress: it rises to its
// full value over the first half of the training.
func annealed(kl float32, progress float64) float32 {
	return kl * float32(math.Min(1, 2*progress))
}

// meanLoss is the mean of scalars; of none, zero.
func meanLoss(tp *autograd.Tape, terms []*autograd.Tensor) *autograd.Tensor {
	if len(terms) == 0 {
		return autograd.Zeros(1)
	}
	weights := make([]float32, len(terms))
	for i := range weights {
		weights[i] = 1 / float32(len(terms))
	}
	return tp.Combine(weights, terms...)
}

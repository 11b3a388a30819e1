package clip

import "frontdoor/autograd"

// Contrastive is the loss that CLIP is pre-trained with (Radford et al. 2021,
// figure 3), of shape [1]: with logits exp(logit scale) v wᵀ [B, B] of the unit
// features v [B, E] of B images and w [B, E] of their captions, the mean of two
// cross entropies: of each image among all captions, and of each caption among
// all images.
//
// mask [B, B] is added to the logits of both directions; a large negative number
// takes a pair out of the comparison. It must be symmetric. nil adds nothing.
func (m *Model) Contrastive(tp *autograd.Tape, v, w, mask *autograd.Tensor) *autograd.Tensor {
	pairs := make([]int, v.Rows()) // image i belongs to caption i
	for i := range pairs {
		pairs[i] = i
	}
	direction := func(a, b *autograd.Tensor) *autograd.Tensor {
		logits := tp.ScaleExp(tp.MatMulT(a, b), m.LogitScale) // [B, B]
		if mask != nil {
			logits = tp.Add(logits, mask)
		}
		return tp.CrossEntropy(logits, pairs)
	}
	return tp.Combine([]float32{0.5, 0.5}, direction(v, w), direction(w, v))
}

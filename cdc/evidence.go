package cdc

import (
	"fmt"
	"math"

	"frontdoor/autograd"
)

// Evidence says how a logit l becomes evidence for its class, given the offset
// c.
type Evidence string

const (
	// Exp is e = exp(l - c), the default: an image whose logits are all equal to c
	// gives one unit of evidence a class.
	Exp Evidence = "exp"
	// Softplus is e = log(1 + exp(l - c)), as in Trusted Multi-View
	// Classification.
	Softplus Evidence = "softplus"
	// ReLU is e = max(0, l - c).
	ReLU Evidence = "relu"
)

// logOnePlus is log(1 + e/k) of logits: log alpha for k = 1, and one opinion's
// term of the fusion for k = K.
func (e Evidence) logOnePlus(tp *autograd.Tape, logits *autograd.Tensor, c float32, k int) *autograd.Tensor {
	switch e {
	case Exp:
		return softplus(tp, logits, c+float32(math.Log(float64(k))))
	case Softplus:
		return log1p(tp, tp.Scale(softplus(tp, logits, c), 1/float32(k)))
	case ReLU:
		return log1p(tp, tp.Scale(tp.ReLU(logits, c), 1/float32(k)))
	}
	panic(fmt.Sprintf("cdc: unknown evidence %q", string(e)))
}

// Offset says how c follows from the zero-shot logits of the training images.
type Offset string

const (
	// Midpoint is half of Mean plus half of MeanMax, the default.
	Midpoint Offset = "midpoint"
	// Mean is the mean over images and classes.
	Mean Offset = "mean"
	// MeanMax is the mean over images of the largest logit.
	MeanMax Offset = "mean-max"
)

// of computes c from zero-shot logits [n, K].
func (o Offset) of(logits *autograd.Tensor) float32 {
	mean, meanMax := 0.0, 0.0
	for i := range logits.Rows() {
		top := math.Inf(-1)
		for _, l := range logits.Row(i) {
			mean += float64(l) / float64(logits.Len())
			top = max(top, float64(l))
		}
		meanMax += top / float64(logits.Rows())
	}
	switch o {
	case Midpoint:
		return float32((mean + meanMax) / 2)
	case Mean:
		return float32(mean)
	case MeanMax:
		return float32(meanMax)
	}
	panic(fmt.Sprintf("cdc: unknown offset %q", string(o)))
}

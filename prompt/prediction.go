package prompt

import (
	"frontdoor/autograd"
	"frontdoor/clip"
	"frontdoor/simd"
)

// Prediction is the classification of a batch of B images among N classes.
type Prediction struct {
	Name        string           // of the classifier
	Prob        *autograd.Tensor // [B, N] class probabilities
	Uncertainty []float32        // B values in [0, 1]
	// MaxLogit holds the largest logit of each image, another measure of
	// uncertainty: it is small for an image similar to no class. With several
	// templates it is that of the mean of their logits. It may be nil.
	MaxLogit []float32
	// Templates holds the prediction of each template, where there are several.
	Templates []Prediction
	// Conflict says, for each of the B images, how much the templates contradict
	// each other; nil where that is not computed.
	Conflict []float32
}

// Predict classifies preprocessed images [B, 3, S, S] among the classes of l.
func Predict(m *clip.Model, l Learner, images *autograd.Tensor) Prediction {
	return l.Classify(Extract(m, l, images))
}

// Extract returns the features of preprocessed images [B, 3, S, S] that l
// reads.
func Extract(m *clip.Model, l Learner, images *autograd.Tensor) (f Features) {
	frozen, tuned := l.Reads()
	if frozen {
		f.Frozen = m.ImageFeatures(nil, images)
	}
	if tuned {
		f.Tuned = l.Encode(images)
	}
	if ReadsPooled(l) {
		f.Pooled = m.PooledFeatures(images)
	}
	return f
}

// Softmax turns logits [B, N] into a prediction. Its uncertainty is one minus
// the largest probability: the probability of being wrong by the classifier's
// own estimate. It works in place.
func Softmax(name string, logits *autograd.Tensor) Prediction {
	b := logits.Rows()
	p := Prediction{Name: name, Prob: logits, Uncertainty: make([]float32, b), MaxLogit: make([]float32, b)}
	for i := range p.Uncertainty {
		row := logits.Row(i)
		p.MaxLogit[i] = row[Argmax(row)]
		simd.Softmax(row, row)
		p.Uncertainty[i] = 1 - row[Argmax(row)]
	}
	return p
}

// Argmax returns the index of the largest element, the first one if several
// are equal.
func Argmax(x []float32) int {
	best := 0
	for i, v := range x {
		if v > x[best] {
			best = i
		}
	}
	return best
}

// mean returns the mean of tensors of one shape, without a tape.
func mean(all []*autograd.Tensor) *autograd.Tensor {
	mean := autograd.Zeros(all[0].Shape()...)
	for _, t := range all {
		for i, v := range t.Data {
			mean.Data[i] += v / float32(len(all))
		}
	}
	return mean
}

package cdc

import (
	"fmt"

	"frontdoor/autograd"
	"frontdoor/data/augment"
	"frontdoor/internal/parallel"
	"frontdoor/prompt"
)

// Predict classifies clean images [B, 3, S, S]: every template gives its
// opinion, the hand-crafted one too if it takes part, and they are fused. The
// uncertainty is u = K/S of the fused opinion. Without DSTC there is no
// conflict.
func (l *Learner) Predict(images *autograd.Tensor) prompt.Prediction {
	return l.Judge(prompt.See(l.Model, l, images))
}

// Reads says that features of the templates are read, and those of the frozen
// tower if the hand-crafted template takes part, unless CDC is to be light.
func (l *Learner) Reads() (plain, tuned bool) { return l.HandCrafted && l.Lite == "", true }

// Encode returns what Judge reads of images [B, 3, S, S]: unit features
// [M·B, E], template by template, or [B, E] of the student.
func (l *Learner) Encode(images *autograd.Tensor) *autograd.Tensor {
	switch {
	case l.Lite == Student:
		student := prompt.Multi{Model: l.Model, Templates: l.Templates[l.M:]}
		return student.Encode(images)
	case l.Lite == Shared || !l.Looks || l.M == 1:
		return l.Multi.Encode(images)
	}
	_, vision := prompt.Join(nil, l.Templates)
	return l.ImageFeatures(nil, looked(images, l.M), vision)
}

// looked returns what m templates see of images [B, 3, S, S], each in its way,
// [M·B, 3, S, S]: the average over x' of the front door, for which training has
// the views.
func looked(images *autograd.Tensor, m int) *autograd.Tensor {
	b, h, w := images.Dim(0), images.Dim(2), images.Dim(3)
	all := autograd.Zeros(m*b, 3, h, w)
	looks, per := augment.Looks(m), 3*h*w
	parallel.For(m*b, 4, func(lo, hi int) {
		for i := lo; i < hi; i++ {
			src := images.Data[i%b*per : (i%b+1)*per]
			looks[i/b].Apply(all.Data[i*per:(i+1)*per], src, h, w)
		}
	})
	return all
}

// Judge is Predict of images that have the features f.
func (l *Learner) Judge(f prompt.Features) prompt.Prediction {
	names, logits := l.logits(f)
	b, k := logits[0].Rows(), logits[0].Cols()
	p := prompt.Prediction{Opinion: blank("cdc", b, k)}
	if l.Trusted {
		p.Conflict = make([]float32, b)
	}
	for _, name := range names {
		p.Templates = append(p.Templates, blank(name, b, k))
	}
	v := l.newVerdicts(logits, l.trust(len(logits)), l.offset.Item())
	parallel.For(b, 16, func(lo, hi int) {
		for i := lo; i < hi; i++ {
			each, fused := v.of(i)
			for m, o := range each {
				store(&p.Templates[m], i, o)
			}
			store(&p.Opinion, i, fused)
			if l.Trusted {
				p.Conflict[i] = float32(Conflict(each...))
			}
		}
	})
	p.MaxLogit = maxLogit(logits)
	return p
}

// logits returns the logits [B, K] of every opinion that takes part, with its
// name.
func (l *Learner) logits(f prompt.Features) (names []string, logits []*autograd.Tensor) {
	if l.Lite == Student {
		own := l.Split(nil, l.TextFeatures())[l.M] // [K, E]
		names, logits = []string{"student"}, []*autograd.Tensor{l.Model.Logits(nil, f.Tuned, own)}
	} else {
		for m, own := range l.Multi.Logits(nil, f.Tuned, l.TextFeatures()) {
			names = append(names, fmt.Sprintf("S%d", m+1))
			logits = append(logits, own)
		}
	}
	if l.HandCrafted {
		names = append(names, "hand-crafted")
		v := f.Plain // [B, E]
		if l.Lite != "" {
			v = firstRows(f.Tuned, logits[0].Rows())
		}
		logits = append(logits, l.zero.LogitsOf(v))
	}
	return names, logits
}

// firstRows returns the first n rows of features.
func firstRows(v *autograd.Tensor, n int) *autograd.Tensor {
	return autograd.Const(v.Data[:n*v.Cols()], n, v.Cols())
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

func blank(name string, b, k int) prompt.Opinion {
	return prompt.Opinion{Name: name, Prob: autograd.Zeros(b, k), Uncertainty: make([]float32, b)}
}

func store(to *prompt.Opinion, i int, from Opinion) {
	for k, p := range from.Prob {
		to.Prob.Row(i)[k] = float32(p)
	}
	to.Uncertainty[i] = float32(from.Uncertainty)
}

func widen(x []float32) []float64 {
	y := make([]float64, len(x))
	for i, v := range x {
		y[i] = float64(v)
	}
	return y
}

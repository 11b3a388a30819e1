package cdc

import (
	"fmt"
	"slices"

	"frontdoor/autograd"
	"frontdoor/data/augment"
	"frontdoor/internal/parallel"
	"frontdoor/prompt"
)

// Reads says that features of the templates are read, and those of the frozen
// tower if the hand-crafted template takes part, unless CDC is to be light.
func (l *Learner) Reads() (frozen, tuned bool) { return l.HandCrafted && l.Lite == "", true }

// Encode returns what Classify reads of images [B, 3, S, S]: unit features
// [M·B, E], template by template, or [B, E] of the student. With several views
// those of the frozen tower at the centre come behind, for the hand-crafted
// template: [(M+1)·B, E].
func (l *Learner) Encode(images *autograd.Tensor) *autograd.Tensor {
	switch {
	case l.Lite == Student:
		student := prompt.Multi{Model: l.Model, Templates: l.Templates[l.M:]}
		return student.Encode(images)
	case l.Lite == Shared && l.TestViews:
		return l.encodeTwice(images)
	case !l.severalViews():
		return l.Multi.Encode(images)
	}
	_, vision := prompt.Join(nil, l.Templates)
	v := l.ImageFeatures(nil, testViews(images, augment.TestViews(l.M)), vision) // [M·B, E]
	if !l.HandCrafted {
		return v
	}
	centre := l.Model.ImageFeatures(nil, testViews(images, []augment.TestView{augment.Centre})) // [B, E]
	return autograd.Const(slices.Concat(v.Data, centre.Data), v.Rows()+centre.Rows(), v.Cols())
}

// severalViews says whether a test image is encoded in more than one view.
func (o *Options) severalViews() bool { return o.TestViews && o.Lite == "" && o.M > 1 }

// testViews returns the views of images [B, 3, S, S], [V·B, 3, S, S] view by
// view: the average over x' of the front door, for which training has random
// augmentations.
func testViews(images *autograd.Tensor, views []augment.TestView) *autograd.Tensor {
	b, h, w := images.Dim(0), images.Dim(2), images.Dim(3)
	all := autograd.Zeros(len(views)*b, 3, h, w)
	per := 3 * h * w
	parallel.For(len(views)*b, 4, func(lo, hi int) {
		for i := lo; i < hi; i++ {
			src := images.Data[i%b*per : (i%b+1)*per]
			views[i/b].Apply(all.Data[i*per:(i+1)*per], src, h, w)
		}
	})
	return all
}

// Classify predicts by the features f: every template gives its opinion, the
// hand-crafted one too if it takes part, and they are fused. The uncertainty is
// u = K/S of the fused opinion. Without DSTC there is no conflict.
func (l *Learner) Classify(f prompt.Features) prompt.Prediction {
	names, logits := l.logits(f)
	b, k := logits[0].Rows(), logits[0].Cols()
	p := newPrediction("cdc", b, k)
	if l.Trusted {
		p.Conflict = make([]float32, b)
	}
	for _, name := range names {
		p.Templates = append(p.Templates, newPrediction(name, b, k))
	}
	v := l.newVerdicts(logits, l.weights(len(logits)), l.offset.Item())
	parallel.For(b, 16, func(lo, hi int) {
		for i := lo; i < hi; i++ {
			each, fused := v.of(i)
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

// logits returns the logits [B, K] of every opinion that takes part, with its
// name.
func (l *Learner) logits(f prompt.Features) (names []string, logits []*autograd.Tensor) {
	v := f.Tuned
	if l.Lite == Student {
		own := l.Split(nil, l.TextFeatures())[l.M] // [K, E]
		names, logits = []string{"student"}, []*autograd.Tensor{l.Model.Logits(nil, v, own)}
	} else {
		b := v.Rows() / l.M
		if l.severalViews() && l.HandCrafted { // those of the centre come behind
			b = v.Rows() / (l.M + 1)
		}
		for m, own := range l.Multi.Logits(nil, rows(v, 0, l.M*b), l.TextFeatures()) {
			names = append(names, fmt.Sprintf("S%d", m+1))
			logits = append(logits, own)
		}
	}
	if l.HandCrafted {
		names = append(names, "hand-crafted")
		logits = append(logits, l.handCrafted(f, logits[0].Rows()))
	}
	return names, logits
}

// handCrafted returns the logits [B, K] of t^0 on b images: of the frozen tower's
// features, and with several views the mean of these and those of the centre;
// if CDC is to be light, of the learned vision tokens' features.
func (l *Learner) handCrafted(f prompt.Features, b int) *autograd.Tensor {
	if l.Lite == Shared && l.TestViews && l.M > 1 { // templates 0 and 1 have the two views
		return meanOf([]*autograd.Tensor{
			l.zero.Logits(rows(f.Tuned, 0, b)), l.zero.Logits(rows(f.Tuned, b, 2*b)),
		}, ones(2))
	}
	if l.Lite != "" {
		return l.zero.Logits(rows(f.Tuned, 0, b))
	}
	whole := l.zero.Logits(f.Frozen)
	if !l.severalViews() {
		return whole
	}
	centre := l.zero.Logits(rows(f.Tuned, l.M*b, (l.M+1)*b))
	return meanOf([]*autograd.Tensor{whole, centre}, ones(2))
}

// rows returns the rows lo to hi of features.
func rows(v *autograd.Tensor, lo, hi int) *autograd.Tensor {
	return autograd.Const(v.Data[lo*v.Cols():hi*v.Cols()], hi-lo, v.Cols())
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

func newPrediction(name string, b, k int) prompt.Prediction {
	return prompt.Prediction{Name: name, Prob: autograd.Zeros(b, k), Uncertainty: make([]float32, b)}
}

func store(to *prompt.Prediction, i int, from Opinion) {
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

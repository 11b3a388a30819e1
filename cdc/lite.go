package cdc

import (
	"frontdoor/autograd"
	"frontdoor/data/augment"
	"frontdoor/prompt"
)

// Lite says how classification is made cheap. CDC needs an image pass for each
// template and one for the hand-crafted template; the paper names that as its
// limitation. Both ways need one pass, or two with TestViews, in which the
// hand-crafted template too reads the image through learned vision tokens.
type Lite string

const (
	// Shared gives all templates the vision tokens of the first. Their views
	// still differ in training, and their text tokens are their own. With
	// TestViews half of them get the whole image and half its centre, mirrored.
	Shared Lite = "shared"
	// Student adds a template that learns, while the others are trained, to say
	// what they say together; it alone is asked afterwards.
	Student Lite = "student"
)

// distil is the weight of the student's distance from its teachers.
const distil = 0.1

// students is how many templates there are beside the M that are trained by
// CDC.
func (o *Options) students() int {
	if o.Lite == Student {
		return 1
	}
	return 0
}

// withStudent is the loss of M templates and a student behind them: theirs, and
// for the student L_t-ce, L_con and the mean squared distance of its logits
// from the mean of theirs. It sees the plain crop and they their own views, so
// it learns what they say of an image in spite of these; they do not learn from
// it.
func (l *Learner) withStudent(tp *autograd.Tape, logits, ws []*autograd.Tensor, b prompt.Batch) *autograd.Tensor {
	m := len(logits) - 1
	own := logits[m]
	alone := *l // no loss on a fused opinion, there being one
	alone.Fused = 0
	target := meanOf(logits[:m], ones(m)) // [B, K], without a gradient
	return tp.Combine([]float32{1, 1, l.Consistency, distil},
		l.loss(tp, logits[:m], ws[:m], b),
		alone.classification(tp, []*autograd.Tensor{own}, b),
		consistency(tp, ws[m:], l.w0),
		tp.MeanSquare(tp.Sub(own, target)))
}

// encodeTwice is Encode by shared vision tokens: the features [M·B, E] of the
// whole image for templates 0, 2 and so on, of its mirrored centre for the
// others.
func (l *Learner) encodeTwice(images *autograd.Tensor) *autograd.Tensor {
	views := []augment.TestView{{Side: 1}, {Side: augment.Centre.Side, Mirror: true}}
	views = views[:min(len(views), l.M)]
	_, vision := prompt.Join(nil, l.Templates[:1])
	v := l.ImageFeatures(nil, testViews(images, views), vision) // [2·B, E]
	b := images.Dim(0)
	var all []float32
	for m := range l.M {
		at := m % len(views) * b
		all = append(all, rows(v, at, at+b).Data...)
	}
	return autograd.Const(all, l.M*b, v.Cols())
}

// ones returns n weights of 1.
func ones(n int) []float64 {
	w := make([]float64, n)
	for i := range w {
		w[i] = 1
	}
	return w
}

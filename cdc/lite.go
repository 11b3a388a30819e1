package cdc

import (
	"frontdoor/autograd"
	"frontdoor/prompt"
)

// Lite says how classification is made cheap. CDC needs an image pass for each
// template and one for the hand-crafted template; the paper names that as its
// limitation. Both ways need one pass, Shared with TestViews two, and the
// hand-crafted template uses features by learned vision tokens too.
type Lite string

const (
	// Shared gives all templates the vision tokens of the first. Their views
	// still differ in training, and their text tokens are their own. With
	// TestViews half of them get the whole image and half its centre, mirrored.
	Shared Lite = "shared"
	// Student adds a template that is trained, beside the others, to give the mean
	// of their logits. It alone classifies.
	Student Lite = "student"
)

// distil is the weight of the student's distance from the other templates.
const distil = 0.1

// students is the number of templates beside the M of CDC.
func (o *Options) students() int {
	if o.Lite == Student {
		return 1
	}
	return 0
}

// withStudent is the loss of M templates and a student behind them: theirs, and
// for the student L_t-ce, L_con and the mean squared distance of its logits
// from the mean of theirs. It trains on the random crop with a flip and they on
// their own views. They get no gradient from its distance.
func (l *Learner) withStudent(tp *autograd.Tape, logits, ws []*autograd.Tensor, b prompt.Batch) *autograd.Tensor {
	m := len(logits) - 1
	own := logits[m]
	alone := *l // no loss on a fused opinion, there being one
	alone.Fused = 0
	target := mean(logits[:m], ones(m)) // [B, K], without a gradient
	return tp.Combine([]float32{1, 1, l.Consistency, distil},
		l.loss(tp, logits[:m], ws[:m], b),
		alone.classification(tp, []*autograd.Tensor{own}, b),
		consistency(tp, ws[m:], l.w0),
		tp.MeanSquare(tp.Sub(own, target)))
}

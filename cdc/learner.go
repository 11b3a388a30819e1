package cdc

import (
	"errors"
	"fmt"

	"frontdoor/autograd"
	"frontdoor/clip"
	"frontdoor/data/augment"
	"frontdoor/nn"
	"frontdoor/prompt"
)

// Learner is CDC: M coupled templates, each with a view of its own, and the
// hand-crafted one. New makes one; the zero value has no model.
type Learner struct {
	prompt.Multi
	Options

	views  []augment.View
	zero   *prompt.ZeroShot // t^0
	w0     *autograd.Tensor // [K, E] text features of t^0
	offset *autograd.Tensor // [1] the evidence offset c

	plan    plan
	encoder prompt.Multi // the templates whose vision tokens encode test images

	trained    *autograd.Tensor // [K', E] text features by t^0 of the training classes, or nil
	similarity float64          // of the present classes to them, in [0, 1]
}

// New returns an untrained learner. Its initial values depend on the seed
// only.
func New(m *clip.Model, o Options, seed uint64) (*Learner, error) {
	if err := o.check(); err != nil {
		return nil, err
	}
	views, err := augment.Set(o.ViewSet, o.M)
	if err != nil {
		return nil, fmt.Errorf("cdc: %w", err)
	}
	if o.Lite == Student {
		crop, _ := augment.Set(0, 1)
		views = append(views, crop...)
	}
	l := &Learner{
		Multi:   prompt.Multi{Model: m},
		Options: o,
		views:   views,
		zero:    prompt.NewZeroShot(m, o.Template),
		offset:  autograd.Zeros(1),

		similarity: 1,
	}
	if l.Templates, err = prompt.NewTemplates(m, o.M+o.students(), o.Coupling, seed); err != nil {
		return nil, err
	}
	l.OneVision = o.Lite == Shared
	l.plan = o.testPlan()
	l.encoder = prompt.Multi{Model: m, Templates: l.Templates}
	switch o.Lite {
	case Shared:
		l.encoder.Templates = l.Templates[:1]
	case Student:
		l.encoder.Templates = l.Templates[o.M:]
	}
	return l, nil
}

// Params lists the tensors of every template, "template.0.ctx" and so on.
func (l *Learner) Params() []nn.Named {
	var ps []nn.Named
	for i, t := range l.Templates {
		prefix := fmt.Sprintf("template.%d.", i)
		if l.OneVision && i > 0 { // its vision tokens are not used
			ps = append(ps, t.TextParams(prefix)...)
		} else {
			ps = append(ps, t.Params(prefix)...)
		}
	}
	return ps
}

// State is what is trained, and the evidence offset.
func (l *Learner) State() []nn.Named {
	return append(l.Params(), nn.Named{Name: "evidence_offset", Tensor: l.offset})
}

// Views returns one augmentation a template.
func (l *Learner) Views() []augment.View { return l.views }

// SetClasses changes the classes of all templates and of t^0.
func (l *Learner) SetClasses(names []string) (err error) {
	if l.zero == nil {
		return errors.New("cdc: the zero Learner has no model: New makes one that has")
	}
	if err = l.zero.SetClasses(names); err != nil {
		return err
	}
	l.w0 = l.zero.Text()
	l.setSimilarity()
	return l.Multi.SetClasses(names)
}

// Calibrate fixes the evidence offset from the zero-shot logits [n, K] of the
// training images. It is kept for new classes.
func (l *Learner) Calibrate(logits *autograd.Tensor) { l.offset.Data[0] = l.Offset.of(logits) }

// Loss is mean_m L_t-ce(m) + Fused L_t-ce(fused) + Diversity L_de + Consistency
// L_con. Without DSTC the first two are the mean over templates of the cross
// entropy.
func (l *Learner) Loss(tp *autograd.Tape, b prompt.Batch) *autograd.Tensor {
	v, w := l.Features(tp, b.Images) // [M·B, E], [M·K, E]
	vs, ws := l.Split(tp, v), l.Split(tp, w)
	logits := make([]*autograd.Tensor, len(vs))
	for m := range vs {
		logits[m] = l.Model.Logits(tp, vs[m], ws[m]) // [B, K]
	}
	if l.Lite == Student {
		return l.withStudent(tp, logits, ws, b)
	}
	return l.loss(tp, logits, ws, b)
}

// loss is that of M templates with logits [B, K] and text features [K, E] each.
func (l *Learner) loss(tp *autograd.Tape, logits, ws []*autograd.Tensor, b prompt.Batch) *autograd.Tensor {
	return tp.Combine([]float32{1, l.Diversity, l.Consistency},
		l.classification(tp, logits, b),
		l.diversity(tp, ws, l.w0),
		consistency(tp, ws, l.w0))
}

// classification is the loss of logits, M of [B, K], in the form that the
// options select.
func (l *Learner) classification(tp *autograd.Tape, logits []*autograd.Tensor, b prompt.Batch) *autograd.Tensor {
	if !l.Trusted {
		return crossEntropy(tp, logits, b.Labels)
	}
	return l.trusted(tp, logits, l.offset.Item(), b.Labels, annealed(l.KL, b.Progress))
}

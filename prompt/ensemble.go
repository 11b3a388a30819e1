package prompt

import (
	"fmt"
	"math/rand/v2"

	"frontdoor/autograd"
	"frontdoor/clip"
	"frontdoor/data/augment"
	"frontdoor/nn"
)

// Phrases are what several templates begin as, each as another, so that their
// first tokens start apart. More templates begin again with the first.
var Phrases = []string{
	"a photo of a", "a picture of a", "an image of a", "a drawing of a",
	"a photo of the", "a picture of the", "a good photo of a", "a close up of a",
}

// NewTemplates returns m untrained templates that begin as the Phrases. What
// template i begins as depends on the seed and i only.
func NewTemplates(model *clip.Model, m int, c Coupling, seed uint64) ([]*Coupled, error) {
	templates := make([]*Coupled, m)
	for i := range templates {
		var err error
		r := rand.New(rand.NewPCG(seed, uint64(i)))
		if templates[i], err = NewCoupled(model, Phrases[i%len(Phrases)], c, r); err != nil {
			return nil, err
		}
	}
	return templates, nil
}

// Ensemble is the plain rival of CDC: M of MaPLe's templates, each trained by
// cross entropy, and their logits averaged. What CDC adds to it is a view of
// its own for each template, opinions fused by certainty, and two losses.
type Ensemble struct {
	Multi
	view augment.View
}

// NewEnsemble returns m untrained templates, the same that CDC begins with.
// Every template sees a draw of its own of the view.
func NewEnsemble(model *clip.Model, m int, c Coupling, view augment.View, seed uint64) (*Ensemble, error) {
	if m < 1 {
		return nil, fmt.Errorf("prompt: %d templates; an ensemble has at least 1", m)
	}
	templates, err := NewTemplates(model, m, c, seed)
	if err != nil {
		return nil, err
	}
	return &Ensemble{Multi: Multi{Model: model, Templates: templates}, view: view}, nil
}

// Params lists the tensors of all templates, in MaPLe's names behind
// "template.m.".
func (l *Ensemble) Params() []nn.Named {
	var ps []nn.Named
	for m, t := range l.Templates {
		ps = append(ps, t.Params(fmt.Sprintf("template.%d.", m))...)
	}
	return ps
}

// State is what is trained.
func (l *Ensemble) State() []nn.Named { return l.Params() }

// Views returns the view once for each template.
func (l *Ensemble) Views() []augment.View {
	views := make([]augment.View, len(l.Templates))
	for m := range views {
		views[m] = l.view
	}
	return views
}

// Loss is the mean over templates of the cross entropy of their logits.
func (l *Ensemble) Loss(tp *autograd.Tape, b Batch) *autograd.Tensor {
	v, w := l.Features(tp, b.Images) // [M·B, E], [M·N, E]
	losses := make([]*autograd.Tensor, len(l.Templates))
	share := make([]float32, len(losses))
	for m, logits := range l.Logits(tp, v, w) {
		losses[m] = tp.CrossEntropy(logits, b.Labels)
		share[m] = 1 / float32(len(losses))
	}
	return tp.Combine(share, losses...)
}

// Predict classifies by the softmax of the mean of the templates' logits.
func (l *Ensemble) Predict(images *autograd.Tensor) Prediction {
	return l.Judge(See(l.Model, l, images))
}

// Judge classifies by the softmax of the mean of the templates' logits.
func (l *Ensemble) Judge(f Features) Prediction {
	each := l.Logits(nil, f.Tuned, l.TextFeatures()) // M of [B, N]
	p := Prediction{Opinion: Softmax("ensemble", average(each))}
	for m, logits := range each {
		p.Templates = append(p.Templates, Softmax(fmt.Sprintf("S%d", m+1), logits))
	}
	return p
}

// average returns the mean of tensors of one shape, outside of training.
func average(all []*autograd.Tensor) *autograd.Tensor {
	mean := autograd.Zeros(all[0].Shape()...)
	for _, t := range all {
		for i, v := range t.Data {
			mean.Data[i] += v / float32(len(all))
		}
	}
	return mean
}

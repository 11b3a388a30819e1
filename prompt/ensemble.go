package prompt

import (
	"fmt"
	"math/rand/v2"

	"frontdoor/autograd"
	"frontdoor/clip"
	"frontdoor/data"
	"frontdoor/data/augment"
	"frontdoor/nn"
)

// phrases are the initial words of several templates, another for each, so
// that their first tokens start apart. More templates begin again with the
// first.
var phrases = []string{
	data.Phrase, "a picture of a", "an image of a", "a drawing of a",
	"a photo of the", "a picture of the", "a good photo of a", "a close up of a",
}

// NewTemplates returns m untrained templates with different initial words. The
// initial values of template i depend on the seed and i only.
func NewTemplates(model *clip.Model, m int, c Coupling, seed uint64) ([]*Coupled, error) {
	templates := make([]*Coupled, m)
	for i := range templates {
		var err error
		r := rand.New(rand.NewPCG(seed, uint64(i)))
		if templates[i], err = newCoupled(model, phrases[i%len(phrases)], c, r); err != nil {
			return nil, err
		}
	}
	return templates, nil
}

// Ensemble is M coupled templates, each trained by cross entropy, whose logits
// are averaged. MaPLe (Khattak et al. 2023) is the ensemble of one. CDC adds an
// augmentation of its own for each template, fusion by certainty, and two
// losses.
type Ensemble struct {
	Multi
	name string
	view augment.View
	// single marks MaPLe, whose tensors have the names of the original and whose
	// prediction does not list its one template.
	single bool
}

// NewMaPLe returns an untrained learner of one template, with the initial words
// "a photo of a". view is the augmentation of its training images.
func NewMaPLe(m *clip.Model, c Coupling, view augment.View, seed uint64) (*Ensemble, error) {
	t, err := newCoupled(m, data.Phrase, c, rand.New(rand.NewPCG(seed, 0x6d61706c65)))
	if err != nil {
		return nil, err
	}
	return mapleOf(m, t, view), nil
}

// mapleOf returns the learner of one template.
func mapleOf(m *clip.Model, t *Coupled, view augment.View) *Ensemble {
	return &Ensemble{Multi: Multi{Model: m, Templates: []*Coupled{t}}, name: "maple", view: view, single: true}
}

// NewEnsemble returns m untrained templates, with the initial values of CDC's.
// Every template gets its own random view of an image.
func NewEnsemble(model *clip.Model, m int, c Coupling, view augment.View, seed uint64) (*Ensemble, error) {
	if m < 1 {
		return nil, fmt.Errorf("prompt: %d templates; an ensemble has at least 1", m)
	}
	templates, err := NewTemplates(model, m, c, seed)
	if err != nil {
		return nil, err
	}
	return &Ensemble{Multi: Multi{Model: model, Templates: templates}, name: "ensemble", view: view}, nil
}

// Params lists the tensors of all templates in the original's names, of several
// templates behind "template.m.".
func (l *Ensemble) Params() []nn.Named {
	if l.single {
		return l.Templates[0].Params("")
	}
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
	for m, logits := range l.logits(tp, v, w) {
		losses[m] = tp.CrossEntropy(logits, b.Labels)
		share[m] = 1 / float32(len(losses))
	}
	return tp.Combine(share, losses...)
}

// Classify predicts by the softmax of the mean of the templates' logits.
func (l *Ensemble) Classify(f Features) Prediction {
	each := l.logits(nil, f.Tuned, l.TextFeatures()) // M of [B, N]
	p := Softmax(l.name, mean(each))
	if !l.single {
		p.Templates = l.templates(each)
	}
	return p
}

// templates returns the prediction of each template by its logits, M of [B, N],
// which it overwrites.
func (l *Ensemble) templates(each []*autograd.Tensor) []Prediction {
	var all []Prediction
	for m, logits := range each {
		name := fmt.Sprintf("S%d", m+1)
		if l.single {
			name = l.name
		}
		all = append(all, Softmax(name, logits))
	}
	return all
}

// WithZeroShot is an ensemble that averages the zero-shot classifier's logits
// with its templates' when it predicts. Training is the ensemble's; a
// prediction takes one more pass of the image tower. CDC's fusion has the
// hand-crafted template in it too, so this is the fair comparison.
type WithZeroShot struct {
	*Ensemble
	zero *ZeroShot
}

// NewWithZeroShot adds the zero-shot classifier of a caption template to l.
func NewWithZeroShot(l *Ensemble, template string) *WithZeroShot {
	return &WithZeroShot{Ensemble: l, zero: NewZeroShot(l.Model, template)}
}

// SetClasses sets the classes of both.
func (l *WithZeroShot) SetClasses(names []string) error {
	if err := l.zero.SetClasses(names); err != nil {
		return err
	}
	return l.Ensemble.SetClasses(names)
}

// Reads says that both kinds of features are read.
func (l *WithZeroShot) Reads() (frozen, tuned bool) { return true, true }

// Classify predicts by the softmax of the mean of all logits: the templates'
// and the zero-shot classifier's.
func (l *WithZeroShot) Classify(f Features) Prediction {
	each := l.logits(nil, f.Tuned, l.TextFeatures()) // M of [B, N]
	zero := l.zero.Logits(f.Frozen)                  // [B, N]
	p := Softmax(l.name+"+zs", mean(append(each, zero)))
	p.Templates = append(l.templates(each), Softmax(handCrafted, zero))
	return p
}

// handCrafted is the name of the zero-shot classifier among templates.
const handCrafted = "hand-crafted"

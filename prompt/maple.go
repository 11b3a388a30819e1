package prompt

import (
	"math/rand/v2"

	"frontdoor/autograd"
	"frontdoor/clip"
	"frontdoor/data/augment"
	"frontdoor/nn"
)

// MaPLe is multi-modal prompt learning (Khattak et al. 2023): one coupled
// template, trained by cross entropy.
type MaPLe struct {
	Multi
	view augment.View
}

// NewMaPLe returns an untrained learner that begins as "a photo of a". view is
// the augmentation of its training images.
func NewMaPLe(m *clip.Model, c Coupling, view augment.View, seed uint64) (*MaPLe, error) {
	r := rand.New(rand.NewPCG(seed, 0x6d61706c65))
	t, err := NewCoupled(m, "a photo of a", c, r)
	if err != nil {
		return nil, err
	}
	return &MaPLe{Multi: Multi{Model: m, Templates: []*Coupled{t}}, view: view}, nil
}

// Params lists the template's tensors in the original's names.
func (l *MaPLe) Params() []nn.Named { return l.Templates[0].Params("") }

// State is what is trained.
func (l *MaPLe) State() []nn.Named { return l.Params() }

// Views returns the one view of training images.
func (l *MaPLe) Views() []augment.View { return []augment.View{l.view} }

// Loss is the cross entropy of the logits.
func (l *MaPLe) Loss(tp *autograd.Tape, b Batch) *autograd.Tensor {
	v, w := l.Features(tp, b.Images)
	return tp.CrossEntropy(l.Model.Logits(tp, v, w), b.Labels)
}

// Predict classifies by the softmax of the logits.
func (l *MaPLe) Predict(images *autograd.Tensor) Prediction { return l.Judge(See(l.Model, l, images)) }

// Judge classifies by the softmax of the logits.
func (l *MaPLe) Judge(f Features) Prediction {
	return Prediction{Opinion: Softmax("maple", l.Model.Logits(nil, f.Tuned, l.TextFeatures()))}
}

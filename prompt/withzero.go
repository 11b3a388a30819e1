package prompt

import (
	"fmt"

	"frontdoor/autograd"
	"frontdoor/clip"
	"frontdoor/data/augment"
)

// MaPLePlusZeroShot is MaPLe with the zero-shot classifier at its side: it is
// trained as MaPLe, and when it predicts, the logits of both are averaged. It
// costs one more pass of the image tower and nothing in training.
type MaPLePlusZeroShot struct {
	*MaPLe
	zero *ZeroShot
}

// NewMaPLePlusZeroShot returns an untrained learner; template is the caption
// of the zero-shot classifier.
func NewMaPLePlusZeroShot(m *clip.Model, c Coupling, template string, view augment.View, seed uint64) (*MaPLePlusZeroShot, error) {
	l, err := NewMaPLe(m, c, view, seed)
	if err != nil {
		return nil, err
	}
	return &MaPLePlusZeroShot{MaPLe: l, zero: NewZeroShot(m, template)}, nil
}

// SetClasses sets the classes of both.
func (l *MaPLePlusZeroShot) SetClasses(names []string) error {
	if err := l.zero.SetClasses(names); err != nil {
		return err
	}
	return l.MaPLe.SetClasses(names)
}

// Predict classifies by the softmax of the mean of both logits.
func (l *MaPLePlusZeroShot) Predict(images *autograd.Tensor) Prediction {
	return l.Judge(See(l.Model, l, images))
}

// Reads says that both kinds of features are read.
func (l *MaPLePlusZeroShot) Reads() (plain, tuned bool) { return true, true }

// Judge classifies by the softmax of the mean of both logits.
func (l *MaPLePlusZeroShot) Judge(f Features) Prediction {
	tuned := l.Model.Logits(nil, f.Tuned, l.TextFeatures())
	zero := l.zero.LogitsOf(f.Plain)
	p := Prediction{Opinion: Softmax("maple+zs", average([]*autograd.Tensor{tuned, zero}))}
	p.Templates = []Opinion{Softmax("maple", tuned), Softmax("hand-crafted", zero)}
	return p
}

// EnsemblePlusZeroShot is an ensemble with the zero-shot classifier at its
// side, which counts as one more template when it predicts. CDC's fusion has
// the hand-crafted template in it too, so this is the rival that CDC owes a
// comparison.
type EnsemblePlusZeroShot struct {
	*Ensemble
	zero *ZeroShot
}

// NewEnsemblePlusZeroShot returns an untrained learner; template is the caption
// of the zero-shot classifier.
func NewEnsemblePlusZeroShot(model *clip.Model, m int, c Coupling, template string, view augment.View, seed uint64) (*EnsemblePlusZeroShot, error) {
	l, err := NewEnsemble(model, m, c, view, seed)
	if err != nil {
		return nil, err
	}
	return &EnsemblePlusZeroShot{Ensemble: l, zero: NewZeroShot(model, template)}, nil
}

// SetClasses sets the classes of both.
func (l *EnsemblePlusZeroShot) SetClasses(names []string) error {
	if err := l.zero.SetClasses(names); err != nil {
		return err
	}
	return l.Ensemble.SetClasses(names)
}

// Predict classifies by the softmax of the mean of all logits: the templates'
// and the zero-shot classifier's.
func (l *EnsemblePlusZeroShot) Predict(images *autograd.Tensor) Prediction {
	return l.Judge(See(l.Model, l, images))
}

// Reads says that both kinds of features are read.
func (l *EnsemblePlusZeroShot) Reads() (plain, tuned bool) { return true, true }

// Judge classifies by the softmax of the mean of all logits.
func (l *EnsemblePlusZeroShot) Judge(f Features) Prediction {
	each := append(l.Logits(nil, f.Tuned, l.TextFeatures()), l.zero.LogitsOf(f.Plain)) // M+1 of [B, N]
	p := Prediction{Opinion: Softmax("ensemble+zs", average(each))}
	for m, logits := range each[:len(l.Templates)] {
		p.Templates = append(p.Templates, Softmax(fmt.Sprintf("S%d", m+1), logits))
	}
	p.Templates = append(p.Templates, Softmax("hand-crafted", each[len(each)-1]))
	return p
}

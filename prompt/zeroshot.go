package prompt

import (
	"errors"

	"frontdoor/autograd"
	"frontdoor/clip"
	"frontdoor/data/augment"
	"frontdoor/nn"
)

// ZeroShot is CLIP without learned prompts: it chooses the class whose caption
// is most similar to the image. With several captions a class, their unit features are averaged.
type ZeroShot struct {
	model     *clip.Model
	name      string
	templates []string
	text      *autograd.Tensor // [N, E]
}

// NewZeroShot returns a classifier by a caption template such as
// "a photo of a {}.".
func NewZeroShot(m *clip.Model, template string) *ZeroShot {
	return &ZeroShot{model: m, name: "zero-shot", templates: []string{template}}
}

// NewZeroShotEnsemble returns a classifier by several caption templates.
func NewZeroShotEnsemble(m *clip.Model, name string, templates []string) *ZeroShot {
	return &ZeroShot{model: m, name: name, templates: templates}
}

// Params returns nothing: there is nothing to train.
func (z *ZeroShot) Params() []nn.Named { return nil }

// State returns nothing.
func (z *ZeroShot) State() []nn.Named { return nil }

// Views returns nothing: there are no training batches.
func (z *ZeroShot) Views() []augment.View { return nil }

// SetClasses encodes the captions of the classes. Of several templates those
// are left out that a class name makes too long for the model's context; it
// fails if none is left.
func (z *ZeroShot) SetClasses(names []string) error {
	var each []*autograd.Tensor // M of [N, E]
	long := errors.New("prompt: there is no caption template")
	for _, t := range z.templates {
		w, err := CaptionFeatures(z.model, t, names)
		if err != nil {
			long = err
			continue
		}
		each = append(each, w)
	}
	switch len(each) {
	case 0:
		return long
	case 1:
		z.text = each[0]
	default:
		z.text = (*autograd.Tape)(nil).L2Normalize(mean(each), 0)
	}
	return nil
}

// Loss panics: zero-shot classification is not trained.
func (z *ZeroShot) Loss(*autograd.Tape, Batch) *autograd.Tensor {
	panic("prompt: ZeroShot has nothing to train")
}

// Logits returns the scaled cosines [B, N] of unit image features v [B, E]
// and captions.
func (z *ZeroShot) Logits(v *autograd.Tensor) *autograd.Tensor {
	mustChoose(z.text != nil)
	return z.model.Logits(nil, v, z.text)
}

// Reads says that features of the frozen tower are all it reads.
func (z *ZeroShot) Reads() (frozen, tuned bool) { return true, false }

// Encode panics: nothing is learned for the image tower.
func (z *ZeroShot) Encode(*autograd.Tensor) *autograd.Tensor {
	panic("prompt: ZeroShot has no tuned features")
}

// Classify predicts by the softmax of the logits.
func (z *ZeroShot) Classify(f Features) Prediction {
	return Softmax(z.name, z.Logits(f.Frozen))
}

// Text returns the unit features [N, E] of the classes' captions.
func (z *ZeroShot) Text() *autograd.Tensor { return z.text }

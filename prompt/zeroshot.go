package prompt

import (
	"frontdoor/autograd"
	"frontdoor/clip"
	"frontdoor/data/augment"
	"frontdoor/nn"
)

// ZeroShot is CLIP as it is: the class whose caption is most similar to the
// image.
type ZeroShot struct {
	model    *clip.Model
	template string
	text     *autograd.Tensor // [N, E]
}

// NewZeroShot returns a classifier by a caption template such as
// "a photo of a {}.".
func NewZeroShot(m *clip.Model, template string) *ZeroShot {
	return &ZeroShot{model: m, template: template}
}

// Params returns nothing: there is nothing to train.
func (z *ZeroShot) Params() []nn.Named { return nil }

// State returns nothing.
func (z *ZeroShot) State() []nn.Named { return nil }

// Views returns nothing: there are no training batches.
func (z *ZeroShot) Views() []augment.View { return nil }

// SetClasses encodes the captions of the classes.
func (z *ZeroShot) SetClasses(names []string) (err error) {
	z.text, err = HandCrafted(z.model, z.template, names)
	return err
}

// Loss panics: zero-shot classification is not trained.
func (z *ZeroShot) Loss(*autograd.Tape, Batch) *autograd.Tensor {
	panic("prompt: ZeroShot has nothing to train")
}

// Logits returns the scaled cosines [B, N] of images [B, 3, S, S] and captions.
func (z *ZeroShot) Logits(images *autograd.Tensor) *autograd.Tensor {
	return z.model.Logits(nil, z.model.ImageFeatures(nil, images), z.text)
}

// Predict classifies by the softmax of the logits.
func (z *ZeroShot) Predict(images *autograd.Tensor) Prediction {
	return Prediction{Opinion: Softmax("zero-shot", z.Logits(images))}
}

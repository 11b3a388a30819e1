package prompt

import (
	"frontdoor/autograd"
	"frontdoor/data/augment"
	"frontdoor/nn"
)

// Method is the part of a learner that differs among methods trained by cross
// entropy, as all published baselines are: what is learned, image features, and
// logits. [Tune] makes a [Learner] of it.
type Method interface {
	// Params lists what is trained, by its name in a checkpoint.
	Params() []nn.Named
	// SetClasses changes what is chosen among. It fails on a name too long for
	// the model's context.
	SetClasses(names []string) error
	// Frozen says that what is learned does not touch the image tower.
	// ImageFeatures are then those of the model.
	Frozen() bool
	// ImageFeatures returns the unit features [B, E] of images [B, 3, S, S].
	ImageFeatures(tp *autograd.Tape, images *autograd.Tensor) *autograd.Tensor
	// Logits returns the scaled cosines [B, N] of unit image features v [B, E]
	// and classes. Without a tape nothing is being trained, and what depends on
	// the learned tokens alone may be kept for the next call.
	Logits(tp *autograd.Tape, v *autograd.Tensor) *autograd.Tensor
}

// Tuned is a Method trained by cross entropy on one view of the images, and
// used by softmax.
type Tuned struct {
	Method
	name string
	view augment.View
}

// Tune makes a learner of a method. name is that of its predictions, view the
// augmentation of its training images.
func Tune(name string, m Method, view augment.View) *Tuned {
	return &Tuned{Method: m, name: name, view: view}
}

// TrainsOnFeatures reports whether a training batch of l may come as
// Batch.Frozen alone, without images.
func TrainsOnFeatures(l Learner) bool {
	t, ok := l.(*Tuned) // itself: what embeds one may have another loss
	return ok && t.Frozen()
}

// State is what is trained.
func (l *Tuned) State() []nn.Named { return l.Params() }

// Views returns the one view of training images.
func (l *Tuned) Views() []augment.View { return []augment.View{l.view} }

// Loss is the cross entropy of the logits.
func (l *Tuned) Loss(tp *autograd.Tape, b Batch) *autograd.Tensor {
	v := b.Frozen // [B, E]
	if v == nil || !l.Frozen() {
		v = l.ImageFeatures(tp, b.Images)
	}
	return tp.CrossEntropy(l.Logits(tp, v), b.Labels)
}

// Reads says that a method with a frozen image tower reads the model's features,
// any other its own.
func (l *Tuned) Reads() (frozen, tuned bool) { return l.Frozen(), !l.Frozen() }

// Encode returns the method's image features [B, E].
func (l *Tuned) Encode(images *autograd.Tensor) *autograd.Tensor {
	return l.ImageFeatures(nil, images)
}

// Classify predicts by the softmax of the logits.
func (l *Tuned) Classify(f Features) Prediction {
	v := f.Tuned
	if l.Frozen() {
		v = f.Frozen
	}
	return Softmax(l.name, l.Logits(nil, v))
}

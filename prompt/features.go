package prompt

import (
	"frontdoor/autograd"
	"frontdoor/clip"
)

// Features are all that a learner of this package reads of B images.
type Features struct {
	// Plain [B, E] are unit features of the frozen image tower. They are the
	// same for all learners of a model, so that they can be kept by image.
	Plain *autograd.Tensor
	// Tuned [M·B, E] are unit features of the image tower with what was learned
	// for it, template by template. They are the same for all classes.
	Tuned *autograd.Tensor
}

// Staged is a learner that predicts in two stages: image features, which do
// not depend on the classes, and a judgement of them, which is cheap. Whoever
// asks about the same images twice, among other classes or by another learner,
// saves the image tower's work. Predict is Judge of both features, to the bit.
//
// A type that embeds a Staged learner and overrides Predict overrides Judge as
// well, or its Predict is passed over.
type Staged interface {
	Learner
	// Reads says which features Judge needs. A learner that reads neither, by
	// embedding for example, can only Predict.
	Reads() (plain, tuned bool)
	// Encode returns the tuned features [M·B, E] of preprocessed images
	// [B, 3, S, S]. It is called only if Reads says that they are needed.
	Encode(images *autograd.Tensor) *autograd.Tensor
	// Judge classifies images by their features.
	Judge(f Features) Prediction
}

// AsStaged returns l as a Staged learner, or false if it can only Predict.
func AsStaged(l Learner) (Staged, bool) {
	s, ok := l.(Staged)
	if !ok {
		return nil, false
	}
	plain, tuned := s.Reads()
	return s, plain || tuned
}

// See returns the features of preprocessed images [B, 3, S, S] that s reads.
func See(m *clip.Model, s Staged, images *autograd.Tensor) (f Features) {
	plain, tuned := s.Reads()
	if plain {
		f.Plain = m.ImageFeatures(nil, images)
	}
	if tuned {
		f.Tuned = s.Encode(images)
	}
	return f
}

// StagedMethod is a Method whose logits come out of image features.
type StagedMethod interface {
	Method
	// Frozen says that what is learned does not touch the image tower.
	// ImageFeatures are then those of the model.
	Frozen() bool
	// ImageFeatures returns unit features [B, E] of images [B, 3, S, S].
	ImageFeatures(tp *autograd.Tape, images *autograd.Tensor) *autograd.Tensor
	// LogitsOf is Logits of the images that have the features v [B, E].
	LogitsOf(tp *autograd.Tape, v *autograd.Tensor) *autograd.Tensor
}

// ReadsPlain reports whether a training batch of l may come as Plain features
// alone, without images.
func ReadsPlain(l Learner) bool {
	t, ok := l.(*Tuned) // itself: what embeds one may have a loss of its own
	if !ok {
		return false
	}
	s, ok := t.Method.(StagedMethod)
	return ok && s.Frozen()
}

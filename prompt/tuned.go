package prompt

import (
	"frontdoor/autograd"
	"frontdoor/data/augment"
	"frontdoor/nn"
)

// Method is the part of a learner that is its own when it is trained by plain
// cross entropy, as all published baselines are: what is learned, and how
// logits come out of it. [Tune] makes a [Learner] of it.
type Method interface {
	// Params lists what is trained, by its name in a checkpoint.
	Params() []nn.Named
	// SetClasses changes what is chosen among. It fails on a name too long for
	// the model's context.
	SetClasses(names []string) error
	// Logits returns the scaled cosines [B, N] of images [B, 3, S, S] and
	// classes. Without a tape nothing is being trained, and what depends on the
	// learned tokens alone may be kept for the next call.
	Logits(tp *autograd.Tape, images *autograd.Tensor) *autograd.Tensor
}

// Tuned is a Method trained by cross entropy on one view of the images, and
// used by softmax.
type Tuned struct {
	Method
	name string
	view augment.View
}

// Tune makes a learner of a method. name is what its opinion is called, view
// the augmentation of its training images.
func Tune(name string, m Method, view augment.View) *Tuned {
	return &Tuned{Method: m, name: name, view: view}
}

// State is what is trained.
func (l *Tuned) State() []nn.Named { return l.Params() }

// Views returns the one view of training images.
func (l *Tuned) Views() []augment.View { return []augment.View{l.view} }

// Loss is the cross entropy of the logits.
func (l *Tuned) Loss(tp *autograd.Tape, b Batch) *autograd.Tensor {
	if b.Plain != nil && ReadsPlain(l) {
		return tp.CrossEntropy(l.Method.(StagedMethod).LogitsOf(tp, b.Plain), b.Labels)
	}
	return tp.CrossEntropy(l.Logits(tp, b.Images), b.Labels)
}

// Predict classifies by the softmax of the logits.
func (l *Tuned) Predict(images *autograd.Tensor) Prediction {
	return Prediction{Opinion: Softmax(l.name, l.Logits(nil, images))}
}

// Reads says that a method with a frozen image tower reads plain features, any
// other that has stages its own.
func (l *Tuned) Reads() (plain, tuned bool) {
	s, ok := l.Method.(StagedMethod)
	return ok && s.Frozen(), ok && !s.Frozen()
}

// Encode returns the method's image features [B, E].
func (l *Tuned) Encode(images *autograd.Tensor) *autograd.Tensor {
	return l.Method.(StagedMethod).ImageFeatures(nil, images)
}

// Judge classifies by the softmax of the logits.
func (l *Tuned) Judge(f Features) Prediction {
	v := f.Tuned
	if v == nil {
		v = f.Plain
	}
	return Prediction{Opinion: Softmax(l.name, l.Method.(StagedMethod).LogitsOf(nil, v))}
}

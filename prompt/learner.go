package prompt

import (
	"frontdoor/autograd"
	"frontdoor/data/augment"
	"frontdoor/nn"
)

// Learner is a method that classifies images with a frozen CLIP and something
// that it learns. It predicts in two steps: image features, which do not depend
// on the classes, and their classification. The image tower then runs once for
// several sets of classes; [Predict] does both steps.
type Learner interface {
	// Params lists what is trained, by its name in a checkpoint. It is empty
	// for a method that learns nothing.
	Params() []nn.Named
	// State lists what a checkpoint must hold: Params and constants that were
	// fixed while training.
	State() []nn.Named
	// Views lists the augmentations that a training batch needs: every image
	// comes once for each view.
	Views() []augment.View
	// SetClasses changes what the learner chooses among. It is called before Loss
	// and Classify, which panic otherwise. It fails without names, and on one too
	// long for the model's context.
	SetClasses(names []string) error
	// Loss is the training loss of a batch, of shape [1].
	Loss(tp *autograd.Tape, b Batch) *autograd.Tensor
	// Reads says which features Classify needs.
	Reads() (frozen, tuned bool)
	// Encode returns the tuned features [M·B, E] of preprocessed images
	// [B, 3, S, S]. It is called only if Reads says that they are needed.
	Encode(images *autograd.Tensor) *autograd.Tensor
	// Classify predicts the classes of images by their features, with what has
	// been learned so far.
	Classify(f Features) Prediction
}

// ClassAware is a learner that is told about its training set. An evaluation
// uses it to weigh learned templates by how similar the test classes are to the
// training classes, and to fix constants that are not trained.
type ClassAware interface {
	// TrainedOn names the training classes. It is called before training, and
	// when a checkpoint is loaded.
	TrainedOn(names []string) error
	// Calibrate fixes constants by the zero-shot logits [n, N] of the n training
	// images. It is called once, before training; State lists the constants.
	Calibrate(logits *autograd.Tensor)
}

// Batch is a training batch: B images in V views, view by view.
type Batch struct {
	Images *autograd.Tensor // [V·B, 3, S, S], normalised
	Labels []int            // B labels
	// Frozen [B, E] are unit features of the images by the frozen tower, or nil.
	// They stand for the images, which may then be nil, of a learner that
	// [TrainsOnFeatures].
	Frozen *autograd.Tensor
	// Progress is the share of the training that is over, in [0, 1).
	Progress float64
}

// Features are all that a learner reads of B images.
type Features struct {
	// Frozen [B, E] are unit features of the frozen image tower. They are the
	// same for all learners of a model, so that they can be kept by image.
	Frozen *autograd.Tensor
	// Tuned [M·B, E] are unit features of the image tower with what was learned
	// for it, template by template. They are the same for all classes.
	Tuned *autograd.Tensor
	// Pooled [B, D] are features of the frozen image tower before its last
	// projection, of a learner that [ReadsPooled].
	Pooled *autograd.Tensor
}

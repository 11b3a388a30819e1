package prompt

import (
	"fmt"
	"strings"

	"frontdoor/autograd"
	"frontdoor/clip"
	"frontdoor/data/augment"
	"frontdoor/nn"
	"frontdoor/simd"
	"frontdoor/textenc"
)

// Learner is a method that classifies images with a frozen CLIP and something
// that it learns.
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
	// SetClasses changes what the learner chooses among. It fails on a name
	// too long for the model's context.
	SetClasses(names []string) error
	// Loss is the training loss of a batch, of shape [1].
	Loss(tp *autograd.Tape, b Batch) *autograd.Tensor
	// Predict classifies preprocessed images [B, 3, S, S] among the classes
	// with what has been learned so far.
	Predict(images *autograd.Tensor) Prediction
}

// Calibrator is a learner that fixes constants before training. Calibrate
// gets the zero-shot logits [n, N] of all n training images.
type Calibrator interface {
	Calibrate(logits *autograd.Tensor)
}

// Familiar is a learner that trusts what it has learned as far as classes are
// like those it has learned from. TrainedOn names these, before training or
// when a checkpoint is loaded.
type Familiar interface {
	TrainedOn(names []string) error
}

// Batch is a training batch: B images in V views, view by view.
type Batch struct {
	Images *autograd.Tensor // [V·B, 3, S, S], normalised
	Labels []int            // B labels
	// Plain [B, E] are unit features of the images by the frozen tower, or nil.
	// They stand for the images, which may then be nil, of a learner that
	// [ReadsPlain].
	Plain *autograd.Tensor
	// Progress is the share of the training that is over, in [0, 1).
	Progress float64
}

// Opinion is what one classifier thinks of a batch.
type Opinion struct {
	Name        string
	Prob        *autograd.Tensor // [B, N] class probabilities
	Uncertainty []float32        // B values in [0, 1]
	// MaxLogit holds the largest logit of each image, a rival of Uncertainty: it
	// is small where an image is like no class. With several templates it is that
	// of the mean of their logits. It may be nil.
	MaxLogit []float32
}

// Prediction is a learner's answer for a batch: its opinion, and where it has
// several templates the opinion of each.
type Prediction struct {
	Opinion
	Templates []Opinion
	Conflict  []float32 // B values: how much the templates contradict each other; nil with one
}

// Softmax turns logits [B, N] into an opinion whose uncertainty is the
// probability of being wrong, by its own estimate: one minus the largest
// probability. It works in place.
func Softmax(name string, logits *autograd.Tensor) Opinion {
	b := logits.Rows()
	o := Opinion{Name: name, Prob: logits, Uncertainty: make([]float32, b), MaxLogit: make([]float32, b)}
	for i := range o.Uncertainty {
		row := logits.Row(i)
		o.MaxLogit[i] = row[Argmax(row)]
		simd.Softmax(row, row)
		o.Uncertainty[i] = 1 - row[Argmax(row)]
	}
	return o
}

// Argmax returns the index of the largest element, the first one if several
// are equal.
func Argmax(x []float32) int {
	best := 0
	for i, v := range x {
		if v > x[best] {
			best = i
		}
	}
	return best
}

// Fill puts a class name into a caption template at "{}". Underscores in the
// name read as spaces.
func Fill(template, name string) string {
	return strings.Replace(template, "{}", strings.ReplaceAll(name, "_", " "), 1)
}

// HandCrafted returns the unit text features [N, E] of a template filled with
// each class name.
func HandCrafted(m *clip.Model, template string, names []string) (*autograd.Tensor, error) {
	texts := make([]string, len(names))
	for i, name := range names {
		texts[i] = Fill(template, name)
	}
	return m.TextFeatures(nil, texts)
}

// learnedPrompts returns one prompt a class for a phrase such as "a photo of
// a": SOT, the words of "<phrase> <name>.", EOT, where the first n words are
// replaced by learned tokens first..first+n-1. The words of the phrase behind
// them stay; the original code does the same.
func learnedPrompts(m *clip.Model, phrase string, names []string, first, n int) ([][]int, error) {
	prompts := make([][]int, len(names))
	for k, name := range names {
		ids, err := m.Tokenizer.Tokenize(Fill(phrase+" {}.", name), m.Config.Text.Context, false)
		if err != nil {
			return nil, fmt.Errorf("prompt: class %d: %w", k, err)
		}
		for j := range n {
			ids[1+j] = textenc.Learned(first + j)
		}
		prompts[k] = ids
	}
	return prompts, nil
}

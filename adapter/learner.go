package adapter

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"frontdoor/autograd"
	"frontdoor/clip"
	"frontdoor/data/augment"
	"frontdoor/internal/setting"
	"frontdoor/nn"
	"frontdoor/prompt"
)

// Kind is a method of this package with its settings: the options of each are
// one.
type Kind interface {
	// Fit returns the head fitted on a task. What it draws at random follows
	// from the seed.
	Fit(ctx context.Context, t *Task, seed uint64) (Head, error)
	// Restore returns the fitted head whose State has been stored. Of the task it
	// reads the text features, the scale and the projection.
	Restore(t *Task, s Stored) (Head, error)
	// Wide says that heads read features before the last projection.
	Wide() bool
	// cost counts what Fit takes.
	cost(z size) cost
}

// OpenHead is a head that can be asked about classes without training images.
type OpenHead interface {
	Head
	// Among returns the head for the classes of text embeddings [N', E].
	Among(text *autograd.Tensor) (Head, error)
}

// Learner is a head as a [prompt.Fitted]: it knows the names of the classes, and
// turns the pooled features of images into those that the head reads. NewLearner
// makes one; the zero value returns errors, and panics where there is none.
type Learner struct {
	model    *clip.Model
	kind     Kind
	name     string
	template string
	view     augment.View
	seed     uint64

	trained []string         // classes of the training images
	text    *autograd.Tensor // [N, E] their embeddings
	asked   []string         // classes to choose among
	among   *autograd.Tensor // [N', E] their embeddings
	epochs  []prompt.FitEpoch
	head    Head // as fitted; nil before
	now     Head // for the classes asked
}

// NewLearner returns a learner that is not fitted. name is that of its
// predictions, template the caption whose embeddings stand for the classes, view
// the random crop of training images.
func NewLearner(m *clip.Model, kind Kind, name, template string, view augment.View, seed uint64) *Learner {
	return &Learner{model: m, kind: kind, name: name, template: template, view: view, seed: seed}
}

// TrainedOn names the classes of the training images.
func (l *Learner) TrainedOn(names []string) error {
	text, err := prompt.RawCaptionFeatures(l.model, l.template, names) // [N, E]
	if err != nil {
		return err
	}
	l.trained, l.text = slices.Clone(names), text
	l.asked, l.among = l.trained, text
	return nil
}

// SetClasses changes what is chosen among. The first classes are those of the
// training images. Others are an error that is [prompt.ErrClassBound], but of a
// head that is an [OpenHead].
func (l *Learner) SetClasses(names []string) error {
	switch {
	case l.trained == nil:
		return l.TrainedOn(names)
	case slices.Equal(names, l.trained):
		l.asked, l.among, l.now = l.trained, l.text, l.head
		return nil
	}
	open, ok := l.head.(OpenHead)
	if l.head != nil && !ok {
		return fmt.Errorf("adapter: %s has weights for each of %d classes, which cannot serve others: %w", l.name, len(l.trained), prompt.ErrClassBound)
	}
	text, err := prompt.RawCaptionFeatures(l.model, l.template, names) // [N', E]
	if err != nil {
		return err
	}
	if l.head != nil {
		if l.now, err = open.Among(text); err != nil {
			if e := (*classError)(nil); errors.As(err, &e) {
				return fmt.Errorf("adapter: %s: class %q: %w", l.name, names[e.class], e.err)
			}
			return err
		}
	}
	l.asked, l.among = slices.Clone(names), text
	return nil
}

// Fit fits the head. What predicts afterwards is made of what a checkpoint
// holds, so that the features it was fitted on can be let go.
func (l *Learner) Fit(ctx context.Context, s prompt.Shots) error {
	if err := l.named("Fit"); err != nil {
		return err
	}
	head, err := l.fit(ctx, l.task(s))
	if err != nil {
		return err
	}
	if name, found := nn.NotFinite(head.State()); found {
		return setting.Errorf("adapter: %s: the fitted tensor %q became infinite or NaN: try a lower {lr}", l.name, name)
	}
	return l.Restore(head.State())
}

// errZero is the error of the zero Learner.
var errZero = errors.New("adapter: the zero Learner has no head to fit: NewLearner makes one that has")

// named is the error of a call before that of TrainedOn or SetClasses.
func (l *Learner) named(call string) error {
	switch {
	case l.kind == nil:
		return errZero
	case l.text == nil:
		return fmt.Errorf("adapter: %s: call TrainedOn before %s: there are no classes", l.name, call)
	}
	return nil
}

// wide says which features the head reads.
func (l *Learner) wide() bool {
	if l.kind == nil {
		panic(errZero)
	}
	return l.kind.Wide()
}

// fit fits the head and notes its epochs.
func (l *Learner) fit(ctx context.Context, t *Task) (Head, error) {
	l.epochs = nil
	kind, ok := l.kind.(gradual)
	if !ok {
		return l.kind.Fit(ctx, t, l.seed)
	}
	h, err := kind.start(t, l.seed)
	if err != nil {
		return nil, err
	}
	sum := 0.0
	return h, Fit(ctx, h, func(step int, loss float64) {
		sum += loss
		if n := h.PerEpoch(); (step+1)%n == 0 {
			l.epochs = append(l.epochs, prompt.FitEpoch{Loss: sum / float64(n), LR: h.Rate(step)})
			sum = 0
		}
	})
}

// Epochs lists those of the last Fit.
func (l *Learner) Epochs() []prompt.FitEpoch { return l.epochs }

// task turns pooled features into what the head reads.
func (l *Learner) task(s prompt.Shots) *Task {
	t := &Task{Views: s.Views, Labels: s.Labels, Val: s.Val, ValLabels: s.ValLabels, Text: l.text, Scale: l.model.Scale(), Names: l.trained}
	if l.wide() {
		t.Proj = l.model.Vision.Proj
		return t
	}
	t.Views = nil
	for _, v := range s.Views {
		t.Views = append(t.Views, l.model.Project(v)) // [B, E]
	}
	if s.Val != nil {
		t.Val = l.model.Project(s.Val) // [V, E]
	}
	return t
}

// Restore takes what State listed after an earlier Fit.
func (l *Learner) Restore(state []nn.Named) error {
	if err := l.named("Restore"); err != nil {
		return err
	}
	t := &Task{Text: l.text, Scale: l.model.Scale(), Proj: l.model.Vision.Proj}
	head, err := l.kind.Restore(t, newStored(state))
	if err != nil {
		return err
	}
	l.head = head
	return l.SetClasses(l.asked)
}

// State lists what a checkpoint must hold, nothing before the head is fitted.
func (l *Learner) State() []nn.Named {
	if l.head == nil {
		return nil
	}
	return l.head.State()
}

// Params lists what was learned, without constants and labels.
func (l *Learner) Params() []nn.Named {
	if some, ok := l.head.(interface{ Learned() []nn.Named }); ok {
		return some.Learned()
	}
	return l.State()
}

// Views returns the random crop of training images.
func (l *Learner) Views() []augment.View { return []augment.View{l.view} }

// Loss panics: a head is fitted.
func (l *Learner) Loss(*autograd.Tape, prompt.Batch) *autograd.Tensor {
	panic("adapter: a Learner is fitted, not trained by steps")
}

// Reads says that most heads read unit features of the frozen tower; see
// ReadsPooled for the others.
func (l *Learner) Reads() (frozen, tuned bool) { return !l.wide(), false }

// ReadsPooled says that the head reads features before the last projection.
func (l *Learner) ReadsPooled() bool { return l.wide() }

// Encode panics: the image tower stays as it is.
func (l *Learner) Encode(*autograd.Tensor) *autograd.Tensor {
	panic("adapter: a Learner has no tuned features")
}

// Classify predicts by the softmax of the head's logits; before the head is
// fitted, by those of zero-shot CLIP. It panics before SetClasses or TrainedOn.
func (l *Learner) Classify(f prompt.Features) prompt.Prediction {
	wide := l.wide()
	if l.among == nil {
		panic("adapter: " + l.name + ": call SetClasses or TrainedOn before Classify: there are no classes")
	}
	x := f.Frozen // [B, E]
	if wide {
		x = f.Pooled // [B, D]
	}
	if l.now != nil {
		return prompt.Softmax(l.name, l.now.Logits(nil, x))
	}
	if wide {
		x = l.model.Project(x)
	}
	return prompt.Softmax(l.name, cosineLogits(nil, x, l.among, l.model.Scale()))
}

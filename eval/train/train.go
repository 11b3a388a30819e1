package train

import (
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"time"

	"frontdoor/autograd"
	"frontdoor/data"
	"frontdoor/internal/setting"
	"frontdoor/method"
	"frontdoor/nn"
	"frontdoor/prompt"
)

// Training is the training of one learner on few images: where it stands, and
// all that it needs to go on.
type Training struct {
	learner prompt.Learner
	set     method.Settings
	seed    uint64
	items   []data.Item
	load    *Loader
	torch   *torchFeed // nil where images are drawn one by one
	ahead   int        // batches that are prepared ahead

	opt     *nn.SGD
	step    int       // steps done
	lossSum float64   // of the current epoch
	losses  []float64 // mean loss of each finished epoch
	before  float64   // seconds that earlier processes trained
	begin   time.Time // when Run began

	fit    *prompt.Shots     // what a fitted learner learns from; nil for others
	fitted []prompt.FitEpoch // its epochs

	probe  func(context.Context) (Point, error) // tests the learner after an epoch, if not nil
	curve  []Point                              // what it found
	paused time.Duration                        // time that it took
}

// Point is what a learner scores after an epoch, in percent: on base and new
// classes under base2new, on all classes under the other protocols.
type Point struct {
	Base     *float64 `json:"base,omitempty"`
	New      *float64 `json:"new,omitempty"`
	Accuracy *float64 `json:"accuracy,omitempty"`
}

// New returns the training of an untrained learner of a method on items, whose
// images must all be readable. Nothing is done yet.
func New(l prompt.Learner, m *method.Method, s method.Settings, seed uint64, items []data.Item, load *Loader) *Training {
	t := &Training{learner: l, set: s, seed: seed, items: items, load: load, ahead: FeedAhead, opt: nn.NewSGD(l.Params())}
	if t.Steps() > 0 {
		t.torch = newTorchFeed(l, m, s, seed, items, load)
	}
	return t
}

// NewFit returns the training of a learner that is fitted, in one step, on what
// the loader has read for it.
func NewFit(l prompt.Fitted, s method.Settings, seed uint64, shots prompt.Shots) *Training {
	return &Training{learner: l, set: s, seed: seed, opt: nn.NewSGD(nil), fit: &shots}
}

// Probe has f test the learner after every epoch. The time that it takes does
// not count as training.
func (t *Training) Probe(f func(context.Context) (Point, error)) { t.probe = f }

// perEpoch is the number of batches in an epoch. The one step of a fit makes no
// epoch.
func (t *Training) perEpoch() int {
	if t.fit != nil {
		return 2
	}
	return t.set.Steps(len(t.items))
}

// Steps is the number of steps of the whole training, 0 if there is nothing to
// train.
func (t *Training) Steps() int {
	switch {
	case t.fit != nil:
		return 1
	case len(t.learner.Params()) == 0:
		return 0
	}
	return t.set.Epochs * t.perEpoch()
}

// saveEvery is how long a training goes on before it writes its state within
// an epoch.
const saveEvery = 20 * time.Second

// Done is the number of steps that have been taken, by this process or earlier
// ones.
func (t *Training) Done() int { return t.step }

// Run trains to the end. save is called after every epoch and every saveEvery;
// after every step tick is told the loss. When ctx ends, Run saves and returns
// ctx's error, and when an image cannot be read any more, an *ImageError.
func (t *Training) Run(ctx context.Context, save func() error, tick func(epoch int, loss float64)) error {
	t.begin = time.Now()
	if t.fit != nil {
		return t.fitOnce(ctx, save)
	}
	tp := autograd.NewTape()
	saved := t.begin
	f := newFeed(ctx, t)
	defer f.close()
	var images *stepImages
	for t.step < t.Steps() {
		var err error
		if ctx.Err() == nil {
			images, err = f.take(images)
		}
		if ctx.Err() != nil { // perhaps while the images were read
			if err := save(); err != nil {
				return err
			}
			return ctx.Err()
		}
		if err != nil {
			return errors.Join(&ImageError{err}, save())
		}
		loss, err := t.one(ctx, tp, images)
		if err != nil {
			return err
		}
		t.step++
		t.lossSum += loss
		if t.step%t.perEpoch() == 0 {
			t.losses = append(t.losses, t.lossSum/float64(t.perEpoch()))
			t.lossSum = 0
			if err := t.measure(ctx); err != nil {
				return err
			}
		}
		if t.step%t.perEpoch() == 0 || time.Since(saved) > saveEvery {
			if err := save(); err != nil {
				return err
			}
			saved = time.Now()
		}
		tick(images.epoch, loss)
	}
	return nil
}

// ImageError is the error of a training whose images could be read when it began,
// and one of them not any more. The training is saved up to there.
type ImageError struct{ err error }

// Error names the image.
func (e *ImageError) Error() string { return e.err.Error() }

// Unwrap returns why the image could not be read.
func (e *ImageError) Unwrap() error { return e.err }

// fitOnce is Run for a learner that is fitted.
func (t *Training) fitOnce(ctx context.Context, save func() error) error {
	if t.step == 1 {
		return nil // by an earlier process
	}
	l := t.learner.(prompt.Fitted)
	if err := l.Fit(ctx, *t.fit); err != nil {
		return err
	}
	t.step, t.fitted = 1, l.Epochs()
	*t.fit = prompt.Shots{} // no longer needed
	return save()
}

// Seconds is how long the training has taken, over all processes that ran it.
func (t *Training) Seconds() float64 {
	if t.begin.IsZero() {
		return t.before
	}
	return t.before + (time.Since(t.begin) - t.paused).Seconds()
}

// measure tests the learner after an epoch, if that was asked for. The time
// does not count as training.
func (t *Training) measure(ctx context.Context) error {
	if t.probe == nil {
		return nil
	}
	begin := time.Now()
	p, err := t.probe(ctx)
	t.curve = append(t.curve, p)
	t.paused += time.Since(begin)
	return err
}

// order returns the order of the items in an epoch.
func (t *Training) order(epoch int) []int {
	if t.torch != nil {
		return t.torch.perm(epoch)
	}
	return rand.New(rand.NewPCG(t.seed, uint64(epoch)<<1|1)).Perm(len(t.items))
}

// one takes the step of the images and returns its loss.
func (t *Training) one(ctx context.Context, tp *autograd.Tape, images *stepImages) (float64, error) {
	defer tp.Reset()
	b, err := t.batch(ctx, tp, images)
	if err != nil {
		return 0, err
	}
	loss := t.learner.Loss(tp, b)
	value := float64(loss.Item())
	if math.IsNaN(value) || math.IsInf(value, 0) {
		return 0, setting.Errorf("at step %d (epoch %d) the loss became %v: try a lower {lr}", t.step+1, images.epoch+1, value)
	}
	tp.Backward(loss)
	t.opt.Step(float32(learningRate(t.set, t.step, t.perEpoch())))
	if name, found := nn.NotFinite(t.learner.Params()); found {
		return 0, setting.Errorf("at step %d (epoch %d) the learned tensor %q became infinite or NaN: try a lower {lr}", t.step+1, images.epoch+1, name)
	}
	return value, nil
}

// learningRate returns the learning rate of a step.
func learningRate(s method.Settings, step, perEpoch int) float64 {
	if s.Schedule == "epoch" {
		return nn.EpochCosine(s.LR, step/perEpoch, s.Epochs)
	}
	return nn.WarmCosine(s.LR, step, perEpoch/2, s.Epochs*perEpoch, 0.1, 0)
}

// Began returns when Run began, or the zero time.
func (t *Training) Began() time.Time { return t.begin }

// Epoch is what is known of a finished epoch.
type Epoch struct {
	Loss  float64 // mean over its steps
	LR    float64 // learning rate of its last step
	Point         // what the probe found, if there is one
}

// Epochs lists the finished epochs.
func (t *Training) Epochs() []Epoch {
	if t.fit != nil {
		epochs := make([]Epoch, len(t.fitted))
		for i, e := range t.fitted {
			epochs[i] = Epoch{Loss: e.Loss, LR: e.LR}
		}
		return epochs
	}
	epochs := make([]Epoch, len(t.losses))
	for e, loss := range t.losses {
		last := (e+1)*t.perEpoch() - 1
		epochs[e] = Epoch{Loss: loss, LR: learningRate(t.set, last, t.perEpoch())}
		if e < len(t.curve) {
			epochs[e].Point = t.curve[e]
		}
	}
	return epochs
}

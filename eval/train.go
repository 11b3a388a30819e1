package eval

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"time"

	"frontdoor/autograd"
	"frontdoor/data"
	"frontdoor/nn"
	"frontdoor/prompt"
)

// training is the state of one learner's training.
type training struct {
	learner prompt.Learner
	method  string
	set     Settings
	seed    uint64
	items   []data.Item
	load    *loader
	torch   *torchFeed // nil where images are drawn one by one
	ahead   int        // batches that are prepared ahead

	opt     *nn.SGD
	step    int       // steps done
	lossSum float64   // of the current epoch
	losses  []float64 // mean loss of each finished epoch
	before  float64   // seconds that earlier processes trained
	begin   time.Time // when run began

	probe  func(context.Context) (point, error) // tests the learner after an epoch, if not nil
	curve  []point                              // what it found
	paused time.Duration                        // time that it took
}

func newTraining(l prompt.Learner, method string, s Settings, seed uint64, items []data.Item, load *loader) *training {
	t := &training{learner: l, method: method, set: s, seed: seed, items: items, load: load, ahead: feedAhead, opt: nn.NewSGD(l.Params())}
	if t.total() > 0 {
		t.torch = newTorchFeed(l, method, s, seed, items, load)
	}
	return t
}

// perEpoch is the number of batches in an epoch. An incomplete last batch is
// dropped unless it is the only one.
func (t *training) perEpoch() int { return max(1, len(t.items)/t.set.Batch) }

// total is the number of steps of the whole training.
func (t *training) total() int {
	if len(t.learner.Params()) == 0 {
		return 0
	}
	return t.set.Epochs * t.perEpoch()
}

// saveEvery is how long a training goes on before it writes its state within
// an epoch.
const saveEvery = 20 * time.Second

// run trains to the end. save is called after every epoch and every saveEvery;
// after every step tick is told the loss. When ctx ends, run saves and returns
// ctx's error.
func (t *training) run(ctx context.Context, save func() error, tick func(epoch int, loss float64)) error {
	tp := autograd.NewTape()
	t.begin = time.Now()
	saved := t.begin
	f := newFeed(t)
	defer f.close()
	var images *stepImages
	for t.step < t.total() {
		if ctx.Err() != nil {
			if err := save(); err != nil {
				return err
			}
			return ctx.Err()
		}
		var err error
		if images, err = f.take(images); err != nil {
			return err
		}
		loss, err := t.one(tp, images)
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

// seconds is how long the training has taken, over all processes that ran it.
func (t *training) seconds() float64 {
	if t.begin.IsZero() {
		return t.before
	}
	return t.before + (time.Since(t.begin) - t.paused).Seconds()
}

// measure tests the learner after an epoch, if that was asked for. The time
// does not count as training.
func (t *training) measure(ctx context.Context) error {
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
func (t *training) order(epoch int) []int {
	if t.torch != nil {
		return t.torch.perm(epoch)
	}
	return rand.New(rand.NewPCG(t.seed, uint64(epoch)<<1|1)).Perm(len(t.items))
}

// one takes the step of the images and returns its loss.
func (t *training) one(tp *autograd.Tape, images *stepImages) (float64, error) {
	defer tp.Reset()
	b := t.batch(tp, images)
	loss := t.learner.Loss(tp, b)
	value := float64(loss.Item())
	if math.IsNaN(value) || math.IsInf(value, 0) {
		return 0, fmt.Errorf("the loss of epoch %d became %v: try a lower -lr", images.epoch+1, value)
	}
	tp.Backward(loss)
	t.opt.Step(float32(t.set.rate(t.step, t.perEpoch())))
	return value, nil
}

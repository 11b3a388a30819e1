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

	opt     *nn.SGD
	step    int       // steps done
	lossSum float64   // of the current epoch
	losses  []float64 // mean loss of each finished epoch
	before  float64   // seconds that earlier processes trained
	begin   time.Time // when run began
}

func newTraining(l prompt.Learner, method string, s Settings, seed uint64, items []data.Item, load *loader) *training {
	t := &training{learner: l, method: method, set: s, seed: seed, items: items, load: load, opt: nn.NewSGD(l.Params())}
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
	var order []int
	for t.step < t.total() {
		epoch, at := t.step/t.perEpoch(), t.step%t.perEpoch()
		if order == nil || at == 0 {
			order = t.order(epoch)
		}
		if ctx.Err() != nil {
			if err := save(); err != nil {
				return err
			}
			return ctx.Err()
		}
		loss, err := t.one(tp, order, epoch, at)
		if err != nil {
			return err
		}
		t.step++
		t.lossSum += loss
		if t.step%t.perEpoch() == 0 {
			t.losses = append(t.losses, t.lossSum/float64(t.perEpoch()))
			t.lossSum = 0
		}
		if t.step%t.perEpoch() == 0 || time.Since(saved) > saveEvery {
			if err := save(); err != nil {
				return err
			}
			saved = time.Now()
		}
		tick(epoch, loss)
	}
	return nil
}

// seconds is how long the training has taken, over all processes that ran it.
func (t *training) seconds() float64 {
	if t.begin.IsZero() {
		return t.before
	}
	return t.before + time.Since(t.begin).Seconds()
}

// order returns the order of the items in an epoch.
func (t *training) order(epoch int) []int {
	if t.torch != nil {
		return t.torch.perm(epoch)
	}
	return rand.New(rand.NewPCG(t.seed, uint64(epoch)<<1|1)).Perm(len(t.items))
}

// images returns the views [V·n, 3, S, S] of the batch at position at of an
// epoch, whose items are which.
func (t *training) images(tp *autograd.Tape, order, which []int, epoch, at int) (*autograd.Tensor, error) {
	if t.torch != nil && !t.set.fewDraws() {
		return t.torch.images(tp, order, epoch, at)
	}
	return t.load.views(tp, t.items, which, t.learner.Views(), t.seed, t.set.draw(epoch))
}

// one takes the step at position at of an epoch and returns its loss.
func (t *training) one(tp *autograd.Tape, order []int, epoch, at int) (float64, error) {
	defer tp.Reset()
	which := order[at*t.set.Batch : min(len(order), (at+1)*t.set.Batch)]
	b := prompt.Batch{Progress: float64(t.step) / float64(t.total())}
	for _, i := range which {
		b.Labels = append(b.Labels, t.items[i].Label)
	}
	var err error
	if t.readsDraws() {
		b.Plain, err = t.drawn(tp, which, epoch)
	} else {
		b.Images, err = t.images(tp, order, which, epoch, at)
	}
	if err != nil {
		return 0, err
	}
	loss := t.learner.Loss(tp, b)
	value := float64(loss.Item())
	if math.IsNaN(value) || math.IsInf(value, 0) {
		return 0, fmt.Errorf("the loss of epoch %d became %v: try a lower -lr", epoch+1, value)
	}
	tp.Backward(loss)
	t.opt.Step(float32(t.set.rate(t.step, t.perEpoch())))
	return value, nil
}

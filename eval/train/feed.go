package train

import (
	"context"
	"sync/atomic"

	"frontdoor/autograd"
	"frontdoor/prompt"
)

// FeedAhead is how many batches are prepared beyond the one in use: one would
// do if all took equally long.
const FeedAhead = 2

// feed prepares the images of a training's next steps while the current one
// computes. Steps are prepared one after the other by one goroutine, in the
// order in which they are taken, and what a step needs is decided before it is
// handed over: so the pixels are those of preparing each step when it comes.
// Memory holds FeedAhead + 1 batches.
type feed struct {
	t       *Training
	ahead   int // batches beyond the one in use; 0 prepares each when it comes
	next    int // the step that will be planned next
	order   []int
	pending []*stepImages
	free    [][]float32 // buffers of batches that are no longer in use

	jobs chan *stepImages
	stop atomic.Bool   // what is planned is no longer wanted
	done chan struct{} // closed when the goroutine has ended
}

// stepImages are the images of one step.
type stepImages struct {
	step, epoch, at int
	order           []int             // of the items in the epoch
	which           []int             // the items of the batch
	cropped         []int             // those whose images are cropped anew
	found           map[int][]float32 // unit features [E] of others, from disk
	ready           chan struct{}

	pixels []float32 // [V·n, 3, S, S] of the n cropped items
	err    error
}

// newFeed begins at the step that the training stands at. close must follow. Once
// ctx has ended the images of a step are an error.
func newFeed(ctx context.Context, t *Training) *feed {
	f := &feed{t: t, ahead: t.ahead, next: t.step, jobs: make(chan *stepImages, t.ahead+1), done: make(chan struct{})}
	go f.work(ctx)
	return f
}

// work prepares what it is given.
func (f *feed) work(ctx context.Context) {
	defer close(f.done)
	for s := range f.jobs {
		if !f.stop.Load() {
			s.err = f.t.prepare(ctx, s)
		}
		close(s.ready)
	}
}

// close ends the goroutine and waits for it.
func (f *feed) close() {
	f.stop.Store(true)
	close(f.jobs)
	<-f.done
}

// take returns the images of the next step, and has those of the steps after it
// prepared. They may be used until the next call.
func (f *feed) take(used *stepImages) (*stepImages, error) {
	if used != nil {
		f.free = append(f.free, used.pixels)
	}
	for len(f.pending) <= f.ahead && f.next < f.t.Steps() {
		s := f.plan()
		f.pending = append(f.pending, s)
		f.jobs <- s // has room for all that are pending
	}
	s := f.pending[0]
	f.pending = f.pending[1:]
	<-s.ready
	return s, s.err
}

// plan decides what the next step needs.
func (f *feed) plan() *stepImages {
	t := f.t
	s := &stepImages{step: f.next, epoch: f.next / t.perEpoch(), at: f.next % t.perEpoch(), ready: make(chan struct{})}
	f.next++
	if f.order == nil || s.at == 0 {
		f.order = t.order(s.epoch)
	}
	s.order = f.order
	lo, hi := t.set.Span(len(s.order), s.at)
	s.which = s.order[lo:hi]
	s.cropped = s.which
	if t.readsFeatures() {
		s.cropped, s.found = t.unknownCrops(s.which, s.epoch)
	}
	n := t.pixels(len(s.cropped))
	if last := len(f.free) - 1; last >= 0 {
		s.pixels, f.free = f.free[last], f.free[:last]
	}
	if cap(s.pixels) < n {
		s.pixels = make([]float32, n)
	}
	s.pixels = s.pixels[:n]
	return s
}

// pixels is how many values the views of n items have.
func (t *Training) pixels(n int) int {
	return len(t.learner.Views()) * n * 3 * t.load.size * t.load.size
}

// prepare crops the images of a step. It runs beside the training, and reads
// nothing that training changes.
func (t *Training) prepare(ctx context.Context, s *stepImages) error {
	if t.torch != nil && !t.set.FewDraws() {
		return t.torch.images(ctx, s.pixels, s.order, s.epoch, s.at)
	}
	return t.load.Views(ctx, s.pixels, t.items, s.cropped, t.learner.Views(), t.seed, t.set.Draw(s.epoch))
}

// tensor wraps the images of a step, [V·n, 3, S, S].
func (s *stepImages) tensor(side int) *autograd.Tensor {
	return autograd.Const(s.pixels, len(s.pixels)/(3*side*side), 3, side, side)
}

// batch returns what the learner is given at a step.
func (t *Training) batch(ctx context.Context, tp *autograd.Tape, s *stepImages) (b prompt.Batch, err error) {
	b.Progress = float64(s.step) / float64(t.Steps())
	for _, i := range s.which {
		b.Labels = append(b.Labels, t.items[i].Label)
	}
	if t.readsFeatures() {
		b.Frozen, err = t.cropFeatures(ctx, tp, s)
	} else {
		b.Images = s.tensor(t.load.size)
	}
	return b, err
}

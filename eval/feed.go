package eval

import (
	"sync/atomic"

	"frontdoor/autograd"
	"frontdoor/prompt"
)

// feedAhead is how many batches are prepared beyond the one in use: one would
// do if all took equally long.
const feedAhead = 2

// feed prepares the images of a training's next steps while the current one
// computes. Steps are prepared one after the other by one goroutine, in the
// order in which they are taken, and what a step needs is settled before it is
// handed over: so the pixels are those of preparing each step when it comes.
// Memory holds feedAhead + 1 batches.
type feed struct {
	t       *training
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
	order           []int // of the items in the epoch
	which           []int // the items of the batch
	drawn           []int // those whose images are drawn
	ready           chan struct{}

	pixels []float32 // [V·n, 3, S, S] of the n drawn items
	err    error
}

// newFeed begins at the step that the training stands at. close must follow.
func newFeed(t *training) *feed {
	f := &feed{t: t, ahead: t.ahead, next: t.step, jobs: make(chan *stepImages, t.ahead+1), done: make(chan struct{})}
	go f.work()
	return f
}

// work prepares what it is given.
func (f *feed) work() {
	defer close(f.done)
	for s := range f.jobs {
		if !f.stop.Load() {
			s.err = f.t.prepare(s)
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
	for len(f.pending) <= f.ahead && f.next < f.t.total() {
		s := f.plan()
		f.pending = append(f.pending, s)
		f.jobs <- s // has room for all that are pending
	}
	s := f.pending[0]
	f.pending = f.pending[1:]
	<-s.ready
	return s, s.err
}

// plan settles what the next step needs.
func (f *feed) plan() *stepImages {
	t := f.t
	s := &stepImages{step: f.next, epoch: f.next / t.perEpoch(), at: f.next % t.perEpoch(), ready: make(chan struct{})}
	f.next++
	if f.order == nil || s.at == 0 {
		f.order = t.order(s.epoch)
	}
	s.order = f.order
	s.which = s.order[s.at*t.set.Batch : min(len(s.order), (s.at+1)*t.set.Batch)]
	s.drawn = s.which
	if t.readsDraws() {
		s.drawn = t.unknownDraws(s.which, s.epoch)
	}
	n := t.pixels(len(s.drawn))
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
func (t *training) pixels(n int) int {
	return len(t.learner.Views()) * n * 3 * t.load.size * t.load.size
}

// prepare draws the images of a step. It runs beside the training, and reads
// nothing that training changes.
func (t *training) prepare(s *stepImages) error {
	if t.torch != nil && !t.set.fewDraws() {
		return t.torch.images(s.pixels, s.order, s.epoch, s.at)
	}
	return t.load.views(s.pixels, t.items, s.drawn, t.learner.Views(), t.seed, t.set.draw(s.epoch))
}

// tensor wraps the images of a step, [V·n, 3, S, S].
func (s *stepImages) tensor(side int) *autograd.Tensor {
	return autograd.Const(s.pixels, len(s.pixels)/(3*side*side), 3, side, side)
}

// batch returns what the learner is given at a step.
func (t *training) batch(tp *autograd.Tape, s *stepImages) prompt.Batch {
	b := prompt.Batch{Progress: float64(s.step) / float64(t.total())}
	for _, i := range s.which {
		b.Labels = append(b.Labels, t.items[i].Label)
	}
	if t.readsDraws() {
		b.Frozen = t.drawn(tp, s)
	} else {
		b.Images = s.tensor(t.load.size)
	}
	return b
}

package frontdoor

import (
	"context"
	"sync/atomic"
	"time"

	"frontdoor/eval/kept"
)

// engine puts images that wait at the same time through the model together. One
// goroutine owns the model and the learner, so that nothing else needs a lock;
// it ends with the engine.
//
// An image needs a slot, which holds its pixels. There are twice as many as fit
// into a batch: the next batch is read while one computes, and memory is bounded
// however many callers there are.
type engine struct {
	most  int           // images in a batch
	run   func([]*slot) // answers a batch
	free  chan *slot
	queue chan *slot // has room for all slots
	tasks chan func()

	coming atomic.Int32 // slots whose images are being read, or are in the queue
	last   int          // images in the last batch
	timer  *time.Timer

	quit, done chan struct{}
}

// slot is an image on its way to an answer.
type slot struct {
	pixels []float32 // [3, S, S]; nothing of this image if pooled is known
	call   *call
	index  int // in the call

	key      kept.Key  // of the image
	keep     bool      // its features are kept by the key
	pooled   []float32 // [D] by the frozen tower; nil until they are known
	computed bool      // they are new
}

// linger is how long an image waits for others to join it. It is about what a
// request of another client needs to arrive, and short beside a batch.
const linger = 2 * time.Millisecond

// newEngine returns a running engine for batches of images of so many floats
// each.
func newEngine(most, floats int, run func([]*slot)) *engine {
	e := &engine{
		most: most, run: run, timer: time.NewTimer(linger),
		free: make(chan *slot, 2*most), queue: make(chan *slot, 2*most), tasks: make(chan func()),
		quit: make(chan struct{}), done: make(chan struct{}),
	}
	for range cap(e.free) {
		e.free <- &slot{pixels: make([]float32, floats)}
	}
	go e.work()
	return e
}

// close ends the engine after the batch that it computes.
func (e *engine) close() {
	close(e.quit)
	<-e.done
}

func (e *engine) work() {
	defer close(e.done)
	batch := make([]*slot, 0, e.most)
	for {
		select {
		case <-e.quit:
			return
		default:
		}
		select {
		case <-e.quit:
			return
		case task := <-e.tasks:
			task()
		case first := <-e.queue:
			batch = e.gather(append(batch[:0], first))
			e.run(batch)
			for _, s := range batch {
				e.put(s)
			}
		}
	}
}

// gather adds to a batch of one image what can join it. An image that is alone
// does not wait; where others are on their way, or came with the last one, it
// waits up to linger.
func (e *engine) gather(batch []*slot) []*slot {
	e.coming.Add(-1)
	company := e.last > 1
	e.timer.Reset(linger)
	for late := false; len(batch) < e.most; {
		var s *slot
		select {
		case s = <-e.queue:
		default:
			if late || e.coming.Load() == 0 && !company {
				e.last = len(batch)
				return batch
			}
			select {
			case s = <-e.queue:
			case <-e.timer.C:
				late = true
				continue
			}
		}
		e.coming.Add(-1)
		batch = append(batch, s)
	}
	e.last = len(batch)
	return batch
}

// get waits for a free slot. put or submit must follow.
func (e *engine) get(ctx context.Context) (*slot, error) {
	select {
	case s := <-e.free:
		e.coming.Add(1)
		return s, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	case <-e.quit:
		return nil, ErrClosed
	}
}

// drop gives a slot back whose image could not be read.
func (e *engine) drop(s *slot) {
	e.coming.Add(-1)
	e.put(s)
}

func (e *engine) put(s *slot) {
	*s = slot{pixels: s.pixels}
	e.free <- s
}

// submit hands over a slot whose pixels are there.
func (e *engine) submit(s *slot) { e.queue <- s }

// do runs a task between two batches, in the goroutine that owns the model, and
// waits for it.
func (e *engine) do(ctx context.Context, task func() error) error {
	result := make(chan error, 1)
	select {
	case e.tasks <- func() { result <- task() }:
		return <-result
	case <-ctx.Done():
		return ctx.Err()
	case <-e.quit:
		return ErrClosed
	}
}

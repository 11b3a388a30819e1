package frontdoor

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"

	"frontdoor/data"
	"frontdoor/imaging"
)

// call is one question about images.
type call struct {
	ctx      context.Context
	embed    bool // it asks for features, not for answers
	answers  []Answer
	features [][]float32
	errs     []error // of each image
	left     atomic.Int32
	done     chan struct{} // closed when no image is left
}

// settle notes that image i has its answer, its features or its error.
func (c *call) settle(i int, err error) {
	c.errs[i] = err
	if c.left.Add(-1) == 0 {
		close(c.done)
	}
}

// picture is an image that is still to be read.
type picture struct {
	name    string
	open    func(ctx context.Context) (*imaging.Image, error)
	content func() (data.Content, bool) // what it is made of, of files; nil for others
}

// ask puts n pictures through the model and returns their answers or, if embed
// is set, their features. The error joins an *ImageError for each picture that
// got none.
func (c *Classifier) ask(ctx context.Context, n int, embed bool, at func(int) picture) (*call, error) {
	if err := c.begin(ctx); err != nil {
		return nil, err
	}
	defer c.calls.Done()
	ctx, cancel := context.WithCancel(ctx)
	q := &call{ctx: ctx, embed: embed, errs: make([]error, n), done: make(chan struct{})}
	if embed {
		q.features = make([][]float32, n)
	} else {
		q.answers = make([]Answer, n)
	}
	q.left.Store(int32(n))
	var reading sync.WaitGroup
	defer reading.Wait()
	defer cancel() // of sources that are still being opened, should the call end before
	if n == 0 {
		return q, nil
	}
	for i := range n {
		s, err := c.engine.get(ctx)
		if err != nil {
			return nil, err
		}
		s.call, s.index = q, i
		reading.Go(func() { c.read(s, at(i)) })
	}
	select {
	case <-q.done:
	case <-ctx.Done():
		return nil, ctx.Err()
	case <-c.engine.quit:
		return nil, ErrClosed
	}
	for i, err := range q.errs {
		if err != nil {
			q.errs[i] = &ImageError{i, at(i).name, err}
		}
	}
	return q, errors.Join(q.errs...)
}

// read prepares a picture in its slot and hands it over. A picture whose features
// are kept is not opened. Should a decoder panic, that is the error of its picture, as
// it is of a batch.
func (c *Classifier) read(s *slot, p picture) {
	q := s.call
	select {
	case c.readers <- struct{}{}:
		defer func() { <-c.readers }()
	case <-q.ctx.Done():
	}
	err := q.ctx.Err()
	if err == nil && (q.embed || c.frozen) {
		if s.key, s.pooled, s.keep = c.keeper.find(p.content); s.pooled != nil {
			c.engine.submit(s)
			return
		}
	}
	if err == nil {
		err = caught(func() error {
			im, err := p.open(q.ctx)
			if err == nil {
				err = c.checkSize(im.W, im.H)
			}
			if err == nil {
				c.model.Preprocess(s.pixels, im)
			}
			return err
		})
	}
	if err != nil {
		i := s.index
		c.engine.drop(s)
		q.settle(i, err)
		return
	}
	c.engine.submit(s)
}

// checkSize refuses what is beyond the limit of pixels.
func (c *Classifier) checkSize(w, h int) error {
	if most := c.options.maxPixels; h > most/max(w, 1) {
		return fmt.Errorf("%d x %d pixels are more than the limit of %d; make it smaller", w, h, most)
	}
	return nil
}

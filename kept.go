package frontdoor

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"frontdoor/autograd"
	"frontdoor/clip"
	"frontdoor/cuda"
	"frontdoor/data"
	"frontdoor/eval/kept"
	"frontdoor/prompt"
	"frontdoor/simd"
)

// keeper keeps on disk what a classifier computes of images, beside its answers:
// nobody waits for the disk. It is nil for a classifier that keeps nothing.
type keeper struct {
	folder *kept.Folder

	mu    sync.Mutex
	fresh map[kept.Key][]float32 // pooled features [D] that are not written yet
	err   error                  // why nothing more is written

	wake       chan struct{} // has room for one
	quit, done chan struct{}
}

// Features are written when so many seconds have passed since the first of them;
// beyond mostFresh that wait, others are not kept.
const (
	writeAfter = time.Second
	mostFresh  = 1 << 16
	// closeAfter is how long Close waits for another process to write.
	closeAfter = 5 * time.Second
)

// folder opens the folder of WithCache, nil without one.
func (o *options) folder(m *clip.Model, gpu *cuda.Device) (*kept.Folder, error) {
	if o.cache == "" {
		return nil, nil
	}
	kernel := simd.Rounding()
	if gpu != nil {
		kernel = gpu.Arithmetic()
	}
	f, err := kept.Open(o.cache, "", m, kernel)
	if err != nil {
		return nil, &OptionError{err}
	}
	return f, nil
}

// newKeeper returns a running keeper, nil without a folder.
func newKeeper(f *kept.Folder) *keeper {
	if f == nil {
		return nil
	}
	k := &keeper{folder: f, fresh: map[kept.Key][]float32{}, wake: make(chan struct{}, 1), quit: make(chan struct{}), done: make(chan struct{})}
	go k.work()
	return k
}

// find returns the key of an image and its pooled features [D], nil if they are not
// known. ok is false for an image without content, which is not kept.
func (k *keeper) find(content func() (data.Content, bool)) (key kept.Key, pooled []float32, ok bool) {
	if k == nil || content == nil {
		return key, nil, false
	}
	c, ok := content()
	if !ok {
		return key, nil, false
	}
	key, err := k.folder.Of(c)
	if err != nil {
		return key, nil, false // reading it will say what is wrong
	}
	k.mu.Lock()
	pooled = k.fresh[key]
	k.mu.Unlock()
	if pooled == nil {
		pooled = k.folder.Find([]kept.Key{key})[0]
	}
	return key, pooled, true
}

// add takes the pooled features of an image.
func (k *keeper) add(key kept.Key, pooled []float32) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.err != nil || len(k.fresh) >= mostFresh {
		return
	}
	k.fresh[key] = pooled
	select {
	case k.wake <- struct{}{}:
	default:
	}
}

// work writes what there is from time to time, until it is closed.
func (k *keeper) work() {
	defer close(k.done)
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	go func() {
		<-k.quit
		time.AfterFunc(closeAfter, cancel)
	}()
	for {
		select {
		case <-k.quit:
			k.write(ctx)
			return
		case <-k.wake:
		}
		select {
		case <-k.quit:
		case <-time.After(writeAfter):
		}
		k.write(ctx)
	}
}

// write keeps what is fresh on disk.
func (k *keeper) write(ctx context.Context) {
	k.mu.Lock()
	var keys []kept.Key
	var rows [][]float32
	for key, row := range k.fresh {
		keys, rows = append(keys, key), append(rows, row)
	}
	k.mu.Unlock()
	if len(keys) == 0 {
		return
	}
	err := k.folder.Add(ctx, keys, rows)
	k.mu.Lock()
	defer k.mu.Unlock()
	for _, key := range keys {
		delete(k.fresh, key)
	}
	k.err = err
}

// close writes what is left and ends the keeper. What could not be written is an
// error, though no answer is wrong for that.
func (k *keeper) close() error {
	if k == nil {
		return nil
	}
	close(k.quit)
	<-k.done
	return errors.Join(k.err, k.folder.Save())
}

// readsFrozen says whether all that a learner reads of an image follows from what
// the frozen tower gives.
func readsFrozen(l prompt.Learner) bool {
	if l == nil {
		return false
	}
	_, tuned := l.Reads()
	return !tuned
}

// extract returns what the learner reads of the images of slots.
func (c *Classifier) extract(slots []*slot) (f prompt.Features) {
	if c.keeper == nil || !c.frozen {
		return prompt.Extract(c.model, c.learner, c.images(slots))
	}
	x := c.pooled(slots) // [B, D]
	if frozen, _ := c.learner.Reads(); frozen {
		f.Frozen = c.unit(x)
	}
	if prompt.ReadsPooled(c.learner) {
		f.Pooled = x
	}
	return f
}

// unit returns the unit features [B, E] of pooled ones [B, D].
func (c *Classifier) unit(pooled *autograd.Tensor) *autograd.Tensor {
	return (*autograd.Tape)(nil).L2Normalize(c.model.Project(pooled), 0)
}

// pooled returns the pooled features [B, D] of slots: those that are known, and
// those that it computes.
func (c *Classifier) pooled(slots []*slot) *autograd.Tensor {
	var missing []*slot
	for _, s := range slots {
		if s.pooled == nil {
			missing = append(missing, s)
		}
	}
	if len(missing) > 0 {
		x := c.model.PooledFeatures(c.images(missing)) // [n, D]
		for i, s := range missing {
			s.pooled, s.computed = slices.Clone(x.Row(i)), true
		}
	}
	x := autograd.Zeros(len(slots), c.model.Config.Vision.Width) // [B, D]
	for i, s := range slots {
		copy(x.Row(i), s.pooled)
	}
	return x
}

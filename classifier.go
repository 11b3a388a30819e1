package frontdoor

import (
	"context"
	"errors"
	"os"
	"slices"
	"sync"

	"frontdoor/autograd"
	"frontdoor/clip"
	"frontdoor/cuda"
	"frontdoor/data"
	"frontdoor/eval/rundir"
	"frontdoor/internal/parallel"
	"frontdoor/prompt"
)

// Classifier answers questions about images. All its methods may be called by
// several goroutines at once. Close it when it is no longer needed. Open, Load and
// Train make one; a nil one and the zero value are closed.
type Classifier struct {
	options *options
	model   *clip.Model
	gpu     *cuda.Device // nil: the CPU
	info    Info
	engine  *engine
	readers chan struct{} // a token for each picture that is being read

	// Of the engine's goroutine alone, once it runs.
	learner prompt.Learner
	frozen  bool      // the learner reads nothing but the frozen tower's features
	keeper  *keeper   // of features on disk; nil for none
	pixels  []float32 // of a batch, [B, 3, S, S]

	source, vocabulary string          // files of the model, "" if it is embedded
	temporary          string          // folder of a run that Close removes
	promised           *rundir.Promise // of a run; it holds for its classes only

	mu      sync.Mutex
	classes []string       // replaced, never changed
	closed  bool           // no call may begin
	calls   sync.WaitGroup // that run
}

// Info says what a classifier is.
type Info struct {
	Model       string // path of the model's file, or "tiny" for the embedded one
	Backbone    string // its image tower, as papers name it: "ViT-B/16"
	Fingerprint string // identifies the model's weights
	Width       int    // E, numbers in a feature
	Side        int    // S, the side in pixels of what the image tower sees
	// Scale is what cosines of features are multiplied by to be logits; 0 without
	// a text tower.
	Scale float32
	// Photographs says that a run was trained on image files, not on rendered
	// pictures.
	Photographs bool
	// Upright says that photographs are turned as their EXIF orientation asks.
	Upright bool
	// Notes says what was assumed about the model's file, and which classes of one's
	// own images Train found fewer images of than it was asked to take, a sentence
	// each.
	Notes []string

	// Of a run, and empty otherwise.
	Run     string // its folder
	Method  string
	Dataset string
	Seed    uint64
	Shots   int // images of each class that were trained on, where it has as many

	// LeftOut says, of a classifier that Train made, which images and other files
	// of the dataset could not be used, and why. A training goes on without them.
	LeftOut []data.Problem
}

// start makes a classifier of a model and a learner, which may be nil, and sets
// its engine going.
func start(o *options, m *clip.Model, gpu *cuda.Device, l prompt.Learner, classes []string, info Info, promised *rundir.Promise) (*Classifier, error) {
	folder, err := o.folder(m, gpu)
	if err != nil {
		return nil, err
	}
	info.Backbone, info.Fingerprint = m.Config.Backbone(), m.Fingerprint()
	info.Width, info.Side, info.Notes = m.Config.Embed, m.Config.Vision.Image, m.Notes
	if m.LogitScale != nil {
		info.Scale = m.Scale()
	}
	floats := 3 * info.Side * info.Side
	c := &Classifier{
		options: o, frozen: readsFrozen(l), keeper: newKeeper(folder), model: m, gpu: gpu, learner: l, classes: slices.Clone(classes), info: info, promised: promised,
		pixels: make([]float32, o.batch*floats), readers: make(chan struct{}, parallel.Threads()),
	}
	c.engine = newEngine(o.batch, floats, c.batch)
	return c, nil
}

// place lets a GPU run the towers of m.
func place(m *clip.Model, gpu *cuda.Device) {
	if gpu == nil {
		return
	}
	m.Vision.Device = gpu
	if m.Text != nil {
		m.Text.Device = gpu
	}
}

// Info says what the classifier is.
func (c *Classifier) Info() Info {
	if c == nil {
		return Info{}
	}
	info := c.info
	info.Notes, info.LeftOut = slices.Clone(info.Notes), slices.Clone(info.LeftOut)
	return info
}

// Classes returns the names of the classes in their order.
func (c *Classifier) Classes() []string {
	if c == nil {
		return nil
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Clone(c.classes)
}

// Close ends the classifier: calls that run end with [ErrClosed] after the batch
// that is computed, and nothing of it is left, no goroutine either. A second
// call does nothing.
func (c *Classifier) Close() error {
	if c == nil || c.engine == nil {
		return nil
	}
	c.mu.Lock()
	if c.closed {
		c.mu.Unlock()
		return nil
	}
	c.closed = true
	c.mu.Unlock()
	c.engine.close()
	c.calls.Wait()
	err := errors.Join(c.keeper.close(), c.model.Close())
	if c.temporary != "" {
		err = errors.Join(err, os.RemoveAll(c.temporary))
	}
	if c.gpu != nil {
		err = errors.Join(c.gpu.Close(), err)
	}
	return err
}

// begin begins a call with a context; calls.Done must follow where it succeeds.
func (c *Classifier) begin(ctx context.Context) error {
	if ctx == nil {
		return errNoContext
	}
	if err := c.enter(); err != nil {
		return err
	}
	err := ctx.Err()
	if err != nil {
		c.calls.Done()
	}
	return err
}

// enter begins a call; calls.Done must follow where it succeeds.
func (c *Classifier) enter() error {
	if c == nil || c.engine == nil {
		return ErrClosed
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed {
		return ErrClosed
	}
	c.calls.Add(1)
	return nil
}

// batch answers the images of some slots. It runs in the engine's goroutine.
func (c *Classifier) batch(slots []*slot) {
	var asked [2][]*slot // for answers, for features
	for _, s := range slots {
		switch {
		case s.call.ctx.Err() != nil:
			s.call.settle(s.index, s.call.ctx.Err())
		case s.call.embed:
			asked[1] = append(asked[1], s)
		default:
			asked[0] = append(asked[0], s)
		}
	}
	c.guarded(asked[0], c.classify)
	c.guarded(asked[1], c.encode)
}

// guarded runs a computation on the images of some slots and settles each. A panic must not end the process, which serves others: it is the error
// of the images.
func (c *Classifier) guarded(slots []*slot, compute func([]*slot) []error) {
	if len(slots) == 0 {
		return
	}
	var errs []error
	err := caught(func() error {
		errs = compute(slots)
		if c.gpu != nil {
			return c.gpu.Err()
		}
		return nil
	})
	for i, s := range slots {
		if err != nil {
			s.call.settle(s.index, err)
		} else {
			if s.computed && s.keep && errs[i] == nil {
				c.keeper.add(s.key, s.pooled)
			}
			s.call.settle(s.index, errs[i])
		}
	}
}

// images puts the pixels of slots into one tensor [B, 3, S, S].
func (c *Classifier) images(slots []*slot) *autograd.Tensor {
	side, floats := c.info.Side, len(slots[0].pixels)
	for i, s := range slots {
		copy(c.pixels[i*floats:], s.pixels)
	}
	return autograd.Const(c.pixels[:len(slots)*floats], len(slots), 3, side, side)
}

// classify answers the images of slots.
func (c *Classifier) classify(slots []*slot) []error {
	errs := make([]error, len(slots))
	classes := c.classes // changed by this goroutine only
	if len(classes) == 0 {
		for i := range errs {
			errs[i] = ErrNoClasses
		}
		return errs
	}
	promised := c.promised
	if promised != nil && !slices.Equal(promised.Classes, classes) {
		promised = nil
	}
	p := c.learner.Classify(c.extract(slots))
	for i, s := range slots {
		a := &s.call.answers[s.index]
		if *a, errs[i] = answerOf(p, i, classes); errs[i] == nil {
			a.Verdict = judge(promised, *a, largestLogit(p, i))
		}
	}
	return errs
}

// encode computes the unit features of the images of slots.
func (c *Classifier) encode(slots []*slot) []error {
	errs := make([]error, len(slots))
	var features *autograd.Tensor // [B, E]
	if c.keeper == nil {
		features = c.model.ImageFeatures(nil, c.images(slots))
	} else {
		features = c.unit(c.pooled(slots))
	}
	for i, s := range slots {
		if s.call.features[s.index] = slices.Clone(features.Row(i)); !isFinite(features.Row(i)...) {
			errs[i] = ErrNotANumber
		}
	}
	return errs
}

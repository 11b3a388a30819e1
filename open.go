package frontdoor

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"frontdoor/clip"
	"frontdoor/cuda"
	"frontdoor/data"
	"frontdoor/eval"
	"frontdoor/eval/rundir"
	"frontdoor/internal/budget"
	"frontdoor/internal/mmap"
	"frontdoor/internal/parallel"
	"frontdoor/internal/setting"
	"frontdoor/prompt"
)

// Open opens the folder of a run that cmd/train or [Classifier.Save] left, with
// the method and the seed that predict takes: the method that the run compares
// with the others, or its last one, and its first seed. A folder without a run
// is [ErrNoRun]; a model that is not the one of the training is
// [ErrModelChanged].
func Open(ctx context.Context, dir string, opts ...Option) (*Classifier, error) {
	return begin(ctx, opts, func(o *options, gpu *cuda.Device) (*Classifier, error) {
		if err := o.aRun(); err != nil {
			return nil, err
		}
		t, err := eval.LoadRun(dir, o.model, clip.Options{Vocabulary: o.vocabulary, Activation: o.activation})
		if err != nil {
			return nil, err
		}
		place(t.Model, gpu)
		c, err := o.fromRun(t, gpu, dir)
		if err != nil {
			return nil, errors.Join(err, t.Model.Close())
		}
		return c, nil
	})
}

// fromRun makes the classifier of a finished run in the folder dir.
func (o *options) fromRun(t *eval.Trained, gpu *cuda.Device, dir string) (*Classifier, error) {
	if err := o.turns(t.Upright(), "the images of the run in "+dir); err != nil {
		return nil, err
	}
	l, classes, cell, err := o.learner(t)
	if err != nil {
		return nil, err
	}
	if err := o.fit(t.Model, 1+t.For(cell).Templates); err != nil {
		return nil, err
	}
	promises, err := rundir.ReadPromises(dir)
	if err != nil {
		return nil, err
	}
	c, err := start(o, t.Model, gpu, l, classes, Info{
		Model: t.Config.Model, Run: dir, Method: cell.Method, Dataset: cell.Dataset, Seed: cell.Seed, Shots: cell.Shots,
		Photographs: t.Exif != nil, Upright: t.Upright(),
	}, rundir.PromiseOf(promises, cell, classes))
	if err != nil {
		return nil, err
	}
	c.source, c.vocabulary = t.ModelFile, t.Vocabulary
	return c, nil
}

// Load loads a CLIP and classifies by the names of the classes alone (zero-shot).
// model is a file or a folder in any published form, or "tiny" for the embedded
// model. Without classes the classifier embeds images and texts, and SetClasses
// can name some later.
func Load(ctx context.Context, model string, classes []string, opts ...Option) (*Classifier, error) {
	return begin(ctx, opts, func(o *options, gpu *cuda.Device) (*Classifier, error) {
		if err := o.noRun(); err != nil {
			return nil, err
		}
		if model == "" {
			return nil, errNoModel
		}
		if err := checkClasses(classes); err != nil && len(classes) > 0 {
			return nil, err
		}
		m, err := clip.Load(model, clip.Options{Vocabulary: o.vocabulary, Activation: o.activation, ImageOnly: o.imageOnly})
		if err != nil {
			return nil, err
		}
		place(m, gpu)
		if err := o.fit(m, 1); err != nil {
			return nil, errors.Join(err, m.Close())
		}
		if len(o.templates) == 0 {
			o.templates = []string{data.DefaultTemplate}
		}
		l := prompt.NewZeroShotEnsemble(m, "zero-shot", o.templates)
		if len(classes) > 0 {
			if m.Text == nil {
				return nil, errors.Join(&OptionError{errors.New("frontdoor: classes need the text tower; leave ImageTowerOnly away")}, m.Close())
			}
			if err := l.SetClasses(classes); err != nil {
				return nil, errors.Join(err, m.Close())
			}
		}
		c, err := start(o, m, gpu, l, classes, Info{Model: m.Name, Upright: o.upright == nil || *o.upright}, nil)
		if err != nil {
			return nil, errors.Join(err, m.Close())
		}
		c.source, _ = clip.File(model) // it was loaded
		c.vocabulary = o.vocabulary
		return c, nil
	})
}

// errNoModel is the error of a model that is not named: to package clip that is the
// embedded one, which a variable that is not set must not end in.
var errNoModel = errors.New("frontdoor: the model is not named: give its file or folder, or \"tiny\"")

// errNoContext is the error of a call without a context.
var errNoContext = errors.New("frontdoor: the context is nil")

// begin does what Open and Load have in common: it reads the options, and opens
// the device that open is to use.
func begin(ctx context.Context, opts []Option, open func(*options, *cuda.Device) (*Classifier, error)) (c *Classifier, err error) {
	if ctx == nil {
		return nil, errNoContext
	}
	o, err := newOptions(opts)
	if err != nil {
		return nil, err
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if o.threads > 0 {
		parallel.SetThreads(o.threads)
	}
	gpu, note, err := cuda.Choose(o.device, cuda.System)
	if errors.Is(err, cuda.ErrDevice) {
		return nil, &OptionError{err}
	}
	if err != nil {
		return nil, err
	}
	c, err = budget.Within(ctx, func() (c *Classifier, err error) {
		err = caught(func() (err error) {
			c, err = open(o, gpu)
			return err
		})
		if err != nil && gpu != nil {
			err = errors.Join(err, gpu.Close())
		}
		return c, err
	}, func(c *Classifier) { c.Close() })
	if err != nil {
		return nil, err
	}
	if note != "" {
		c.info.Notes = append(slices.Clip(c.info.Notes), note)
	}
	return c, nil
}

// learner picks method, seed and classes of the run.
func (o *options) learner(t *eval.Trained) (prompt.Learner, []string, rundir.Cell, error) {
	want := rundir.Cell{Dataset: o.dataset, Shots: o.shots, M: o.count, Method: o.method, Seed: t.Seeds[0]}
	if want.Method == "" {
		want.Method = t.Default()
	}
	if o.seed != nil {
		want.Seed = *o.seed
	}
	cell, err := t.Pick(want)
	if err != nil {
		return nil, nil, cell, &OptionError{err}
	}
	classes, err := t.HalfOf(cell.Dataset, o.half)
	if err != nil {
		return nil, nil, cell, &OptionError{setting.Errorf("{classes}: %w", err)}
	}
	l, err := t.CellLearner(cell, classes)
	return l, classes, cell, err
}

// SetClasses makes the classifier choose among other classes, from the next batch
// on. It fails, and leaves the classes as they are, if a name is empty, not
// UTF-8, with control characters, named twice or too long for the model, and if what was learned belongs
// to the classes of its training. A promise holds for the classes that it was
// made for only.
func (c *Classifier) SetClasses(ctx context.Context, names ...string) error {
	if err := c.begin(ctx); err != nil {
		return err
	}
	defer c.calls.Done()
	if err := checkClasses(names); err != nil {
		return err
	}
	if c.model.Text == nil {
		return errors.New("frontdoor: the model was loaded without its text tower, which classes need")
	}
	return c.task(ctx, func() error {
		if err := c.learner.SetClasses(names); err != nil {
			if len(c.classes) > 0 {
				err = errors.Join(err, c.learner.SetClasses(c.classes)) // it may have been changed halfway
			}
			return err
		}
		c.mu.Lock()
		defer c.mu.Unlock()
		c.classes = slices.Clone(names)
		return nil
	})
}

// task runs a part of a call in the engine's goroutine.
func (c *Classifier) task(ctx context.Context, f func() error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	return c.engine.do(ctx, func() error { return caught(f) })
}

// checkClasses reports class names that cannot be told apart or make no caption.
func checkClasses(names []string) error {
	if len(names) == 0 {
		return ErrNoClasses
	}
	for i, name := range names {
		switch {
		case name == "":
			return fmt.Errorf("frontdoor: class %d has an empty name", i+1)
		case strings.ContainsFunc(name, unicode.IsControl):
			return fmt.Errorf("frontdoor: the name of class %d, %q, has control characters", i+1, name)
		case !utf8.ValidString(name):
			return fmt.Errorf("frontdoor: the name of class %d, %q, is not UTF-8", i+1, name)
		case slices.Contains(names[:i], name):
			return fmt.Errorf("frontdoor: class %q is named twice", name)
		}
	}
	return nil
}

// caught runs f and turns a panic into an error, and the fault of reading a
// model's file that was cut short: a process that serves others must go on.
func caught(f func() error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("frontdoor: the computation failed: %v", p)
		}
	}()
	return mmap.Guard(f)
}

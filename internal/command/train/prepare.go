package train

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"

	"frontdoor/clip"
	"frontdoor/data"
	"frontdoor/eval/kept"
	"frontdoor/eval/rundir"
	"frontdoor/internal/cli"
	"frontdoor/internal/term"
)

// prepare gets a dataset ready for a run with the model:
// it says what is unusual about the split, has the test images decoded once for
// -cache, and looks at all of them at once for -strict, since hours may pass
// before they are needed.
func (o *options) prepare(ctx context.Context, ds *data.Dataset, m *clip.Model, report *data.Report) (*data.Dataset, error) {
	if cause := context.Cause(ctx); cause != nil {
		return nil, cause // of opening the dataset
	}
	if ds.Note != "" {
		fmt.Fprintf(stderr, "train: note: %s\n", ds.Note)
	}
	if o.cache != "" {
		options := o.cacheOptions(m)
		progress, done := term.Counter(os.Stderr, "decode "+ds.Name)
		options.Progress = progress
		cached, err := ds.CacheTests(ctx, options)
		done()
		if err != nil {
			return nil, err
		}
		ds = cached
	}
	if !o.strict {
		return ds, nil
	}
	tests := slices.Clone(ds.Test)
	for _, s := range ds.Extra {
		tests = append(tests, s.Items...)
	}
	_, err := data.Readable(ctx, tests, report, nil)
	if cause := context.Cause(ctx); cause != nil {
		return nil, cause
	}
	return ds, err
}

// prepareAll gets all datasets of a run ready, first being the first one, and
// returns that.
func (o *options) prepareAll(ctx context.Context, c *rundir.Config, first *data.Dataset, m *clip.Model, report *data.Report) (*data.Dataset, error) {
	first, err := o.prepare(ctx, first, m, report)
	if err != nil {
		return nil, err
	}
	for _, line := range first.Few(max(c.Shots, slices.Max(append([]int{0}, c.ShotsList...)))) {
		fmt.Fprintf(stderr, "train: note: %s\n", line)
	}
	var others []string
	for _, set := range c.Sets()[1:] {
		others = append(others, set.Name)
	}
	if kind, _ := data.KindOf(c.Sets()[0].Name); kind == data.Published { // else they are rendered
		others = append(others, c.Targets...)
	}
	for _, name := range others {
		ds, err := o.open(ctx, name, m, &report)
		if err != nil {
			return nil, err
		}
		if _, err := o.prepare(ctx, ds, m, report); err != nil {
			return nil, err
		}
	}
	return first, nil
}

// reopen opens a dataset that has been prepared.
func (o *options) reopen(ctx context.Context, name string, m *clip.Model, report *data.Report) (*data.Dataset, error) {
	ds, err := o.open(ctx, name, m, &report)
	if err != nil || o.cache == "" {
		return ds, err
	}
	return ds.CacheTests(ctx, o.cacheOptions(m))
}

// openKept opens the features that -cache keeps.
func (o *options) openKept(m *clip.Model) (err error) {
	if o.cache != "" {
		o.kept, err = kept.Open(o.cache, o.data, m, o.kernel())
	}
	return err
}

// cacheOptions are those of -cache for the model.
func (o *options) cacheOptions(m *clip.Model) data.CacheOptions {
	c := data.CacheOptions{Dir: o.cache, Side: m.Config.Vision.Image, Limit: kept.Bytes}
	c.Prepare, c.How = m.Prepare()
	return c
}

// strictly returns a context that ends with an image that cannot be read, now or
// later, if -strict asks for that. stop must be called.
func (o *options) strictly(ctx context.Context, report *data.Report) (strict context.Context, stop func()) {
	strict, end := context.WithCancelCause(ctx)
	if o.strict {
		report.OnUnreadable(func(err error) { end(&unreadable{err}) })
	}
	return strict, func() { end(nil) }
}

// unreadable is what ends a -strict run.
type unreadable struct{ err error }

func (u *unreadable) Error() string {
	return "-strict: " + u.err.Error() + "; mend or remove it, or leave -strict away"
}

// Unwrap returns why the image could not be read.
func (u *unreadable) Unwrap() error { return u.err }

// interrupted is the error of a run that ctx ended; again is the command that
// goes on with it.
func interrupted(ctx context.Context, again string) error {
	var u *unreadable
	if errors.As(context.Cause(ctx), &u) {
		return fmt.Errorf("%w; then go on with: %s", u, again)
	}
	return cli.Interrupted(again)
}

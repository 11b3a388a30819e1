package predict

import (
	"context"
	"fmt"
	"io"
	"os"
	"slices"

	"frontdoor"
	"frontdoor/data"
	"frontdoor/data/files"
	"frontdoor/internal/term"
)

// collect lists the images to classify: files as named, and from folders,
// archives, tables and lists the images that training would take. What they
// hold besides is noted on w.
func (o *options) collect(ctx context.Context, w io.Writer) ([]data.Source, error) {
	var out []data.Source
	named := o.images
	if i := slices.Index(named, stdinName); i >= 0 {
		image, paths, err := o.piped()
		if err != nil {
			return nil, err
		}
		if image != nil {
			out = append(out, image)
		}
		named = slices.Concat(named[:i], paths, named[i+1:])
	}
	for _, arg := range named {
		images, left, err := files.Every(ctx, arg)
		if err != nil {
			return nil, err
		}
		for _, im := range images {
			out = append(out, data.Photo(im, o.exif))
		}
		for i, l := range left {
			if i == mostNotes {
				fmt.Fprintf(w, "predict: note: and %d more are passed over\n", len(left)-i)
				break
			}
			fmt.Fprintf(w, "predict: note: %s is passed over: %s\n", l.Path, l.Reason)
		}
	}
	return out, nil
}

// mostNotes is how many files that are passed over are named one by one.
const mostNotes = 10

// part is how many images are asked about at once: enough for the next batch to
// be read while one computes, and few enough for answers to come as they are
// ready.
const part = 32

// longWork is from how many images on a progress bar is shown.
const longWork = 2 * part

// each asks about images in order, and hands every one on with its answer or the
// error of an image that has none. It returns how many have none.
func each[T any](ctx context.Context, all []data.Source, ask func(context.Context, ...data.Source) ([]T, error),
	use func(im data.Source, answer T, err error) error) (failed int, err error) {
	var bar *term.Progress // nil shows nothing
	if len(all) >= longWork {
		bar = term.NewProgress(os.Stderr, len(all), "predict")
		defer bar.Done()
	}
	for some := range slices.Chunk(all, part) {
		answers, err := ask(ctx, some...)
		bad := frontdoor.ImageErrors(err)
		if err != nil && len(bad) == 0 {
			return failed, err
		}
		errs := make([]error, len(some))
		for _, e := range bad {
			errs[e.Index] = e.Err
		}
		failed += len(bad)
		for i, im := range some {
			if err := use(im, answers[i], errs[i]); err != nil {
				return failed, err
			}
		}
		bar.Add(len(some))
	}
	return failed, nil
}

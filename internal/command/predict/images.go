package predict

import (
	"context"
	"fmt"
	"io"
	"slices"

	"frontdoor"
	"frontdoor/data"
	"frontdoor/data/files"
	"frontdoor/imaging"
)

// photo is an image to classify.
type photo struct {
	files.Image
	upright bool // turned as its EXIF orientation asks
}

// Open decodes the image.
func (p photo) Open() (*imaging.Image, error) { return p.Image.Open(p.upright) }

// collect lists the images to classify: files as named, and from folders,
// archives, tables and lists the images that training would take. What they
// hold besides is noted on w.
func (o *options) collect(ctx context.Context, w io.Writer) ([]data.Source, error) {
	var out []data.Source
	for _, arg := range o.images {
		images, left, err := files.Every(ctx, arg)
		if err != nil {
			return nil, err
		}
		for _, im := range images {
			out = append(out, photo{im, o.exif})
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

// each asks about images in order, and hands every one on with its answer or the
// error of an image that has none. It returns how many have none.
func each[T any](ctx context.Context, all []data.Source, ask func(context.Context, ...data.Source) ([]T, error),
	use func(im data.Source, answer T, err error) error) (failed int, err error) {
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
	}
	return failed, nil
}

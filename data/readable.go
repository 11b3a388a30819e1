package data

import (
	"context"

	"frontdoor/imaging"
	"frontdoor/internal/parallel"
)

// readBatch is how many images are read between two looks at the context.
const readBatch = 256

// Readable decodes every item, in parallel, and returns those that open; the
// others are noted in the report, if there is one. Open reads headers only, so a file that is
// cut off in the middle gets past it: this finds them, at the price of decoding
// all. progress, if there is one, is told how many have been decoded. It returns
// an error only if ctx ends.
func Readable(ctx context.Context, items []Item, r *Report, progress func(done, total int)) ([]Item, error) {
	out := make([]Item, 0, len(items))
	for lo := 0; lo < len(items); lo += readBatch {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		batch := items[lo:min(lo+readBatch, len(items))]
		errs := Verify(ctx, batch)
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		for i, it := range batch {
			switch {
			case errs[i] == nil:
				out = append(out, it)
			case r != nil:
				r.AddError(it.Name(), errs[i])
			}
		}
		if progress != nil {
			progress(lo+len(batch), len(items))
		}
	}
	return out, nil
}

// Verify returns for each item the error that Open would return, or nil. It
// decodes all, in parallel, until ctx ends: from then on the errors are its own.
func Verify(ctx context.Context, items []Item) []error {
	errs := make([]error, len(items))
	parallel.For(len(items), 1, func(lo, hi int) {
		for i := lo; i < hi; i++ {
			errs[i] = items[i].verify(ctx)
		}
	})
	return errs
}

// verify returns the error that Open would return.
func (it Item) verify(ctx context.Context) error {
	if path, _, ok := filePath(it.Source); ok {
		return imaging.Verify(ctx, path)
	}
	if v, ok := it.Source.(interface{ Verify(context.Context) error }); ok {
		return v.Verify(ctx)
	}
	_, err := it.Open(ctx)
	return err
}

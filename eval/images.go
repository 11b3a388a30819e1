package eval

import (
	"context"
	"fmt"
	"slices"

	"frontdoor/data"
	"frontdoor/eval/train"
	"frontdoor/imaging"
	"frontdoor/internal/term"
)

// Loader returns what has loaded images of the current dataset, with the features
// that it keeps; nil if nothing was computed.
func (r *Run) Loader() *train.Loader { return r.load }

// Images returns what opens an image of the run by its dataset and its name.
// It keeps the lists of one dataset at a time.
func (r *Run) Images(ctx context.Context) func(dataset, name string) (*imaging.Image, error) {
	current, items := "", map[string]data.Item{}
	return func(dataset, name string) (*imaging.Image, error) {
		if current != dataset || len(items) == 0 {
			list, err := r.items(ctx, dataset)
			if err != nil {
				return nil, err
			}
			current = dataset
			clear(items)
			for _, it := range list {
				items[term.Clean(it.Name())] = it // as files of predictions have it
			}
		}
		it, ok := items[name]
		if !ok {
			return nil, fmt.Errorf("dataset %s has no image %s", dataset, name)
		}
		return it.Open(ctx)
	}
}

// items lists the images of a dataset, those of its variants too.
func (r *Run) items(ctx context.Context, name string) ([]data.Item, error) {
	ds := r.Dataset
	if _, variant := ds.ExtraSet(name); ds.Name != name && !variant && r.Open != nil {
		var err error
		if ds, err = r.Open(ctx, name); err != nil {
			return nil, err
		}
	}
	items := slices.Concat(ds.Train, ds.Val, ds.Test)
	for _, s := range ds.Extra {
		items = append(items, s.Items...)
	}
	return items, nil
}

package kept

import (
	"context"
	"fmt"

	"frontdoor/data"
	"frontdoor/imaging"
	"frontdoor/internal/featurecache"
)

// decodable is the space of what can be decoded.
var decodable = featurecache.Space{Model: fmt.Sprintf("decoders %d", imaging.Revision), View: "decodes", Width: 1}

// Undecoded counts the items that Verify would decode.
func (f *Folder) Undecoded(items []data.Item) (n int) {
	if f == nil {
		return len(items)
	}
	for _, it := range items {
		if key, keep, err := f.Identity(it); err != nil || !keep || f.count(decodable, []Key{key}) == 0 {
			n++
		}
	}
	return n
}

// Verify returns the errors of items that cannot be decoded, for
// data.OpenOptions. It decodes those that no earlier run has decoded: which
// images can be is a feature of one number. What has begun to be decoded is decoded,
// for an image must not count as damaged because ctx has ended.
func (f *Folder) Verify(ctx context.Context, items []data.Item) []error {
	errs := make([]error, len(items))
	var keys []Key
	var which, others []int // of the items
	for i, it := range items {
		if key, keep, err := f.Identity(it); err == nil && keep {
			keys, which = append(keys, key), append(which, i)
		} else {
			others = append(others, i)
		}
	}
	decode := func(some []int) {
		part := make([]data.Item, len(some))
		for j, i := range some {
			part[j] = items[i]
		}
		for j, err := range data.Verify(context.WithoutCancel(ctx), part) {
			errs[some[j]] = err
		}
	}
	decode(others)
	tried := false
	_, err := f.rows(ctx, decodable, keys, func(missing []int) ([][]float32, error) {
		tried = true
		some, rows := make([]int, len(missing)), make([][]float32, len(missing))
		for j, m := range missing {
			some[j] = which[m]
		}
		decode(some)
		for j, i := range some {
			if errs[i] == nil {
				rows[j] = []float32{1}
			}
		}
		return rows, nil
	})
	if err != nil && !tried { // the folder failed: do without
		decode(which)
	}
	return errs
}

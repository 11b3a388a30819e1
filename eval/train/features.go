package train

import (
	"context"
	"fmt"
	"math"
	"time"

	"frontdoor/autograd"
	"frontdoor/data"
	"frontdoor/eval/kept"
	"frontdoor/prompt"
)

// FrozenBytes bounds what a loader keeps of the frozen tower's features: 87,381
// images of 768 floats.
const FrozenBytes = 256 << 20

// frozenCache keeps the pooled features [D] that the frozen image tower gives
// (clip.Model.PooledFeatures), which no training changes: every cell of a run
// that classifies by them, alone or beside its own, finds what the first one
// computed.
type frozenCache struct {
	rows  map[string]frozenRow // by item name
	bytes int64
}

// frozenRow is what is kept of an image, and the seconds it took, which count
// as the work of whoever is served.
type frozenRow struct {
	pooled  []float32 // [D]; nil for an image that cannot be read
	seconds float64
}

// add keeps a row if there is room.
func (c *frozenCache) add(name string, row frozenRow) {
	size := int64(4 * len(row.pooled))
	if c.bytes+size > FrozenBytes {
		return
	}
	if c.rows == nil {
		c.rows = map[string]frozenRow{}
	}
	c.rows[name] = row
	c.bytes += size
}

// pixels returns the preprocessed images [n, 3, S, S] of some items by their
// indices, and which of these n they are: unreadable ones are left out.
type pixels func(ctx context.Context, which []int) (*autograd.Tensor, []int)

// loaded are pixels that are read when they are needed.
func (l *Loader) loaded(items []data.Item) pixels {
	return func(ctx context.Context, which []int) (*autograd.Tensor, []int) {
		return l.Clean(ctx, pick(items, which))
	}
}

// given are pixels that are there: image i is that of item i.
func given(images *autograd.Tensor) pixels {
	return func(_ context.Context, which []int) (*autograd.Tensor, []int) {
		n, s := len(which), images.Shape()
		per := s[1] * s[2] * s[3]
		some, all := autograd.Zeros(n, s[1], s[2], s[3]), make([]int, n)
		for j, i := range which {
			copy(some.Data[j*per:(j+1)*per], images.Data[i*per:(i+1)*per])
			all[j] = j
		}
		return some, all
	}
}

// frozenFeatures returns the frozen tower's unit features [n, E] of items, which
// of the items they are, and the seconds that the tower worked for them, now or
// earlier: NaN if another run did some of it. Images are asked for only where the
// features are not known.
func (l *Loader) frozenFeatures(ctx context.Context, items []data.Item, images pixels) (v *autograd.Tensor, kept []int, seconds float64, err error) {
	x, kept, seconds, err := l.pooledFeatures(ctx, items, images) // [n, D]
	if err != nil {
		return nil, nil, 0, err
	}
	return (*autograd.Tape)(nil).L2Normalize(l.model.Project(x), 0), kept, seconds, nil
}

// pooledFeatures is frozenFeatures before the last projection, [n, D].
func (l *Loader) pooledFeatures(ctx context.Context, items []data.Item, images pixels) (x *autograd.Tensor, kept []int, seconds float64, err error) {
	rows := make([]frozenRow, len(items))
	var missing []int
	for i, it := range items {
		var known bool
		if rows[i], known = l.frozen.rows[it.Name()]; !known {
			missing = append(missing, i)
		}
	}
	if len(missing) > 0 {
		if err := l.findFrozen(ctx, items, missing, rows, images); err != nil {
			return nil, nil, 0, err
		}
		for _, i := range missing {
			if rows[i].pooled != nil {
				l.frozen.add(items[i].Name(), rows[i])
			}
		}
	}
	var all []float32
	for i, row := range rows {
		if row.pooled != nil {
			kept, all = append(kept, i), append(all, row.pooled...)
			seconds += row.seconds
		}
	}
	return autograd.Const(all, len(kept), l.model.Config.Vision.Width), kept, seconds, nil
}

// findFrozen fills the rows of the missing items from what is kept on disk, or by
// the tower.
func (l *Loader) findFrozen(ctx context.Context, items []data.Item, missing []int, rows []frozenRow, images pixels) error {
	encode := func(which []int) error {
		x, some := images(ctx, which)
		for j, row := range l.encodeFrozen(x) {
			rows[which[some[j]]] = row
		}
		return ctx.Err()
	}
	var keys []kept.Key
	var filed, others []int
	for _, i := range missing {
		key, keep, err := l.folder.Identity(items[i])
		if err != nil || !keep {
			others = append(others, i) // Open will say what is wrong
			continue
		}
		keys, filed = append(keys, key), append(filed, i)
	}
	if len(others) > 0 {
		if err := encode(others); err != nil {
			return err
		}
	}
	if len(filed) == 0 {
		return nil
	}
	found, err := l.folder.Whole(ctx, keys, func(lacking []int) ([][]float32, error) {
		which, out := make([]int, len(lacking)), make([][]float32, len(lacking))
		for j, k := range lacking {
			which[j] = filed[k]
		}
		if err := encode(which); err != nil {
			return nil, err
		}
		for j, i := range which {
			out[j] = rows[i].pooled
		}
		return out, l.failed()
	})
	if err != nil {
		return err
	}
	for j, i := range filed {
		if rows[i].pooled == nil && found[j] != nil {
			rows[i] = frozenRow{found[j], math.NaN()}
		}
	}
	return nil
}

// encodeFrozen runs images [n, 3, S, S] through the frozen tower.
func (l *Loader) encodeFrozen(images *autograd.Tensor) []frozenRow {
	rows := make([]frozenRow, images.Dim(0))
	if len(rows) == 0 {
		return nil
	}
	begin := time.Now()
	x := l.model.PooledFeatures(images) // [n, D]
	each := time.Since(begin).Seconds() / float64(len(rows))
	for j := range rows {
		rows[j] = frozenRow{x.Row(j), each}
	}
	return rows
}

// Batch is what a learner reads of some images.
type Batch struct {
	Labels   []int
	Names    []string // of the images
	Features prompt.Features
	Seconds  float64 // that the image tower worked for it
}

// Bytes is the memory that the batch keeps of its own.
func (b *Batch) Bytes() (n int) {
	for _, t := range []*autograd.Tensor{b.Features.Frozen, b.Features.Tuned, b.Features.Pooled} {
		if t != nil {
			n += 4 * t.Len()
		}
	}
	return n
}

// Extract returns what a learner reads of items, without those that cannot be read.
func (l *Loader) Extract(ctx context.Context, s prompt.Learner, items []data.Item) (*Batch, error) {
	b := &Batch{}
	frozen, tuned := s.Reads()
	images := l.loaded(items)
	if tuned {
		var x *autograd.Tensor // [n, 3, S, S]
		var kept []int
		if x, kept = l.Clean(ctx, items); len(kept) == 0 {
			return b, ctx.Err()
		}
		items, images = pick(items, kept), given(x)
		begin := time.Now()
		b.Features.Tuned = s.Encode(x) // [M·n, E]
		b.Seconds = time.Since(begin).Seconds()
	}
	var kept []int
	var seconds float64
	var err error
	switch {
	case frozen:
		b.Features.Frozen, kept, seconds, err = l.frozenFeatures(ctx, items, images) // [n, E]
		items = pick(items, kept)
	case prompt.ReadsPooled(s):
		b.Features.Pooled, kept, seconds, err = l.pooledFeatures(ctx, items, images) // [n, D]
		items = pick(items, kept)
	}
	if err != nil {
		return nil, err
	}
	b.Seconds += seconds
	for _, it := range items {
		b.Labels, b.Names = append(b.Labels, it.Label), append(b.Names, it.Name())
	}
	return b, nil
}

// pick returns the items of the indices which.
func pick(items []data.Item, which []int) []data.Item {
	some := make([]data.Item, len(which))
	for j, i := range which {
		some[j] = items[i]
	}
	return some
}

// Features returns the frozen tower's unit features [n, E] of items, and which of
// the items they are: images that cannot be read are reported and left out. step,
// if there is one, is told how many images have been seen.
func (l *Loader) Features(ctx context.Context, items []data.Item, step func(done, total int)) (*autograd.Tensor, []int, error) {
	var all []float32
	var kept []int
	done := 0
	for part := range l.Batches(items) {
		if err := ctx.Err(); err != nil {
			return nil, nil, err
		}
		v, some, _, err := l.frozenFeatures(ctx, part, l.loaded(part)) // [n, E]
		if err != nil {
			return nil, nil, err
		}
		all = append(all, v.Data...)
		for _, i := range some {
			kept = append(kept, done+i)
		}
		if done += len(part); step != nil {
			step(done, len(items))
		}
	}
	if len(kept) == 0 {
		return nil, nil, fmt.Errorf("none of %d images can be read", len(items))
	}
	return autograd.Const(all, len(kept), len(all)/len(kept)), kept, nil
}

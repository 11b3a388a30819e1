package train

import (
	"context"
	"encoding/binary"
	"errors"
	"math/rand/v2"
	"slices"

	"frontdoor/autograd"
	"frontdoor/data"
	"frontdoor/data/augment"
	"frontdoor/eval/kept"
	"frontdoor/internal/parallel"
	"frontdoor/prompt"
)

// Shots reads what a fitted learner learns from: pooled features of so many
// random crops of each training image, and of the validation images as they are.
// It returns the training images that could be read besides; the others are
// reported.
func (l *Loader) Shots(ctx context.Context, view augment.View, draws int, items, val []data.Item) (s prompt.Shots, kept []data.Item, err error) {
	rows, kept, err := l.drawn(ctx, view, draws, items)
	if err != nil || len(kept) == 0 {
		return s, kept, err
	}
	d := l.model.Config.Vision.Width
	for r := range draws {
		x := autograd.Zeros(len(kept), d) // [B, D]
		for i := range kept {
			copy(x.Row(i), rows[i*draws+r])
		}
		s.Views = append(s.Views, x)
	}
	for _, it := range kept {
		s.Labels = append(s.Labels, it.Label)
	}
	var all []float32
	for part := range l.Batches(val) {
		if err := ctx.Err(); err != nil {
			return s, nil, err
		}
		x, some, _, err := l.pooledFeatures(ctx, part, l.loaded(part)) // [n, D]
		if err != nil {
			return s, nil, err
		}
		all = append(all, x.Data...)
		for _, i := range some {
			s.ValLabels = append(s.ValLabels, part[i].Label)
		}
	}
	if n := len(s.ValLabels); n > 0 {
		s.Val = autograd.Const(all, n, d)
	}
	return s, kept, nil
}

// drawKey names a random crop of a view.
type drawKey struct {
	kept.Crop
	view string
}

// drawnCache keeps pooled features [D] of random crops, as much as cropBytes.
type drawnCache struct {
	rows  map[drawKey][]float32
	bytes int64
}

// add keeps features; what was there gives way if there is no room.
func (c *drawnCache) add(k drawKey, row []float32) {
	size := int64(4 * len(row))
	if c.rows == nil || c.bytes+size > cropBytes {
		c.rows, c.bytes = map[drawKey][]float32{}, 0
	}
	c.rows[k] = row
	c.bytes += size
}

// crop is a random crop that is asked for.
type crop struct {
	item data.Item
	drawKey
	keep bool      // on disk, if there is a folder
	row  []float32 // its pooled features [D], once they are known
	err  error
}

// drawn returns the pooled features of the crops of items that can be read, image
// by image and draw by draw, and which these items are.
func (l *Loader) drawn(ctx context.Context, view augment.View, draws int, items []data.Item) (rows [][]float32, kept []data.Item, err error) {
	for part := range l.Batches(items) {
		crops := l.ask(view, draws, part)
		var missing []*crop
		for i := range crops {
			c := &crops[i]
			if c.row = l.drawns.rows[c.drawKey]; c.row == nil && c.err == nil {
				missing = append(missing, c)
			}
		}
		if err := l.findCrops(ctx, view, missing); err != nil {
			return nil, nil, err
		}
		for _, c := range missing {
			if c.err == nil {
				l.drawns.add(c.drawKey, c.row)
			}
		}
		for i, it := range part {
			own := crops[i*draws : (i+1)*draws]
			if failed := slices.IndexFunc(own, func(c crop) bool { return c.err != nil }); failed >= 0 {
				l.report.AddError(it.Name(), own[failed].err)
				continue
			}
			kept = append(kept, it)
			for _, c := range own {
				rows = append(rows, c.row)
			}
		}
	}
	return rows, kept, nil
}

// ask lists the crops of items, image by image.
func (l *Loader) ask(view augment.View, draws int, items []data.Item) []crop {
	crops := make([]crop, 0, len(items)*draws)
	for _, it := range items {
		id, keep, err := l.folder.Identity(it)
		for r := range draws {
			crops = append(crops, crop{item: it, drawKey: drawKey{kept.Crop{Image: id, Draw: r}, view.Name}, keep: keep, err: err})
		}
	}
	return crops
}

// findCrops fills in the features of crops from what is kept on disk, or by the
// tower.
func (l *Loader) findCrops(ctx context.Context, view augment.View, crops []*crop) error {
	var filed, others []*crop
	var keys []kept.Crop
	for _, c := range crops {
		if c.keep {
			filed, keys = append(filed, c), append(keys, c.Crop)
		} else {
			others = append(others, c)
		}
	}
	if err := l.encodeCrops(ctx, view, others); err != nil || len(filed) == 0 {
		return err
	}
	rows, err := l.folder.Crops(ctx, view, keys, func(missing []int) ([][]float32, error) {
		some, out := make([]*crop, len(missing)), make([][]float32, len(missing))
		for j, i := range missing {
			some[j] = filed[i]
		}
		err := l.encodeCrops(ctx, view, some)
		for j, c := range some {
			out[j] = c.row
		}
		return out, errors.Join(err, l.failed())
	})
	if err != nil {
		return err
	}
	for i, c := range filed {
		c.row = rows[i]
	}
	return nil
}

// encodeCrops fills in the features of crops, of which those of an image stand
// together. An image that cannot be read is an error of its crops.
func (l *Loader) encodeCrops(ctx context.Context, view augment.View, crops []*crop) error {
	per := 3 * l.size * l.size
	for lo := 0; lo < len(crops); lo += l.batch {
		if err := ctx.Err(); err != nil {
			return err
		}
		part := crops[lo:min(lo+l.batch, len(crops))]
		pixels := autograd.Zeros(len(part), 3, l.size, l.size) // [n, 3, S, S]
		images := byImage(part)
		parallel.For(len(images), 1, func(a, b int) {
			for _, at := range images[a:b] {
				im, err := part[at.lo].item.Open(ctx)
				for i := at.lo; i < at.hi; i++ {
					if part[i].err = err; err == nil {
						l.view(pixels.Data[i*per:(i+1)*per], im, view, part[i].random())
					}
				}
			}
		})
		if err := ctx.Err(); err != nil {
			return err
		}
		x := l.model.PooledFeatures(pixels) // [n, D]
		for i, c := range part {
			if c.err == nil {
				c.row = x.Row(i)
			}
		}
	}
	return nil
}

// span is a part [lo, hi) of a list.
type span struct{ lo, hi int }

// byImage cuts crops into those of one image each.
func byImage(crops []*crop) (all []span) {
	for i, c := range crops {
		if i > 0 && c.Image == crops[i-1].Image && c.item.Name() == crops[i-1].item.Name() {
			all[len(all)-1].hi = i + 1
		} else {
			all = append(all, span{i, i + 1})
		}
	}
	return all
}

// random returns the random numbers of a crop. They follow from the content of
// the image and the number of the crop, so that it is the same in every run.
func (k drawKey) random() *rand.Rand {
	return rand.New(rand.NewPCG(binary.LittleEndian.Uint64(k.Image[:]), binary.LittleEndian.Uint64(k.Image[8:])^uint64(k.Draw)))
}

package train

import (
	"context"
	"fmt"
	"slices"

	"frontdoor/clip"
	"frontdoor/data"
	"frontdoor/data/augment"
	"frontdoor/imaging"
	"frontdoor/internal/mt19937"
	"frontdoor/internal/parallel"
	"frontdoor/internal/torchorder"
	"frontdoor/method"
	"frontdoor/prompt"
)

// torchFeed gives training batches as PyTorch's data loader gave them in the
// published experiments: the same images in the same order, cropped and
// flipped with the same numbers. A published model needs it to be trained on
// the very pixels of its original; other trainings crop image by image instead,
// which does not depend on the order of work.
type torchFeed struct {
	load  *Loader
	items []data.Item
	set   method.Settings
	crop  augment.ResizedCrop
	order *torchorder.Order

	// Where the workers' generators stand: before batch next of an epoch.
	epoch, next int
	workers     [torchorder.Workers]*mt19937.Torch
}

// newTorchFeed returns the feed of a training, or nil if it is none that the
// published experiments know.
func newTorchFeed(l prompt.Learner, m *method.Method, s method.Settings, seed uint64, items []data.Item, load *Loader) *torchFeed {
	if !FollowsOriginal(load.model.Config, l, m, s) {
		return nil
	}
	before, _ := m.RandomNumbers(load.model.Config, s)
	crop, _ := l.Views()[0].OnlyCrop()
	return &torchFeed{
		load: load, items: items, set: s, crop: crop,
		order: torchorder.New(seed, uint64(before)), epoch: -1,
	}
}

// FollowsOriginal says whether a training sees the very pixels of a published
// experiment. It does not under another schedule, for a method without an
// original, or with several views.
func FollowsOriginal(c clip.Config, l prompt.Learner, m *method.Method, s method.Settings) bool {
	views := l.Views()
	_, known := m.RandomNumbers(c, s)
	if s.Schedule != "epoch" || !known || len(views) != 1 {
		return false
	}
	_, only := views[0].OnlyCrop()
	return only
}

// perm returns the order of the items in an epoch.
func (f *torchFeed) perm(epoch int) []int { return f.order.Epoch(epoch).Perm(len(f.items)) }

// images writes to out the augmented images [n, 3, S, S] of batch at of an
// epoch; order is the epoch's. Batches asked for out of turn, as after a resumed
// epoch, have the random numbers before them drawn again.
func (f *torchFeed) images(ctx context.Context, out []float32, order []int, epoch, at int) error {
	if epoch != f.epoch || at < f.next {
		f.epoch, f.next = epoch, 0
		for w := range f.workers {
			f.workers[w] = f.order.Epoch(epoch).Worker(w)
		}
	}
	for ; f.next < at; f.next++ {
		if _, _, err := f.open(ctx, f.of(order, f.next), f.next); err != nil {
			return err
		}
	}
	f.next++
	photos, cuts, err := f.open(ctx, f.of(order, at), at)
	if err != nil {
		return err
	}
	s := f.load.size
	mean, std := f.load.model.Statistics()
	parallel.For(len(photos), 1, func(lo, hi int) {
		for i := lo; i < hi; i++ {
			b := cuts[i].box
			im := imaging.Resize(photos[i].Crop(b.X, b.Y, b.W, b.H), s, s)
			if cuts[i].flip {
				im.FlipH()
			}
			im.CHW(out[i*3*s*s:(i+1)*3*s*s], mean, std)
		}
	})
	return nil
}

// of returns the items of a batch.
func (f *torchFeed) of(order []int, at int) []int {
	lo, hi := f.set.Span(len(order), at)
	return order[lo:hi]
}

// cut is the crop of an image, and whether it is mirrored.
type cut struct {
	box  augment.Box
	flip bool
}

// open decodes the images of a batch and samples a rectangle and a flip for each,
// one after the other, from the generator of the batch's worker.
func (f *torchFeed) open(ctx context.Context, which []int, at int) ([]*imaging.Image, []cut, error) {
	photos := make([]*imaging.Image, len(which))
	errs := make([]error, len(which))
	parallel.For(len(which), 1, func(lo, hi int) {
		for i := lo; i < hi; i++ {
			if photos[i], errs[i] = f.items[which[i]].Open(ctx); errs[i] != nil {
				errs[i] = fmt.Errorf("%s: %w", f.items[which[i]].Name(), errs[i])
			}
		}
	})
	if i := slices.IndexFunc(errs, func(err error) bool { return err != nil }); i >= 0 {
		return nil, nil, errs[i]
	}
	rng := f.workers[at%torchorder.Workers]
	cuts := make([]cut, len(which))
	for i, im := range photos {
		cuts[i].box = f.crop.Sample(im.W, im.H, rng)
		cuts[i].flip = rng.Float32() < 0.5
	}
	return photos, cuts, nil
}

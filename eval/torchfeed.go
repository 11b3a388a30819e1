package eval

import (
	"fmt"
	"slices"

	"frontdoor/clip"
	"frontdoor/data"
	"frontdoor/data/augment"
	"frontdoor/imaging"
	"frontdoor/internal/mt19937"
	"frontdoor/internal/parallel"
	"frontdoor/internal/torchorder"
	"frontdoor/prompt"
)

// torchFeed gives training batches as PyTorch's data loader gave them in the
// published experiments: the same images in the same order, cropped and
// flipped with the same numbers. A published model needs it to be trained on
// the very pixels of its original; other trainings draw by image instead,
// which does not depend on the order of work.
type torchFeed struct {
	load  *loader
	items []data.Item
	batch int
	crop  augment.ResizedCrop
	order *torchorder.Order

	// Where the workers' generators stand: before batch next of an epoch.
	epoch, next int
	workers     [torchorder.Workers]*mt19937.Torch
}

// newTorchFeed returns the feed of a training, or nil if it is none that the
// published experiments know: another schedule, a method without an original,
// or several views.
func newTorchFeed(l prompt.Learner, method string, s Settings, seed uint64, items []data.Item, load *loader) *torchFeed {
	views := l.Views()
	if !followsTorch(load.model.Config, l, method, s) {
		return nil
	}
	drawn, _ := torchDraws(load.model.Config, method, s)
	crop, _ := views[0].OnlyCrop()
	return &torchFeed{
		load: load, items: items, batch: s.Batch, crop: crop,
		order: torchorder.New(seed, uint64(drawn)), epoch: -1,
	}
}

// followsTorch says whether a training is one of the published experiments.
func followsTorch(c clip.Config, l prompt.Learner, method string, s Settings) bool {
	views := l.Views()
	_, known := torchDraws(c, method, s)
	if s.Schedule != "epoch" || !known || len(views) != 1 {
		return false
	}
	_, only := views[0].OnlyCrop()
	return only
}

// torchDraws returns how many random numbers the original draws before its
// training begins. Known from runs of the originals are CoOp, CoCoOp, MaPLe and
// independent prompting, the first two with words to begin with; the others
// follow by the same rules.
func torchDraws(c clip.Config, method string, s Settings) (int, bool) {
	sizes := torchorder.Sizes{
		Vision: torchorder.Tower{Width: c.Vision.Width, Layers: c.Vision.Layers},
		Text:   torchorder.Tower{Width: c.Text.Width, Layers: c.Text.Layers},
		Patch:  c.Vision.Patch, Tokens: c.Vision.Tokens(), Context: c.Text.Context, Vocab: c.Text.Vocab, Join: c.Embed,
	}
	n := torchorder.CLIPDraws(sizes)
	if s.Words == "" && (method == "coop" || method == "cocoop") {
		n += s.Tokens * c.Text.Width
	}
	switch method {
	case "coop":
		return n, !s.PerClass
	case "cocoop":
		return n + torchorder.CoCoOpDraws(sizes), true
	case "maple", "maple+zs":
		return n + torchorder.MaPLeDraws(sizes, s.Tokens, s.Depth), true
	case "vpt-shallow", "vpt", "language", "ivlp":
		return n + torchorder.IndependentDraws(sizes, s.Tokens, s.Depth, s.VisionTokens, s.VisionDepth), true
	}
	return 0, false
}

// perm returns the order of the items in an epoch.
func (f *torchFeed) perm(epoch int) []int { return f.order.Epoch(epoch).Perm(len(f.items)) }

// images writes to out the augmented images [n, 3, S, S] of batch at of an
// epoch; order is the epoch's. Batches asked for out of turn, as after a resumed
// epoch, have the draws before them repeated.
func (f *torchFeed) images(out []float32, order []int, epoch, at int) error {
	if epoch != f.epoch || at < f.next {
		f.epoch, f.next = epoch, 0
		for w := range f.workers {
			f.workers[w] = f.order.Epoch(epoch).Worker(w)
		}
	}
	for ; f.next < at; f.next++ {
		if _, _, err := f.draw(f.of(order, f.next), f.next); err != nil {
			return err
		}
	}
	f.next++
	photos, cuts, err := f.draw(f.of(order, at), at)
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
	return order[at*f.batch : min(len(order), (at+1)*f.batch)]
}

// cut is what was drawn for an image.
type cut struct {
	box  augment.Box
	flip bool
}

// draw opens the images of a batch and draws a rectangle and a flip for each,
// one after the other, from the generator of the batch's worker.
func (f *torchFeed) draw(which []int, at int) ([]*imaging.Image, []cut, error) {
	photos := make([]*imaging.Image, len(which))
	errs := make([]error, len(which))
	parallel.For(len(which), 1, func(lo, hi int) {
		for i := lo; i < hi; i++ {
			if photos[i], errs[i] = f.items[which[i]].Open(); errs[i] != nil {
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

package train

import (
	"context"
	"fmt"
	"iter"
	"math/rand/v2"
	"slices"

	"frontdoor/autograd"
	"frontdoor/clip"
	"frontdoor/data"
	"frontdoor/data/augment"
	"frontdoor/eval/kept"
	"frontdoor/eval/rundir"
	"frontdoor/imaging"
	"frontdoor/internal/parallel"
)

// Loader turns items into model inputs. Work on several images goes in
// parallel; what comes out does not depend on how.
type Loader struct {
	model  *clip.Model
	size   int // S
	report *data.Report
	cache  map[string][]float32 // clean, normalised [3, S, S] by item name
	room   int                  // images that may still be cached
	frozen frozenCache          // features of clean images
	crops  cropCache            // features of training images
	drawns drawnCache           // features of crops for heads
	folder *kept.Folder         // features on disk; nil for none
	check  func() error         // says whether what computes has failed
	batch  int                  // images encoded at once
}

// CacheBytes is how much the clean images kept by a loader may take.
const CacheBytes = 256 << 20

// NewLoader returns a loader for a model that keeps what it has decoded and
// encoded. Images that cannot be read are added to report.
func NewLoader(m *clip.Model, report *data.Report) *Loader {
	s := m.Config.Vision.Image
	return &Loader{model: m, size: s, report: report, cache: map[string][]float32{}, room: CacheBytes / (4 * 3 * s * s), batch: rundir.TestBatch}
}

// SetBatch makes the loader encode n images at once.
func (l *Loader) SetBatch(n int) { l.batch = n }

// Keep has the loader look for features on disk, and keep there what it encodes,
// unless check, which may be nil, says that what computes has failed.
func (l *Loader) Keep(f *kept.Folder, check func() error) { l.folder, l.check = f, check }

// failed is the error of what computes.
func (l *Loader) failed() error {
	if l.check == nil {
		return nil
	}
	return l.check()
}

// KeepNoImages has the loader decode images anew each time, for images that
// are not met again.
func (l *Loader) KeepNoImages() { l.room = 0 }

// Batches cuts items into what is encoded at once.
func (l *Loader) Batches(items []data.Item) iter.Seq[[]data.Item] {
	return slices.Chunk(items, l.batch)
}

// Side is the side of the model's images in pixels.
func (l *Loader) Side() int { return l.size }

// Clean returns the preprocessed images of items as [n, 3, S, S] and which of
// the items they are: an image that cannot be read is reported and left out.
// There are none once ctx has ended.
func (l *Loader) Clean(ctx context.Context, items []data.Item) (*autograd.Tensor, []int) {
	per := 3 * l.size * l.size
	all := make([][]float32, len(items))
	errs := make([]error, len(items))
	parallel.For(len(items), 1, func(lo, hi int) {
		for i := lo; i < hi; i++ {
			if all[i] = l.cache[items[i].Name()]; all[i] != nil {
				continue
			}
			im, err := items[i].Open(ctx)
			if err != nil {
				errs[i] = err
				continue
			}
			all[i] = make([]float32, per)
			l.model.Preprocess(all[i], im)
		}
	})
	if ctx.Err() != nil {
		return autograd.Zeros(0, 3, l.size, l.size), nil
	}
	var kept []int
	for i, x := range all {
		if errs[i] != nil {
			l.report.AddError(items[i].Name(), errs[i])
			continue
		}
		if _, known := l.cache[items[i].Name()]; !known && l.room > 0 {
			l.cache[items[i].Name()] = x
			l.room--
		}
		kept = append(kept, i)
	}
	t := autograd.Zeros(len(kept), 3, l.size, l.size) // [n, 3, S, S]
	for j, i := range kept {
		copy(t.Data[j*per:(j+1)*per], all[i])
	}
	return t, kept
}

// Views writes to out, [V·n, 3, S, S], what each view makes of the n items
// which, view by view. Image i of epoch e has a random generator of its own for
// each view, so that the pixels do not depend on the order of work. It fails on
// an image that cannot be read.
func (l *Loader) Views(ctx context.Context, out []float32, items []data.Item, which []int, views []augment.View, seed uint64, epoch int) error {
	per := 3 * l.size * l.size
	n := len(which)
	errs := make([]error, n)
	parallel.For(n, 1, func(lo, hi int) {
		for i := lo; i < hi; i++ {
			im, err := items[which[i]].Open(ctx)
			if err != nil {
				errs[i] = fmt.Errorf("%s: %w", items[which[i]].Name(), err)
				continue
			}
			for v, view := range views {
				r := rand.New(rand.NewPCG(seed, uint64(epoch)<<40|uint64(which[i])<<8|uint64(v)))
				l.view(out[(v*n+i)*per:(v*n+i+1)*per], im, view, r)
			}
		}
	})
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// view writes to dst [3, S, S] what a view makes of an image with random numbers
// of r, normalised.
func (l *Loader) view(dst []float32, im *imaging.Image, view augment.View, r *rand.Rand) {
	if prepare, _ := l.model.Prepare(); prepare != nil && !view.Crops() {
		im = prepare(im)
	}
	if im.W == l.size && im.H == l.size {
		raw := make([]float32, len(dst))
		im.CHW(raw, imaging.Unit, imaging.UnitStd)
		view.Apply(dst, raw, l.size, l.size, r)
	} else {
		view.Photo(dst, im, l.size, r)
	}
	mean, std := l.model.Statistics()
	imaging.Normalize(dst, mean, std)
}

// Readable returns the items whose images can be decoded in full, reporting
// the others. A training set is checked once so that no epoch stumbles, a batch
// at a time: 16 images of each class of ImageNet would take 10 GB.
// Where features are kept on disk it is known from earlier runs which can be.
func (l *Loader) Readable(ctx context.Context, items []data.Item) ([]data.Item, error) {
	out := make([]data.Item, 0, len(items))
	if l.folder != nil {
		for i, err := range l.folder.Verify(ctx, items) {
			if err != nil {
				l.report.AddError(items[i].Name(), err)
				continue
			}
			out = append(out, items[i])
		}
		return out, ctx.Err()
	}
	for part := range l.Batches(items) {
		_, kept := l.Clean(ctx, part)
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		out = append(out, pick(part, kept)...)
	}
	return out, nil
}

package plan

import (
	"context"
	"fmt"

	"frontdoor/data"
	"frontdoor/eval/kept"
	"frontdoor/eval/protocol"
	"frontdoor/eval/rundir"
	"frontdoor/eval/train"
	"frontdoor/internal/procmem"
	"frontdoor/prompt"
)

// planner makes a plan. It goes through the cells as the run does and tracks what
// is cached.
type planner struct {
	protocol.Data // a copy
	probe         *prober
	works         map[string]*work // by Cell.Kind
	base          int64            // resident memory before anything is done
	heap          int64            // of it, on the heap
	cache         *cached          // of the dataset; nil until there is one
	kept          *kept.Folder     // features on disk; nil for none

	garbage int64   // percent of the heap that may be garbage
	read    float64 // seconds to read a test image
}

// cached says what is kept of a dataset's images.
type cached struct {
	clean  map[string]bool // images that are cached
	frozen map[string]bool // images whose features by the frozen tower are
	room   int             // images that may still be cached
	drawn  map[string]int  // crops that heads have read, by augmentation and image
	crops  map[uint64]int  // crops of all training images whose features are kept, by seed
}

func newPlanner(d *protocol.Data) *planner {
	base := procmem.Resident()
	garbage, heap := procmem.Collector()
	p := &planner{Data: *d, works: map[string]*work{}, base: base, heap: heap, garbage: garbage}
	p.probe = newProber(d.Model, d.Config.Sets()[0].Classes)
	return p
}

// open makes the cell's dataset the current one, of which nothing is cached yet.
func (p *planner) open(ctx context.Context, c rundir.Cell) error {
	changed, err := p.Use(ctx, c)
	if err != nil || p.cache != nil && !changed {
		return err
	}
	p.read = 0
	p.cache = &cached{
		clean: map[string]bool{}, frozen: map[string]bool{}, drawn: map[string]int{}, crops: map[uint64]int{},
		room: train.CacheBytes / int(imageBytes(p.Model)),
	}
	return nil
}

// do adds the work of passes to a line of the plan and returns its seconds.
func (p *planner) do(line *Phase, passes []prompt.Pass, times float64) float64 {
	line.Flops += times * operations(passes)
	return line.other(times * p.probe.total(passes))
}

// cell estimates one cell and adds it to the lines of its method.
func (p *planner) cell(ctx context.Context, w *work, c rundir.Cell, lines *phases) (*rundir.Forecast, error) {
	half := data.Subset(p.Dataset.FewShot(c.Shots, int64(c.Seed)), p.Half())
	f := &expected{Forecast: &rundir.Forecast{PrepareSeconds: p.do(&lines.features, w.costs.Classes, 1)}}
	if w.classAware {
		f.PrepareSeconds += p.do(&lines.features, w.costs.Classes, 1)
	}
	if n := len(half.Train); w.fitted != nil && n > 0 {
		if err := p.fitting(f.Forecast, w, half, lines); err != nil {
			return nil, fmt.Errorf("%s: %w", c, err)
		}
	} else if w.trained && n > 0 {
		f.PrepareSeconds += p.readable(&lines.features, half.Train)
		if w.classAware {
			f.PrepareSeconds += p.do(&lines.features, w.costs.Classes, 1) + p.frozenFeatures(&lines.features, half.Train, w.batch)
		}
		p.training(f.Forecast, w, half.Train, c.Seed, &lines.training)
	}
	if err := p.testing(ctx, f.Forecast, w, c, half, &lines.testing); err != nil {
		return nil, err
	}
	p.memory(f, w, lines)
	return f.Forecast, nil
}

// readable adds the reading of all training images once, to be sure that they can
// be read. Of those in the folder that is known.
func (p *planner) readable(line *Phase, items []data.Item) float64 {
	if p.kept == nil {
		return p.images(line, items)
	}
	return line.other(p.read * float64(p.kept.Undecoded(items)))
}

// training adds the steps on some images. What reads features of crops of an
// image computes each crop once, unless it is in the folder.
func (p *planner) training(f *rundir.Forecast, w *work, items []data.Item, seed uint64, line *Phase) {
	n := len(items)
	steps := float64(w.set.Epochs * w.set.Steps(n))
	passes, images := p.steps(w), steps*float64(min(n, w.set.Batch))
	if w.set.EveryImage {
		images = float64(w.set.Epochs * n)
	}
	if w.fewerPixels {
		crops := w.set.Epochs
		if w.set.FewDraws() {
			crops = w.set.Draws
		}
		fresh := max(0, crops-p.cache.crops[seed])
		p.cache.crops[seed] += fresh
		images *= float64(fresh) / float64(w.set.Epochs) * (1 - p.kept.ShareOfTraining(w.views[0], seed, items, crops))
		f.TrainSeconds = p.do(line, passes[:1], images/float64(min(n, w.set.Batch)))
		f.TrainSeconds += p.do(line, passes[1:], steps)
	} else {
		f.TrainSeconds = p.do(line, passes, steps)
	}
	f.TrainSeconds += line.other(images * w.view)
	f.StepSeconds = f.TrainSeconds / steps
	f.StepFlops, f.StepBytes = operations(passes), p.stepBytes(w)
	line.Bytes = f.StepBytes
}

// test adds a test set; again says that this learner's features of
// the images are kept.
func (p *planner) test(line *Phase, w *work, c prompt.Costs, items []data.Item, again bool) (s float64) {
	batches := float64(len(items)) / float64(w.batch)
	if !again {
		if c.Tuned != nil {
			s += p.images(line, items) + p.do(line, c.Tuned, batches)
		}
		if c.FrozenTest {
			s += p.frozenFeatures(line, items, w.batch)
		}
	}
	return s + p.do(line, c.Classify, batches)
}

// images adds the reading of images that are not cached yet.
func (p *planner) images(line *Phase, items []data.Item) float64 {
	n := 0
	for _, it := range items {
		if p.cache.clean[it.Name()] {
			continue
		}
		if n++; p.cache.room > 0 {
			p.cache.room--
			p.cache.clean[it.Name()] = true
		}
	}
	return line.other(p.read * float64(n))
}

// frozenFeatures adds the frozen tower's work on images that it has not seen.
func (p *planner) frozenFeatures(line *Phase, items []data.Item, batch int) float64 {
	var fresh []data.Item
	for i, known := range p.kept.HasWhole(items) {
		if it := items[i]; !known && !p.cache.frozen[it.Name()] {
			fresh = append(fresh, it)
			p.cache.frozen[it.Name()] = int64(len(p.cache.frozen)*4*p.Model.Config.Vision.Width) < train.FrozenBytes
		}
	}
	batch = min(batch, max(1, len(fresh)))
	return p.images(line, fresh) + p.do(line, []prompt.Pass{prompt.FrozenPass(p.Model, batch)}, float64(len(fresh))/float64(batch))
}

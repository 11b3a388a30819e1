package plan

import (
	"runtime/debug"

	"frontdoor/clip"
	"frontdoor/data"
	"frontdoor/eval/train"
	"frontdoor/internal/procmem"
	"frontdoor/prompt"
)

// stepBytes is what a training step needs: its tape, and the largest pass without
// one.
func (p *planner) stepBytes(w *work) int64 {
	if w.fitted != nil {
		return w.fitBytes
	}
	return w.costs.StepBytes + bareBytes(p.steps(w))
}

// bareBytes is what the largest of some passes without a tape works in.
func bareBytes(passes ...[]prompt.Pass) (n int64) {
	for _, some := range passes {
		for _, pass := range some {
			if !pass.Taped {
				n = max(n, pass.Bytes)
			}
		}
	}
	return n
}

// memory estimates the peak of a cell: what is resident before, the learner with
// its gradients and momentum, cached images, the greater of training and testing,
// and the garbage that the collector lets lie on top.
func (p *planner) memory(f *expected, w *work, lines *phases) {
	image := imageBytes(p.Model)
	fixed := 3*w.params + p.cached()
	var training int64
	switch {
	case w.fitted != nil:
		training = w.fitBytes + int64(w.batch)*image
	case f.StepBytes > 0:
		training = f.StepBytes + int64((train.FeedAhead+1)*len(w.views)*w.step)*image
	}
	test := bareBytes(w.costs.Classes, w.costs.Text, w.costs.Tuned, w.costs.Classify)
	if w.costs.FrozenTest {
		test = max(test, prompt.FrozenPass(p.Model, w.batch).Bytes)
	}
	test += 2 * int64(w.batch) * image
	f.train, f.test = p.base+runtimeBytes+fixed+training, p.base+runtimeBytes+fixed+test
	f.PeakBytes = p.withGarbage(f.least())
	if w.trained {
		lines.training.Peak = max(lines.training.Peak, p.withGarbage(f.train))
	}
	lines.testing.Peak = max(lines.testing.Peak, p.withGarbage(f.test))
}

// withGarbage adds the garbage that the collector lets lie on the heap, unless
// the limit of LimitMemory is nearer.
func (p *planner) withGarbage(peak int64) int64 {
	outside := p.base - p.heap
	most := debug.SetMemoryLimit(-1)
	if most < procmem.Unlimited-outside {
		most += outside
	}
	return min(peak+(peak-outside)*p.garbage/100, max(peak, most))
}

// runtimeBytes is what a running program needs besides: stacks, working memory
// of the matrix kernels, tables of the collector.
const runtimeBytes = 10 << 20

// imageBytes is the size of a preprocessed image.
func imageBytes(m *clip.Model) int64 {
	s := int64(m.Config.Vision.Image)
	return 4 * 3 * s * s
}

// cached is what the images take that have been kept so far or, where that is not
// tracked, in the end: those of the tests, and few shots of each seed.
func (p *planner) cached() int64 {
	if p.cache != nil {
		return train.CacheBytes - int64(p.cache.room)*imageBytes(p.Model)
	}
	if p.Dataset == nil || len(p.Config.Sets()) > 1 || p.Config.Protocol == "xd" || p.Config.Protocol == "dg" {
		return train.CacheBytes
	}
	n := len(p.Dataset.Test) + len(p.Config.Seeds)*p.Config.Shots*len(p.Dataset.Classes)
	if items, ok := p.Dataset.ExtraSet(data.Decorrelated); ok && p.Config.Protocol == "base2new" {
		n += len(items)
	}
	return min(train.CacheBytes, int64(n)*imageBytes(p.Model))
}

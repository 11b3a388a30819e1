package prompt

import (
	"frontdoor/autograd"
	"frontdoor/clip"
	"frontdoor/vit"
)

// Tower is one of the two.
type Tower int

// The towers.
const (
	Text Tower = iota
	Vision
)

// Pass is what a tower does in one part of the work.
type Pass struct {
	Tower             Tower
	Taped             bool    // recorded, with its backward
	Rows              int     // tokens that go through the tower at once
	Forward, Backward float64 // operations of matrix products and attention, two for a multiply-add
	Bytes             int64   // of memory that a pass without a tape works in
}

// Costs is what a learner asks of the towers, everything else being little
// beside them.
type Costs struct {
	Classes  []Pass // constant features, when classes are set
	Step     []Pass // a training step, without the features that FrozenStep says
	Text     []Pass // features of the classes, before the first prediction
	Tuned    []Pass // image features of a batch of test images by what was learned
	Classify []Pass // of a batch of test images, besides
	// StepBytes is the memory that the tape of a step holds.
	StepBytes int64
	// FrozenStep and FrozenTest say that a training batch and a test image are read
	// by features of the frozen tower.
	FrozenStep, FrozenTest bool
}

// MeasureCosts returns what a learner, which newLearner makes for a model, takes
// for classes, a training step on batch images in each of its views (none for 0),
// and test images at once. It runs the learner with both towers on a meter, which
// computes nothing; what has been learned does not matter.
func MeasureCosts(m *clip.Model, newLearner func(*clip.Model) (Learner, error), names []string, batch, test int) (c Costs, err error) {
	g := newGauge(m)
	l, err := newLearner(g.model)
	if err != nil {
		return c, err
	}
	c.Classes = g.passes(false, func() { err = l.SetClasses(names) })
	if err != nil {
		return c, err
	}
	c.FrozenStep = TrainsOnFeatures(l)
	if batch > 0 && len(l.Params()) > 0 {
		c.Step, c.StepBytes = g.step(l, batch)
	}
	var tuned bool
	c.FrozenTest, tuned = l.Reads()
	c.FrozenTest = c.FrozenTest || ReadsPooled(l)
	f := Features{Frozen: g.features(test, m.Config.Embed), Pooled: g.features(test, m.Config.Vision.Width)}
	if tuned {
		c.Tuned = g.passes(false, func() { f.Tuned = l.Encode(g.images(test)) })
	}
	first := g.passes(false, func() { l.Classify(f) })
	c.Classify = g.passes(false, func() { l.Classify(f) })
	c.Text = without(first, c.Classify)
	return c, nil
}

// FrozenPass is the pass of the frozen image tower on so many images.
func FrozenPass(m *clip.Model, images int) Pass {
	g := newGauge(m)
	all := g.passes(false, func() {
		g.model.Vision.Encode(nil, g.images(images), vit.Unprompted(m.Config.Vision, images), nil)
	})
	return all[0]
}

// gauge is a model with its towers on meters.
type gauge struct {
	model  *clip.Model
	meters [2]*autograd.Meter
}

func newGauge(m *clip.Model) *gauge {
	g := &gauge{meters: [2]*autograd.Meter{autograd.NewMeter(nil), autograd.NewMeter(nil)}}
	model, vision := *m, *m.Vision
	vision.Device = g.meters[Vision]
	model.Vision = &vision
	if m.Text != nil {
		text := *m.Text
		text.Device = g.meters[Text]
		model.Text = &text
	}
	g.model = &model
	return g
}

// images returns blank images [n, 3, S, S].
func (g *gauge) images(n int) *autograd.Tensor {
	s := g.model.Config.Vision.Image
	return autograd.Zeros(n, 3, s, s)
}

// features returns features [n, d], all alike.
func (g *gauge) features(n, d int) *autograd.Tensor {
	f := autograd.Zeros(n, d)
	for i := range f.Data {
		f.Data[i] = 1
	}
	return f
}

// passes runs some work and returns what the towers did.
func (g *gauge) passes(taped bool, work func()) (all []Pass) {
	var before, held [2]int64
	for i, m := range g.meters {
		m.Restart()
		before[i], held[i] = m.MultiplyAdds(), m.InUse()
	}
	work()
	for i, m := range g.meters {
		if n := m.MultiplyAdds() - before[i]; n > 0 {
			all = append(all, Pass{Tower: Tower(i), Taped: taped, Rows: m.Rows(), Forward: 2 * float64(n), Bytes: m.Peak() - held[i]})
		}
	}
	return all
}

// step runs a training step on batch images and returns what the towers did, and
// the bytes that the tape would hold with the towers on the host: what was copied
// between the host and the meters is there once.
func (g *gauge) step(l Learner, batch int) (all []Pass, bytes int64) {
	b := Batch{Labels: make([]int, batch)}
	if TrainsOnFeatures(l) {
		b.Frozen = g.features(batch, g.model.Config.Embed)
	} else {
		b.Images = g.images(len(l.Views()) * batch)
	}
	tp := autograd.NewTape()
	var crossed int64
	for _, m := range g.meters {
		crossed -= m.BytesCrossed()
	}
	var loss *autograd.Tensor
	all = g.passes(true, func() { loss = l.Loss(tp, b) })
	for _, back := range g.passes(true, func() { tp.Backward(loss) }) {
		for i := range all {
			if all[i].Tower == back.Tower {
				all[i].Backward += back.Forward
			}
		}
	}
	for i := range all {
		all[i].Taped = all[i].Backward > 0
	}
	for _, m := range g.meters {
		crossed += m.BytesCrossed()
	}
	return all, tp.ArenaBytes() - crossed
}

// without returns passes less those that others did as well.
func without(passes, others []Pass) (rest []Pass) {
	for _, p := range passes {
		for _, o := range others {
			if o.Tower == p.Tower {
				p.Forward -= o.Forward
			}
		}
		if p.Forward > 0 {
			rest = append(rest, p)
		}
	}
	return rest
}

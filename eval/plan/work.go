package plan

import (
	"slices"

	"frontdoor/clip"
	"frontdoor/data"
	"frontdoor/data/augment"
	"frontdoor/eval/protocol"
	"frontdoor/eval/rundir"
	"frontdoor/eval/train"
	"frontdoor/method"
	"frontdoor/prompt"
)

// work is what the cells of a method have in common, on one dataset.
type work struct {
	set         method.Settings
	step        int // training images at once
	batch       int // test images at once
	trained     bool
	classAware  bool          // encodes the captions of its training classes and fixes constants from the training images
	fitted      prompt.Fitted // a head; nil for others
	costs       prompt.Costs
	novel       *prompt.Costs      // among the new classes; nil if it cannot be asked or is not
	fitBytes    int64              // of memory that a head is fitted in
	fits        map[fitKey]float64 // seconds, by size
	params      int64              // bytes of what is trained
	views       []augment.View
	view        float64 // seconds of a training image in all its views
	fewerPixels bool    // crops of training images are kept as features
}

// work returns what cells such as c have in common, found out once.
func (p *planner) work(c rundir.Cell) (*work, error) {
	if w := p.works[c.Kind()]; w != nil {
		return w, nil
	}
	w, err := p.workWith(c, p.Config.Memory[c.Kind()])
	if err != nil {
		return nil, err
	}
	if sample := data.Subset(p.Dataset.FewShot(c.Shots, int64(c.Seed)), p.Half()); !p.everythingKept(w, sample) {
		w.view, p.read = p.probe.pictures(w.views, sample.Train, sample.Test, p.read)
	}
	p.works[c.Kind()] = w
	return w, nil
}

// everythingKept says that no image has to be read for a head, or for a method
// that is not trained.
func (p *planner) everythingKept(w *work, half *data.Dataset) bool {
	if p.kept == nil || w.trained && w.fitted == nil || slices.Contains(p.kept.HasWhole(half.Test), false) {
		return false
	}
	return w.fitted == nil || !slices.ContainsFunc(half.Train, func(it data.Item) bool {
		return p.kept.CountCrops(w.views[0], w.set.Draws, it) < w.set.Draws
	})
}

// workWith is work under a memory saving, without measurements.
func (p *planner) workWith(c rundir.Cell, t rundir.Memory) (*work, error) {
	t.Apply(p.Model)
	from, _ := p.Config.Set(c.Dataset)
	classes, other := protocol.TrainedClasses(p.Config.Protocol, from.Classes)
	set := p.Config.For(c)
	w := &work{set: set, step: p.trainBatch(c, set, len(classes)), batch: p.testBatch(c, t), trained: c.How().Trained() && p.Config.Load == ""}
	l, err := p.untrained(p.Model, c, from.Template)
	if err != nil {
		return nil, err
	}
	if w.costs, err = p.costs(c, from.Template, classes, w.step, w.batch); err != nil {
		return nil, err
	}
	if set.PerClass { // its tensors are there once the classes are
		if err := l.SetClasses(classes); err != nil {
			return nil, err
		}
	} else if other != nil {
		novel, err := p.costs(c, from.Template, other, 0, w.batch)
		if err != nil {
			return nil, err
		}
		w.novel = &novel
	}
	for _, t := range l.Params() {
		w.params += 4 * int64(t.Len())
	}
	if w.trained {
		w.fitted, _ = l.(prompt.Fitted)
	}
	if n := c.Shots * len(classes); w.fitted != nil {
		w.fitBytes = w.fitted.FitCost(len(classes), prompt.ShotSize{Images: n, Draws: set.Draws, Val: min(n, mostVal*len(classes))}).Bytes
	}
	_, w.classAware = l.(prompt.ClassAware)
	w.views = l.Views()
	w.fewerPixels = w.costs.FrozenStep && (set.FewDraws() || !train.FollowsOriginal(p.Model.Config, l, c.How(), set))
	return w, nil
}

// testBatch is how many test images are classified at once: no more than there
// are.
func (p *planner) testBatch(c rundir.Cell, t rundir.Memory) int {
	if !p.has(c) || p.Config.Protocol == "xd" {
		return t.Batch()
	}
	return min(t.Batch(), max(1, len(p.Dataset.Test)))
}

// trainBatch is how many training images a step has: no more than there are.
func (p *planner) trainBatch(c rundir.Cell, set method.Settings, classes int) int {
	n := min(set.Batch, c.Shots*classes)
	if p.has(c) {
		n = min(n, len(p.Dataset.Train))
	}
	return max(1, n)
}

// has says whether the dataset at hand is that of a cell.
func (p *planner) has(c rundir.Cell) bool {
	return p.Dataset != nil && (len(p.Config.Sets()) == 1 || p.Source() == c.Dataset)
}

// costs measures a learner of a cell for classes.
func (p *planner) costs(c rundir.Cell, template string, names []string, batch, test int) (prompt.Costs, error) {
	untrained := func(m *clip.Model) (prompt.Learner, error) { return p.untrained(m, c, template) }
	return prompt.MeasureCosts(p.Model, untrained, names, batch, test)
}

// untrained returns a learner of a cell as it is before training.
func (p *planner) untrained(m *clip.Model, c rundir.Cell, template string) (prompt.Learner, error) {
	if p.Config.Load != "" {
		l, _, _, err := method.OpenOriginal(m, p.Config.Load)
		return l, err
	}
	return c.How().New(m, template, p.Config.For(c), c.Seed)
}

// steps lists the passes of a training step, and how many images it reads.
func (p *planner) steps(w *work) []prompt.Pass {
	if !w.costs.FrozenStep {
		return w.costs.Step
	}
	return append([]prompt.Pass{prompt.FrozenPass(p.Model, w.step)}, w.costs.Step...)
}

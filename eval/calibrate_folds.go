package eval

import (
	"context"
	"fmt"
	"slices"

	"frontdoor/data"
	"frontdoor/eval/rundir"
	"frontdoor/eval/score"
	"frontdoor/method"
	"frontdoor/prompt"
)

// inFolds asks about the training images of the cell, each answered by a learner
// that was trained without it: a head on cached features in the place of the
// method, or the method itself if that is one or if c is thorough. A head also
// leaves out classes, whose images are strangers to the others where there are
// none. It notes in p what was done.
func (c *Calibration) inFolds(ctx context.Context, l prompt.Learner, p *rundir.Promise, strangers []rundir.Stranger) ([]rundir.Stranger, error) {
	how := c.Cell.How()
	if !how.Trained() {
		return nil, fmt.Errorf("%s trains on nothing: every image is held out, folds are not needed", how.Name)
	}
	half := *data.Subset(c.Dataset.FewShot(c.Cell.Shots, int64(c.Cell.Seed)), trainedHalf(c.Run.Protocol))
	var err error
	if half.Train, err = c.load.Readable(ctx, half.Train); err != nil {
		return nil, err
	}
	fold, err := foldsOf(&half, c.Folds)
	if err != nil {
		return nil, err
	}
	p.Approximate = true
	if c.Thorough || how.Trains == method.Views {
		err = c.ask(ctx, how, c.Run.For(c.Cell), &half, fold, c.note)
	} else {
		s := &standIn{Calibration: c, how: method.StandIn(), half: &half}
		s.settings = s.how.Recipe(c.Run.Model, method.Experiment{Protocol: "all", Dataset: c.Dataset.Name, Shots: c.Cell.Shots}, method.Settings{})
		p.StandIn = s.how.Title
		var left []rundir.Stranger
		left, err = s.answer(ctx, l, fold)
		if other, _ := c.others(); len(other) == 0 && len(left) > 0 {
			strangers = left
			p.Strangers = fmt.Sprintf("the classes themselves, in %d parts, each left out in turn and shown to %s", min(parts, len(c.classes)), p.StandIn)
		}
	}
	p.Images = fmt.Sprintf("%d images, those of the training in %d folds", len(c.answered), slices.Max(fold)+1) // fewer than asked for, of few images
	return strangers, err
}

// foldsOf deals the training images of each class out to so many folds.
func foldsOf(ds *data.Dataset, folds int) ([]int, error) {
	seen := make([]int, len(ds.Classes)) // images of each class so far
	fold := make([]int, len(ds.Train))
	for i, it := range ds.Train {
		fold[i] = seen[it.Label] % folds
		seen[it.Label]++
	}
	if fewest := slices.Min(seen); fewest < 2 {
		return nil, fmt.Errorf("class %q has one image to train on, which folds would take away: add another", ds.Classes[slices.Index(seen, fewest)])
	}
	return fold, nil
}

// ask trains a method once for each fold, without its images, which it then
// answers.
func (c *Calibration) ask(ctx context.Context, how *method.Method, set method.Settings, ds *data.Dataset, fold []int, use func(*score.Outcome)) error {
	for k := range slices.Max(fold) + 1 { // as many as there are, of few images
		part := *ds
		part.Train = nil
		var out []data.Item
		for i, it := range ds.Train {
			if fold[i] == k {
				out = append(out, it)
			} else {
				part.Train = append(part.Train, it)
			}
		}
		if len(out) == 0 {
			continue
		}
		l, err := c.train(ctx, how, set, &part)
		if err != nil {
			return err
		}
		o, err := score.Classify(ctx, l, out, c.load)
		if err != nil {
			return err
		}
		use(o)
	}
	return nil
}

// train trains a method on all images of a dataset.
func (c *Calibration) train(ctx context.Context, how *method.Method, set method.Settings, ds *data.Dataset) (prompt.Learner, error) {
	s, err := newSubject(ctx, c.Run.Model, ds, data.All, how, set, 0, c.Cell.Seed, c.load)
	if err != nil {
		return nil, err
	}
	if err := s.calibrate(ctx); err != nil {
		return nil, err
	}
	return s.learner, s.Run(ctx, func() error { return nil }, func(int, float64) {})
}

package eval

import (
	"context"
	"fmt"
	"slices"

	"frontdoor/data"
	"frontdoor/eval/score"
)

// folds trains the method again and again, without a part of its training images
// each time, and notes its answers on that part.
func (c *Calibration) folds(ctx context.Context) error {
	how, set := c.Cell.How(), c.Run.For(c.Cell)
	if !how.Trained() {
		return fmt.Errorf("%s trains on nothing: every image is held out, folds are not needed", how.Name)
	}
	half := data.Subset(c.Dataset.FewShot(c.Cell.Shots, int64(c.Cell.Seed)), trainedHalf(c.Run.Protocol))
	items, err := c.load.Readable(ctx, half.Train)
	if err != nil {
		return err
	}
	seen := make([]int, len(half.Classes)) // images of each class so far
	fold := make([]int, len(items))
	for i, it := range items {
		fold[i] = seen[it.Label] % c.Folds
		seen[it.Label]++
	}
	if slices.Min(seen) < 2 {
		return fmt.Errorf("class %q has one image to train on, which folds would take away: add another", half.Classes[slices.Index(seen, slices.Min(seen))])
	}
	for k := range c.Folds {
		part := *half
		var out []data.Item
		part.Train = nil
		for i, it := range items {
			if fold[i] == k {
				out = append(out, it)
			} else {
				part.Train = append(part.Train, it)
			}
		}
		if len(out) == 0 {
			continue
		}
		s, err := newSubject(ctx, c.Run.Model, &part, data.All, how, set, 0, c.Cell.Seed, c.load)
		if err != nil {
			return err
		}
		if err := s.calibrate(ctx); err != nil {
			return err
		}
		if err := s.Run(ctx, func() error { return nil }, func(int, float64) {}); err != nil {
			return err
		}
		o, err := score.Classify(ctx, s.learner, out, c.load)
		if err != nil {
			return err
		}
		c.note(o)
	}
	return nil
}

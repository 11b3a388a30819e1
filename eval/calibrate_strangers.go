package eval

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"frontdoor/data"
	"frontdoor/eval/rundir"
	"frontdoor/eval/score"
	"frontdoor/prompt"
)

// parts is into how many parts classes are cut to be left out.
const parts = 8

// strangers asks the learner about the images that were held out, and about
// strangers.
func (c *Calibration) strangers(ctx context.Context, l prompt.Learner, held []data.Item) (found []rundir.Stranger, from string, err error) {
	if held, err = c.load.Readable(ctx, held); err != nil {
		return nil, "", err
	}
	other, from := c.others()
	if len(other) > 0 {
		if len(held) > 0 {
			o, err := score.Classify(ctx, l, held, c.load)
			if err != nil {
				return nil, "", err
			}
			c.note(o)
		}
		if other, err = c.load.Readable(ctx, other); err != nil {
			return nil, "", err
		}
		if len(other) == 0 {
			return nil, "none", nil
		}
		o, err := score.Classify(ctx, l, other, c.load)
		if err != nil {
			return nil, "", err
		}
		return strange(other, o, c.classes), from, nil
	}
	return c.leaveOut(ctx, l, held)
}

// others lists the images of the dataset that are none of the cell's classes.
func (c *Calibration) others() (items []data.Item, from string) {
	novel := data.Subset(c.Dataset, data.New)
	if len(c.Dataset.Other) == 0 && trainedHalf(c.Run.Protocol) == data.Base {
		return slices.Concat(novel.Val, novel.Test), "the classes that were not trained on"
	}
	return c.Dataset.Other, "those of " + data.OtherFolder
}

// strange lists images with what they are taken for among classes.
func strange(items []data.Item, o *score.Outcome, classes []string) []rundir.Stranger {
	all := make([]rundir.Stranger, len(items))
	doubt, _ := o.Doubt()
	for i, it := range items {
		all[i] = rundir.Stranger{Image: it.Name(), Class: classes[o.Predicted[i]], Doubt: doubt[i]}
	}
	return all
}

// leaveOut asks about all images, part by part, and about those of a part once
// more among the classes of the other parts, to which they are strangers.
func (c *Calibration) leaveOut(ctx context.Context, l prompt.Learner, held []data.Item) (found []rundir.Stranger, from string, err error) {
	n := min(parts, len(c.classes))
	for part := range n {
		var rest []string
		for k, name := range c.classes {
			if k%n != part {
				rest = append(rest, name)
			}
		}
		items := slices.DeleteFunc(slices.Clone(held), func(it data.Item) bool { return it.Label%n != part })
		if len(items) == 0 {
			continue
		}
		set := &score.TestSet{Items: items, Load: c.load, Keep: true}
		if err := l.SetClasses(c.classes); err != nil {
			return nil, "", err
		}
		o, err := set.Classify(ctx, l)
		if err != nil {
			return nil, "", err
		}
		c.note(o)
		if len(rest) < 2 {
			continue // among one class nothing is uncertain
		}
		err = l.SetClasses(rest)
		if errors.Is(err, prompt.ErrClassBound) {
			continue
		}
		if err != nil {
			return nil, "", err
		}
		if o, err = set.Classify(ctx, l); err != nil {
			return nil, "", err
		}
		found = append(found, strange(items, o, rest)...)
	}
	if found == nil {
		return nil, "none", nil
	}
	return found, fmt.Sprintf("the classes themselves, in %d parts, each left out in turn", n), nil
}

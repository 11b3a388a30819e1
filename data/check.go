package data

import (
	"context"
	"fmt"
	"os"

	"frontdoor/internal/parallel"
)

// Check is what CheckOfficial found in one dataset.
type Check struct {
	// Name is the dataset's; Classes, Train, Val and Test are its counts.
	Name                      string
	Classes, Train, Val, Test int
	// Least and Most are the smallest and largest number of images, of all
	// splits together, of a class.
	Least, Most int
	// Problems says what is wrong; it is empty if all is well.
	Problems []string
}

// CheckOfficial opens the dataset below root and compares it with what was
// published: the counts of classes and of the images of each split, a class of
// a split without images, an image that is listed twice, in one split or in
// two, and one that is missing or cannot be decoded. It decodes every image, a
// bounded number at a time. It returns an error only if ctx ends.
func CheckOfficial(ctx context.Context, o *Official, root string) (*Check, error) {
	c := &Check{Name: o.Name}
	d, err := o.Open(root)
	if err != nil {
		c.Problems = append(c.Problems, err.Error())
		return c, nil
	}
	c.Classes, c.Train, c.Val, c.Test = len(d.Classes), len(d.Train), len(d.Val), len(d.Test)
	c.count("classes", c.Classes, o.Classes)
	c.count("training images", c.Train, o.Train)
	c.count("validation images", c.Val, o.Val)
	c.count("test images", c.Test, o.Test)
	c.perClass(d)
	all := c.duplicates(d)
	return c, c.unreadable(ctx, all)
}

// note adds a problem.
func (c *Check) note(format string, args ...any) {
	c.Problems = append(c.Problems, c.Name+": "+fmt.Sprintf(format, args...))
}

// count compares a number with the published one.
func (c *Check) count(what string, have, want int) {
	if have != want {
		c.note("%d %s, published are %d", have, what, want)
	}
}

// perClass counts the images of each class in each split that has any.
func (c *Check) perClass(d *Dataset) {
	total := make([]int, len(d.Classes))
	for i, items := range [][]Item{d.Train, d.Val, d.Test} {
		n := make([]int, len(d.Classes))
		for _, it := range items {
			n[it.Label]++
			total[it.Label]++
		}
		for label, k := range n {
			if k == 0 && len(items) > 0 {
				c.note("class %q has no %s images", d.Classes[label], [...]string{"training", "validation", "test"}[i])
			}
		}
	}
	c.Least, c.Most = total[0], total[0]
	for _, n := range total {
		c.Least, c.Most = min(c.Least, n), max(c.Most, n)
	}
}

// duplicates notes the images that are listed twice and returns all, once each.
func (c *Check) duplicates(d *Dataset) []Item {
	in := map[string]string{}
	var all []Item
	for i, items := range [][]Item{d.Train, d.Val, d.Test} {
		split := splitNames[i]
		for _, it := range items {
			if first, ok := in[it.Name()]; ok {
				c.note("%s is listed in %s and again in %s", it.Name(), first, split)
				continue
			}
			in[it.Name()] = split
			all = append(all, it)
		}
	}
	return all
}

// checkBatch is how many images are decoded between two looks at the context.
const checkBatch = 256

// unreadable decodes the images, in parallel, and notes in order what fails.
func (c *Check) unreadable(ctx context.Context, all []Item) error {
	for len(all) > 0 {
		if err := ctx.Err(); err != nil {
			return err
		}
		batch := all[:min(checkBatch, len(all))]
		all = all[len(batch):]
		errs := make([]error, len(batch))
		parallel.For(len(batch), 1, func(lo, hi int) {
			for i := lo; i < hi; i++ {
				_, errs[i] = batch[i].Open()
			}
		})
		for i, err := range errs {
			switch _, gone := os.Stat(batch[i].Name()); {
			case err == nil:
			case os.IsNotExist(gone):
				c.note("%s is missing", batch[i].Name())
			default:
				c.note("%s cannot be read: %v", batch[i].Name(), err)
			}
		}
	}
	return nil
}

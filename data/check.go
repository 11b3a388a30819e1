package data

import (
	"context"
	"fmt"
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
	// Notes says what one should know though it is not wrong.
	Notes []string
}

// CheckOptions are the choices that CheckOfficial leaves to the caller.
type CheckOptions struct {
	// Quick looks at the header and the end of each image instead of decoding
	// it: damage in the middle of a file is not found.
	Quick bool
	// Progress, if there is one, is told now and then how many of the images
	// have been looked at.
	Progress func(done, total int)
}

// CheckOfficial opens the dataset below root and compares it with what was
// published: the counts of classes and of the images of each split and class,
// an image that is listed twice, in one split or in two, one that is missing or
// cannot be decoded, and files of equal content in two splits. The last is a
// problem only where the published images are known to have none; elsewhere it
// is noted, since they may well have come that way. The images are read in
// parallel, a bounded number at a time. It returns an error only if ctx ends.
func CheckOfficial(ctx context.Context, o *Official, root string, opt CheckOptions) (*Check, error) {
	c := &Check{Name: o.Name}
	d, err := o.Open(root)
	if err != nil {
		c.Problems = append(c.Problems, err.Error())
		return c, nil
	}
	if d.Note != "" {
		c.Notes = append(c.Notes, d.Note)
	}
	c.Classes, c.Train, c.Val, c.Test = len(d.Classes), len(d.Train), len(d.Val), len(d.Test)
	c.count("classes", c.Classes, o.Classes)
	c.count("training images", c.Train, o.Train)
	c.count("validation images", c.Val, o.Val)
	c.count("test images", c.Test, o.Test)
	c.perClass(d, o)
	files, err := c.look(ctx, c.listed(d), opt)
	if err != nil {
		return nil, err
	}
	return c, c.twins(ctx, files, o.distinct)
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

// perClass counts the images of each class in each split that has any, and
// compares them with the published numbers as far as these are known.
func (c *Check) perClass(d *Dataset, o *Official) {
	total := make([]int, len(d.Classes))
	for i, items := range [][]Item{d.Train, d.Val, d.Test} {
		n := make([]int, len(d.Classes))
		for _, it := range items {
			n[it.Label]++
			total[it.Label]++
		}
		what := [...]string{"training", "validation", "test"}[i]
		for label, k := range n {
			want, known := o.classCount(label, i)
			switch {
			case known && k != want:
				c.note("class %q has %d %s images, published are %d", d.Classes[label], k, what, want)
			case !known && k == 0 && len(items) > 0:
				c.note("class %q has no %s images", d.Classes[label], what)
			}
		}
	}
	c.Least, c.Most = total[0], total[0]
	for _, n := range total {
		c.Least, c.Most = min(c.Least, n), max(c.Most, n)
	}
}

// listing is an image and the split that it belongs to.
type listing struct {
	Item
	split int
}

// listed notes the images that are listed twice and returns all, once each.
func (c *Check) listed(d *Dataset) []listing {
	in := map[string]int{}
	var all []listing
	for split, items := range [][]Item{d.Train, d.Val, d.Test} {
		for _, it := range items {
			if first, ok := in[it.Name()]; ok {
				c.note("%s is listed in %s and again in %s", it.Name(), splitNames[first], splitNames[split])
				continue
			}
			in[it.Name()] = split
			all = append(all, listing{it, split})
		}
	}
	return all
}

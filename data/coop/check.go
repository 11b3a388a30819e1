package coop

import (
	"context"
	"fmt"
)

// Check is what CheckFiles found in one dataset.
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

// CheckOptions are the choices that CheckFiles leaves to the caller.
type CheckOptions struct {
	// Quick looks at the header and the end of each image instead of decoding
	// it: damage in the middle of a file is not found.
	Quick bool
	// Progress, if there is one, is told now and then how many of the images
	// have been looked at.
	Progress func(done, total int)
}

// CheckFiles opens the dataset below root and compares it with what was
// published: the counts of classes and of the images of each split and class,
// an image that is listed twice, in one split or in two, one that is missing or
// cannot be decoded, and files of equal content in two splits. The last is a
// problem only where the published images are known to have none; elsewhere it
// is noted, since they may well have come that way. The images are read in
// parallel, a bounded number at a time. It returns an error only if ctx ends.
func (d *Dataset) CheckFiles(ctx context.Context, root string, opt CheckOptions) (*Check, error) {
	c := &Check{Name: d.Name}
	lists, err := d.Open(root)
	if err != nil {
		c.Problems = append(c.Problems, err.Error())
		return c, nil
	}
	if lists.Note != "" {
		c.Notes = append(c.Notes, lists.Note)
	}
	c.Classes, c.Train, c.Val, c.Test = len(lists.Classes), len(lists.Train), len(lists.Val), len(lists.Test)
	c.count("classes", c.Classes, d.Classes)
	c.count("training images", c.Train, d.Train)
	c.count("validation images", c.Val, d.Val)
	c.count("test images", c.Test, d.Test)
	c.perClass(lists, d)
	readable, err := c.read(ctx, c.listed(lists), opt)
	if err != nil {
		return nil, err
	}
	return c, c.duplicates(ctx, readable, d.distinct)
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
func (c *Check) perClass(lists *Lists, d *Dataset) {
	total := make([]int, len(lists.Classes))
	for i, images := range lists.splits() {
		n := make([]int, len(lists.Classes))
		for _, im := range images {
			n[im.Label]++
			total[im.Label]++
		}
		what := [...]string{"training", "validation", "test"}[i]
		for label, k := range n {
			want, known := d.classCount(label, i)
			switch {
			case known && k != want:
				c.note("class %q has %d %s images, published are %d", lists.Classes[label], k, what, want)
			case !known && k == 0 && len(images) > 0:
				c.note("class %q has no %s images", lists.Classes[label], what)
			}
		}
	}
	c.Least, c.Most = total[0], total[0]
	for _, n := range total {
		c.Least, c.Most = min(c.Least, n), max(c.Most, n)
	}
}

// splits returns the lists in the order of splitNames.
func (l *Lists) splits() [][]Image { return [][]Image{l.Train, l.Val, l.Test} }

// listing is an image and the split that it belongs to.
type listing struct {
	Image
	split int
}

// listed notes the images that are listed twice and returns all, once each.
func (c *Check) listed(lists *Lists) []listing {
	in := map[string]int{}
	var all []listing
	for split, images := range lists.splits() {
		for _, im := range images {
			if first, ok := in[im.Path]; ok {
				c.note("%s is listed in %s and again in %s", im.Path, splitNames[first], splitNames[split])
				continue
			}
			in[im.Path] = split
			all = append(all, listing{im, split})
		}
	}
	return all
}

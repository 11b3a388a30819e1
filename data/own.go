package data

import (
	"context"
	"fmt"
	"hash/fnv"
	"math"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"

	"frontdoor/data/files"
	"frontdoor/imaging"
)

// own makes a dataset of one's own images: a folder, an archive, a table or a
// list, see package files.
//
// Where the data do not say what is for testing, each class gives a fifth of
// its images, at least one, to the test set; the seed and the class's key decide
// which, so that other classes may come and go. A class of one image is trained
// on only. With training and validation images but no test images, the
// validation images are the test set. The name of a class is that of its folder
// with _ and - read as spaces, or what classes.txt says, see classNames.
//
// A folder _other is no class: its images are the dataset's Other.
//
// Files that are not images, and images whose header cannot be read, are left
// out and noted in the report. It is an error, which says what to do, if there
// are fewer than two classes, if a class has no image to train on or is only
// tested, if no image is for testing, or if classes.txt does not fit.
func own(ctx context.Context, opt OpenOptions) (*Dataset, *Report, error) {
	c, err := files.Open(ctx, opt.Data)
	if err != nil {
		return nil, nil, err
	}
	report := new(Report)
	for _, l := range c.Left {
		if l.Err != nil {
			report.AddError(l.Path, l.Err)
		} else {
			report.Add(l.Path, l.Reason)
		}
	}
	other := setAside(c)
	names, notes, err := classNames(c)
	if err != nil {
		return nil, nil, err
	}
	d := &Dataset{Name: ownName(opt.Data), Classes: names, Template: DefaultTemplate, sampled: &readability{report: report, verify: opt.Verify}}
	if opt.Verify == nil {
		// A sample is drawn later than ctx may last, and has no error.
		d.sampled.verify = func(items []Item) []error { return Verify(context.WithoutCancel(ctx), items) }
	}
	lists, notes2 := ownSplits(c, opt.Seed, opt.Orientation, report)
	d.Train, d.Val, d.Test = lists[files.Train], lists[files.Val], lists[files.Test]
	for _, im := range other {
		it := ownItem(im, opt.Orientation)
		it.Label = -1
		d.Other = append(d.Other, it)
	}
	d.Note = strings.Join(slices.Concat(c.Notes, notes, notes2), "; ")
	if err := d.checkOwn(c); err != nil {
		return nil, nil, err
	}
	return d, report, nil
}

// ownName is what tables call a folder or file.
func ownName(path string) string {
	path, _, _ = strings.Cut(path, "::")
	if abs, err := filepath.Abs(path); err == nil { // "." says nothing in a table
		path = abs
	}
	base := filepath.Base(path)
	for _, end := range []string{".zip", ".tar", ".parquet", ".csv", ".tsv", ".jsonl", ".json", ".txt"} {
		base = strings.TrimSuffix(base, end)
	}
	return base
}

// ownSplits divides the images of a collection.
func ownSplits(c *files.Collection, seed uint64, turn Orientation, report *Report) (lists map[files.Split][]Item, notes []string) {
	lists = map[files.Split][]Item{}
	count := map[files.Split]int{}
	for _, im := range c.Images {
		count[im.Split]++
	}
	if c.Splits && (c.Tests || count[files.Val]+count[files.Test] > 0) {
		for _, im := range c.Images {
			lists[im.Split] = append(lists[im.Split], ownItem(im, turn))
		}
		missing(c, count, lists, report)
		if count[files.Test] == 0 {
			lists[files.Test], lists[files.Val] = lists[files.Val], nil
		}
		return lists, nil
	}
	if c.Splits {
		notes = append(notes, fmt.Sprintf("%s holds no images for testing: a fifth of those of each class is kept for it", c.Root))
	}
	byClass := make([][]Item, len(c.Classes))
	for _, im := range c.Images {
		byClass[im.Class] = append(byClass[im.Class], ownItem(im, turn))
	}
	for label, class := range c.Classes {
		train, test := divide(class.Key, byClass[label], seed)
		if len(byClass[label]) == 1 {
			report.Add(class.Place, "the class has one image, none is left for testing")
		}
		lists[files.Train] = append(lists[files.Train], train...)
		lists[files.Test] = append(lists[files.Test], test...)
	}
	return lists, notes
}

// missing notes the classes without images in a split that has any.
func missing(c *files.Collection, count map[files.Split]int, lists map[files.Split][]Item, report *Report) {
	for _, split := range []files.Split{files.Val, files.Test} {
		has := make([]bool, len(c.Classes))
		for _, it := range lists[split] {
			has[it.Label] = true
		}
		for label, class := range c.Classes {
			if count[split] > 0 && !has[label] {
				report.Add(fmt.Sprintf("%s (%s)", class.Place, split), "the class has no images in this split")
			}
		}
	}
}

// ownItem makes an item of an image.
func ownItem(im files.Labelled, turn Orientation) Item {
	return Item{Source: Photo(im.Image, turn.turns(Own)), Label: im.Class}
}

// Photo returns an image in its place as a source, turned upright as its EXIF
// orientation asks or as it is stored.
func Photo(im files.Image, upright bool) Source {
	d, file := im.(files.Disk)
	switch {
	case !file:
		return packed{im, upright}
	case upright:
		return Upright(d)
	}
	return File(d)
}

// packed is an image in an archive or a table.
type packed struct {
	files.Image
	upright bool
}

// Open decodes the image, and turns it if it is to be upright.
func (s packed) Open(ctx context.Context) (*imaging.Image, error) {
	return s.Image.Open(ctx, s.upright)
}

// testShare is the part of a class that is kept for testing where the data do
// not say.
const testShare = 0.2

// testCount returns how many of n images are kept for testing.
func testCount(n int) int {
	if n < 2 {
		return 0
	}
	return max(1, int(math.RoundToEven(testShare*float64(n))))
}

// divide picks the test images of a class. Both parts keep the order.
func divide(class string, images []Item, seed uint64) (train, test []Item) {
	h := fnv.New64a()
	h.Write([]byte(class))
	order := rand.New(rand.NewPCG(seed, h.Sum64())).Perm(len(images))
	forTest := make([]bool, len(order))
	for _, i := range order[:testCount(len(order))] {
		forTest[i] = true
	}
	for i, it := range images {
		if forTest[i] {
			test = append(test, it)
		} else {
			train = append(train, it)
		}
	}
	return train, test
}

// checkOwn returns an error if the dataset cannot be trained and tested on.
func (d *Dataset) checkOwn(c *files.Collection) error {
	count := make([][2]int, len(d.Classes)) // for training, for testing
	for i, list := range [][]Item{d.Train, slices.Concat(d.Val, d.Test)} {
		for _, it := range list {
			count[it.Label][i]++
		}
	}
	var empty, tested []string
	for label, n := range count {
		switch {
		case n[0] == 0 && n[1] == 0:
			empty = append(empty, c.Classes[label].Key)
		case n[0] == 0:
			tested = append(tested, c.Classes[label].Key)
		}
	}
	switch {
	case len(empty) > 0:
		return fmt.Errorf("image folder %s: no image that can be read (JPEG, PNG, GIF, WebP, HEIC or AVIF, by content) in the class folder %s: add images or remove the folder",
			c.Root, some(empty))
	case len(tested) > 0:
		return fmt.Errorf("image folder %s: no readable image for training in the class folder %s: add images, or remove the class from the others", c.Root, some(tested))
	case len(d.Classes) < 2:
		return fmt.Errorf("image data %s: %d classes, and a classifier needs at least two", c.Root, len(d.Classes))
	case len(d.Test) == 0:
		return fmt.Errorf("image folder %s: no image is left for testing: give at least one class two images, or a test folder with images that can be read", c.Root)
	}
	return nil
}

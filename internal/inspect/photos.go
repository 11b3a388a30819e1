package inspect

import (
	"context"
	"slices"

	"frontdoor/data"
	"frontdoor/data/duplicate"
	"frontdoor/eval/kept"
	"frontdoor/eval/rundir"
	"frontdoor/internal/parallel"
)

// What is worth a note about one's own images.
const (
	fewImages = 5   // a class with fewer can hardly be learned or tested
	tinySide  = 64  // pixels of the shorter side; CLIP sees 224 and more
	unequal   = 5.0 // times as many training images as another class
)

// photo is an image with its place, and what is seen of it.
type photo struct {
	data.Item
	rundir.Where
	w, h  int
	print duplicate.Print
}

// photosOf lists the images of a dataset.
func photosOf(ds *data.Dataset) []photo {
	var all []photo
	for i, list := range [][]data.Item{ds.Train, ds.Val, ds.Test} {
		for _, it := range list {
			all = append(all, photo{Item: it, Where: rundir.Where{Image: it.Name(), Class: ds.Classes[it.Label], Split: []string{"train", "val", "test"}[i]}})
		}
	}
	return all
}

// lookBatch is how many images are read between two reports of progress.
const lookBatch = 64

// look takes the prints of images, of their content alone if quick, and returns
// those that can be read. The others are added to the report.
func look(ctx context.Context, all []photo, quick bool, report *data.Report, step func(done, total int)) ([]photo, error) {
	var none *kept.Folder
	for lo := 0; lo < len(all); lo += lookBatch {
		part := all[lo:min(lo+lookBatch, len(all))]
		errs := make([]error, len(part))
		parallel.For(len(part), 1, func(a, b int) {
			for i := a; i < b; i++ {
				p := &part[i]
				if _, ok := p.Content(); ok {
					if p.print.Content, _, errs[i] = none.Identity(p.Item); errs[i] != nil {
						continue
					}
				}
				if quick {
					continue
				}
				im, err := p.Open(ctx)
				if errs[i] = err; err == nil {
					p.w, p.h, p.print.Look = im.W, im.H, duplicate.Of(im)
				}
			}
		})
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		for i, err := range errs {
			if err != nil {
				report.AddError(part[i].Image, err)
			}
		}
		step(lo+len(part), len(all))
	}
	return slices.DeleteFunc(all, func(p photo) bool { return report.Unreadable(p.Image) }), nil
}

// twins groups images that are the same or nearly so, leaks first.
func twins(all []photo) []rundir.Twins {
	prints := make([]duplicate.Print, len(all))
	for i, p := range all {
		prints[i] = p.print
	}
	var found []rundir.Twins
	for _, g := range duplicate.Groups(prints) {
		t := rundir.Twins{Exact: g.Exact}
		for _, i := range g.Images {
			t.Images = append(t.Images, all[i].Where)
		}
		found = append(found, t)
	}
	slices.SortStableFunc(found, func(a, b rundir.Twins) int { return rank(b) - rank(a) })
	return found
}

// rank orders twins by how much harm they do.
func rank(t rundir.Twins) (n int) {
	if t.Leak() {
		n += 2
	}
	if t.Mixed() {
		n++
	}
	return n
}

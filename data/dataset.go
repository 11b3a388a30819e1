package data

import (
	"context"
	"errors"
	"fmt"

	"frontdoor/data/world"
	"frontdoor/imaging"
	"frontdoor/internal/mmap"
)

// Source is one image of a dataset, opened when it is needed.
type Source interface {
	// Open returns the image, or an error that names it. It stops when ctx ends.
	Open(ctx context.Context) (*imaging.Image, error)
	// Name says where the image comes from, for messages and result files. It tells
	// the images of a dataset apart.
	Name() string
}

// File is an image file; its value is the path.
type File string

// Open decodes the file.
func (f File) Open(ctx context.Context) (*imaging.Image, error) {
	return imaging.Load(ctx, string(f))
}

// Name returns the path.
func (f File) Name() string { return string(f) }

// Item is an image and its class, an index into Dataset.Classes.
type Item struct {
	Source
	Label int
}

// Open opens the image of the item's source, which may be anybody's: an image that
// is none and a panic are errors.
func (it Item) Open(ctx context.Context) (im *imaging.Image, err error) {
	defer func() {
		if p := recover(); p != nil {
			im, err = nil, fmt.Errorf("opening the image panicked: %v", p)
		}
	}()
	if it.Source == nil {
		return nil, errors.New("the source is nil")
	}
	err = mmap.Guard(func() (err error) {
		im, err = it.Source.Open(ctx)
		return err
	})
	if err == nil {
		err = im.Check()
	}
	if err != nil {
		return nil, err
	}
	return im, nil
}

// splitNames are the lists of a dataset, in the order of its fields.
var splitNames = [...]string{"train", "val", "test"}

// Phrase stands before the class name in CLIP's own caption of an image.
const Phrase = "a photo of a"

// DefaultTemplate is the caption of a dataset that has none of its own.
const DefaultTemplate = Phrase + " {}."

// Dataset is a classification problem.
type Dataset struct {
	// Name identifies the dataset in tables.
	Name string
	// Classes holds the name of each class as it goes into a caption.
	Classes []string
	// Template is the hand-crafted caption; {} stands for the class name.
	Template string
	// Train, Val and Test are disjoint; Val may be empty.
	Train, Val, Test []Item
	// Other holds images of none of the classes, of which one's own images may
	// have a folder: they are never trained on. Their label is -1.
	Other []Item
	// Note says what should be known about where the split comes from; mostly "".
	Note string
	// Extra holds further test sets, with the same classes or some of them.
	Extra []TestSet
	// Task is the task of the synthetic world that the pictures were drawn for;
	// of other datasets the causes are unknown, and it is nil.
	Task *world.Task

	// sampled is set for one's own images: FewShot passes over those that cannot
	// be read.
	sampled *readability
}

// TestSet is a test set beside Dataset.Test, such as one under a shift.
type TestSet struct {
	Name  string
	Items []Item
}

// ExtraSet returns the items of the extra test set of that name, and whether
// there is one.
func (d *Dataset) ExtraSet(name string) ([]Item, bool) {
	for _, s := range d.Extra {
		if s.Name == name {
			return s.Items, true
		}
	}
	return nil, false
}

package data

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"frontdoor/data/coop"
	"frontdoor/data/world"
	"frontdoor/internal/budget"
)

// FolderName is the name by which Open knows one's own images.
const FolderName = "folder"

// Kind says where the images of a dataset come from.
type Kind int

// The kinds of datasets.
const (
	Rendered  Kind = iota // from the synthetic world: no files
	Published             // from the benchmark of CoOp, below a data root
	Own                   // one's own: a folder, an archive, a table or a list
)

// KindOf says of which kind the dataset of that name is. The error of an
// unknown name lists those that there are.
func KindOf(name string) (Kind, error) {
	if name == FolderName {
		return Own, nil
	}
	if _, ok := coop.ByName(name); ok {
		return Published, nil
	}
	if _, err := world.TaskByName(name); err != nil {
		return 0, fmt.Errorf("unknown dataset %q: choose from %s, %s, %s", name,
			strings.Join(world.TaskNames(), ", "), strings.Join(coop.Names(), ", "), FolderName)
	}
	return Rendered, nil
}

// OpenOptions are the choices that Open leaves to the caller.
type OpenOptions struct {
	// Data is the data root of a published dataset, or the folder, archive, table
	// or list of one's own images.
	Data string
	// Seed decides which of one's own images are for testing where the data do
	// not say.
	Seed uint64
	// Verify returns for each of one's own images why it cannot be decoded, or
	// nil. It is asked about those that are sampled for training; without it they
	// are decoded.
	Verify func(items []Item) []error
	// Size is the width and height of rendered pictures; zero stands for
	// world.Size.
	Size int
	// Orientation says which photographs are turned; by default one's own.
	Orientation Orientation
}

// maxSize bounds the side of rendered pictures: 200 MB each.
const maxSize = 1 << 13

// Open opens the dataset of a name: a task of the synthetic world such as
// "texshape" or "coltex@7", a published dataset such as "caltech101" below
// opt.Data, or "folder", one's own images in opt.Data; see World, package coop
// and package files. The report tells what could not be used; it is never nil where
// the error is.
func Open(ctx context.Context, name string, opt OpenOptions) (*Dataset, *Report, error) {
	switch {
	case ctx == nil:
		return nil, nil, errors.New("data: the context is nil")
	case opt.Size < 0 || opt.Size > maxSize:
		return nil, nil, fmt.Errorf("data: rendered pictures of %d pixels a side; want 1 to %d, or 0 for %d", opt.Size, maxSize, world.Size)
	case opt.Orientation < ByKind || opt.Orientation > AllStored:
		return nil, nil, fmt.Errorf("data: there is no Orientation %d", opt.Orientation)
	}
	kind, err := KindOf(name)
	if err != nil {
		return nil, nil, err
	}
	switch kind {
	case Own:
		return own(ctx, opt)
	case Published:
		set, _ := coop.ByName(name)
		lists, err := budget.Within(ctx, func() (*coop.Lists, error) { return set.Open(opt.Data) }, nil)
		if err != nil {
			return nil, nil, err
		}
		return published(name, lists, opt.Orientation), new(Report), nil
	}
	task, err := world.TaskByName(name)
	if err != nil {
		return nil, nil, err
	}
	return World(task, WorldOptions{Size: opt.Size}), new(Report), nil
}

// published makes a dataset of the lists of a published one.
func published(name string, lists *coop.Lists, turn Orientation) *Dataset {
	items := func(images []coop.Image) []Item {
		out := make([]Item, len(images))
		for i, im := range images {
			out[i] = Item{Source: turn.source(im.Path, Published), Label: im.Label}
		}
		return out
	}
	return &Dataset{Name: name, Classes: lists.Classes, Template: lists.Template, Note: lists.Note,
		Train: items(lists.Train), Val: items(lists.Val), Test: items(lists.Test)}
}

package protocol

import (
	"context"

	"frontdoor/data"
)

// Test is a question that a protocol puts to a trained learner: what are these
// images, among these classes?
type Test struct {
	Kind Kind
	// Set has the classes to choose among.
	Set   *data.Dataset
	Items []data.Item
	// Again says that the images are those of the test before, whose features
	// serve once more; Keep, that they come again in the next one.
	Keep, Again bool
	// Copy says that a copy of the learner is asked, with the hand-crafted
	// template of Set in place of its own.
	Copy bool
	// Keeps names the test where the run keeps its answers image by image: "base",
	// "new" or "all", for the classes that are chosen among.
	Keeps string
}

// Kind says what a test measures.
type Kind int

// Kinds of tests.
const (
	Whole        Kind = iota // all classes of the dataset that was trained on
	Base                     // the classes that were trained on, of two halves
	Decorrelated             // these in contexts that do not go with the class
	Unseen                   // images of the new classes among the base classes: all wrong
	New                      // the new classes among themselves
	Target                   // a dataset after training on it or on another one
)

// Tests lists what the protocol asks of a learner that was trained on half, in
// its order. The run's tests and its plan both follow the list.
func (d *Data) Tests(ctx context.Context, half *data.Dataset) ([]Test, error) {
	switch d.Config.Protocol {
	case "base2new":
		return d.baseToNew(half), nil
	case "xd", "dg":
		return d.transfer(ctx)
	}
	return []Test{{Kind: Whole, Set: half, Items: half.Test, Keeps: "all"}}, nil
}

// baseToNew tests the base classes, and the new classes among the base classes
// and among themselves.
func (d *Data) baseToNew(half *data.Dataset) []Test {
	novel := data.Subset(d.Dataset, data.New)
	tests := []Test{{Kind: Base, Set: half, Items: half.Test, Keeps: "base"}}
	if items, ok := half.ExtraSet(data.Decorrelated); ok {
		tests = append(tests, Test{Kind: Decorrelated, Set: half, Items: items})
	}
	return append(tests,
		Test{Kind: Unseen, Set: half, Items: novel.Test, Keep: true},
		Test{Kind: New, Set: novel, Items: novel.Test, Again: true, Keeps: "new"})
}

// transfer tests the dataset that was trained on and its targets, each with its
// own classes and template.
func (d *Data) transfer(ctx context.Context) ([]Test, error) {
	own := *d.Dataset
	if d.Config.Protocol == "dg" { // the context shifts, and nothing else
		own.Test = own.SameContext()
	}
	tests := []Test{{Kind: Target, Set: &own, Items: own.Test, Copy: true, Keeps: "all"}}
	for _, name := range targetsOf(d.Config, d.source) {
		ds, err := d.target(ctx, name)
		if err != nil {
			return nil, err
		}
		tests = append(tests, Test{Kind: Target, Set: ds, Items: ds.Test, Copy: true, Keeps: "all"})
	}
	return tests, nil
}

// EpochTests lists what is asked of a copy of the learner after every epoch
// (flag -curve): the classes that were trained on, and under base2new the new
// ones.
func (d *Data) EpochTests(half *data.Dataset) []Test {
	if d.Config.Protocol != "base2new" {
		return []Test{{Kind: Whole, Set: half, Items: half.Test, Copy: true}}
	}
	novel := data.Subset(d.Dataset, data.New)
	return []Test{
		{Kind: Base, Set: half, Items: half.Test, Copy: true},
		{Kind: New, Set: novel, Items: novel.Test, Copy: true},
	}
}

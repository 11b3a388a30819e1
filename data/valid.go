package data

import (
	"errors"
	"fmt"
	"reflect"
	"strings"
	"unicode/utf8"
)

// Check returns an error if a dataset, which a program may have made itself, cannot
// be trained and tested on: it needs a name, two classes of different names, a
// template with {}, a source and a known label for each image, names that tell the
// images apart, an image for testing, and one for training of each class.
func (d *Dataset) Check() error {
	switch {
	case d.Name == "":
		return errors.New("the dataset has no name")
	case len(d.Classes) < 2:
		return fmt.Errorf("dataset %q: %d classes, and a classifier needs at least two", d.Name, len(d.Classes))
	case !strings.Contains(d.Template, "{}") || !utf8.ValidString(d.Template):
		return fmt.Errorf("dataset %q: the template %q lacks the place {} of the class, as in %q, or is not UTF-8", d.Name, d.Template, DefaultTemplate)
	case len(d.Test) == 0:
		return fmt.Errorf("dataset %q: no image to test on", d.Name)
	}
	known := map[string]bool{}
	for _, name := range d.Classes {
		if name == "" || known[name] {
			return fmt.Errorf("dataset %q: the class %q is without a name or named twice", d.Name, name)
		}
		known[name] = true
	}
	sources := map[string]Source{} // by their names
	for _, list := range d.lists() {
		for i, it := range list.items {
			if err := it.check(list.classes, sources); err != nil {
				return fmt.Errorf("dataset %q: image %d of %s %w", d.Name, i, list.name, err)
			}
		}
	}
	trained := make([]bool, len(d.Classes))
	for _, it := range d.Train {
		trained[it.Label] = true
	}
	for label, ok := range trained {
		if !ok {
			return fmt.Errorf("dataset %q: no image of %q to train on", d.Name, d.Classes[label])
		}
	}
	return nil
}

// list is one of a dataset's lists of images.
type list struct {
	name    string
	items   []Item
	classes int // that labels choose among; -1 for images without a class
}

// lists are all lists of a dataset.
func (d *Dataset) lists() []list {
	n := len(d.Classes)
	all := []list{{"train", d.Train, n}, {"val", d.Val, n}, {"test", d.Test, n}, {"other", d.Other, -1}}
	for _, set := range d.Extra {
		all = append(all, list{fmt.Sprintf("the test set %q", set.Name), set.Items, n})
	}
	return all
}

// check returns an error if an item is none of so many classes, or if its source has
// the name of another among sources, which it joins: what is known of an image is
// kept by its name.
func (it Item) check(classes int, sources map[string]Source) error {
	switch {
	case it.Source == nil:
		return errors.New("has no source")
	case classes >= 0 && (it.Label < 0 || it.Label >= classes):
		return fmt.Errorf("has the label %d of %d classes", it.Label, classes)
	}
	name := it.Name()
	other, ok := sources[name]
	if ok && !(reflect.ValueOf(it.Source).Comparable() && it.Source == other) {
		return fmt.Errorf("has the name %q of another image", name)
	}
	sources[name] = it.Source
	return nil
}

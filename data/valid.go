package data

import (
	"errors"
	"fmt"
	"strings"
)

// Check returns an error if a dataset, which a program may have made itself, cannot
// be trained and tested on: it needs a name, two classes of different names, a
// template with {}, a source and a known label for each image, an image for testing,
// and one for training of each class.
func (d *Dataset) Check() error {
	known := map[string]bool{}
	for _, name := range d.Classes {
		if name == "" || known[name] {
			return fmt.Errorf("dataset %q: the class %q is without a name or named twice", d.Name, name)
		}
		known[name] = true
	}
	trained := make([]bool, len(d.Classes))
	for _, list := range []struct {
		name  string
		items []Item
	}{{"train", d.Train}, {"val", d.Val}, {"test", d.Test}} {
		for i, it := range list.items {
			switch {
			case it.Source == nil:
				return fmt.Errorf("dataset %q: image %d of %s has no source", d.Name, i, list.name)
			case it.Label < 0 || it.Label >= len(d.Classes):
				return fmt.Errorf("dataset %q: image %d of %s has the label %d of %d classes", d.Name, i, list.name, it.Label, len(d.Classes))
			}
			trained[it.Label] = trained[it.Label] || list.name == "train"
		}
	}
	for label, ok := range trained {
		if !ok {
			return fmt.Errorf("dataset %q: no image of %q to train on", d.Name, d.Classes[label])
		}
	}
	switch {
	case d.Name == "":
		return errors.New("the dataset has no name")
	case len(d.Classes) < 2:
		return fmt.Errorf("dataset %q: %d classes, and a classifier needs at least two", d.Name, len(d.Classes))
	case !strings.Contains(d.Template, "{}"):
		return fmt.Errorf("dataset %q: the template %q lacks the place {} of the class, as in %q", d.Name, d.Template, DefaultTemplate)
	case len(d.Test) == 0:
		return fmt.Errorf("dataset %q: no image to test on", d.Name)
	}
	return nil
}

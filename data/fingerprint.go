package data

import (
	"crypto/sha256"
	"fmt"
	"path/filepath"
	"strings"
)

// Fingerprint identifies what the dataset is made of: the names of the classes,
// and of each list the names and labels of its images, in order. Files below
// root count by the rest of their path, so that a data root may be moved. It
// begins with the numbers of training, validation and test images, for people.
// What is in the files does not count.
func (d *Dataset) Fingerprint(root string) string {
	h := sha256.New()
	fmt.Fprintf(h, "%q\n", d.Classes)
	list := func(name string, items []Item) {
		fmt.Fprintf(h, "%s %d\n", name, len(items))
		for _, it := range items {
			fmt.Fprintf(h, "%d %s\n", it.Label, below(root, it.Name()))
		}
	}
	for i, items := range [][]Item{d.Train, d.Val, d.Test} {
		list(splitNames[i], items)
	}
	for _, s := range d.Extra {
		list(s.Name, s.Items)
	}
	return fmt.Sprintf("%d/%d/%d %x", len(d.Train), len(d.Val), len(d.Test), h.Sum(nil)[:8])
}

// below cuts the root off a path, and writes it with forward slashes.
func below(root, name string) string {
	if root == "" {
		return name
	}
	rest, ok := strings.CutPrefix(name, filepath.Clean(root)+string(filepath.Separator))
	if !ok {
		return name
	}
	return filepath.ToSlash(rest)
}

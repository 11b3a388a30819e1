package coop

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"frontdoor/internal/testdata"
)

// onePixel is an image file.
func onePixel(t *testing.T) []byte {
	t.Helper()
	return dot(t, 0)
}

func put(t *testing.T, path string, text []byte) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, text, 0o600); err != nil {
		t.Fatal(err)
	}
}

func published(t *testing.T, name string) *Dataset {
	t.Helper()
	o, ok := ByName(name)
	if !ok {
		t.Fatalf("no dataset %s", name)
	}
	return o
}

func TestCaltech101IsComplete(t *testing.T) {
	root := filepath.Dir(testdata.Shared(t, "caltech-101"))
	o := published(t, "caltech101")
	d, err := o.Open(root)
	if err != nil {
		t.Fatal(err)
	}
	if d.Classes[0] != "face" || d.Classes[1] != "leopard" || !slices.Contains(d.Classes, "gerenuk") {
		t.Errorf("classes %v", d.Classes)
	}
	c, err := o.CheckFiles(context.Background(), root, CheckOptions{Quick: true})
	if err != nil {
		t.Fatal(err)
	}
	if len(c.Problems)+len(c.Notes) > 0 || c.Train != 4128 || c.Val != 1649 || c.Test != 2465 || c.Classes != 100 {
		t.Errorf("%+v", c)
	}
}

// The published split files have the published counts, and the classes halve
// as published.
func TestSplitFiles(t *testing.T) {
	halves := map[string][2]int{"dtd": {24, 23}, "eurosat": {5, 5}, "oxford_flowers": {51, 51},
		"oxford_pets": {19, 18}, "stanford_cars": {98, 98}, "ucf101": {51, 50}, "caltech101": {50, 50}}
	for name, want := range halves {
		o := published(t, name)
		lists, err := readSplit(testdata.Shared(t, "splits/"+o.SplitFile()))
		if err != nil {
			t.Fatal(err)
		}
		classes, err := lists.classes()
		if err != nil {
			t.Fatal(err)
		}
		base := (len(classes) + 1) / 2
		if have := [2]int{base, len(classes) - base}; have != want {
			t.Errorf("%s: %v base and new classes, want %v", name, have, want)
		}
		if have, want := [3]int{len(lists.Train), len(lists.Val), len(lists.Test)}, [3]int{o.Train, o.Val, o.Test}; have != want {
			t.Errorf("%s: %v images, want %v", name, have, want)
		}
	}
}

func TestEveryDatasetHasATemplate(t *testing.T) {
	for _, name := range Names() {
		if text, err := published(t, name).template(); err != nil || !strings.Contains(text, "{}") {
			t.Errorf("%s: template %q, error %v", name, text, err)
		}
	}
}

// splitTree writes a split file of two images a list and class, and the images.
func splitTree(t *testing.T, o *Dataset) string {
	t.Helper()
	root := t.TempDir()
	lists := map[string][][]any{}
	for label, class := range []string{"first_class", "second"} {
		for _, split := range []string{"train", "val", "test"} {
			for i := range 2 {
				p := fmt.Sprintf("%s/%s_%d.png", class, split, i)
				lists[split] = append(lists[split], []any{p, label, class})
				put(t, filepath.Join(root, o.Folder, o.Images, p), onePixel(t))
			}
		}
	}
	text, err := json.Marshal(lists)
	if err != nil {
		t.Fatal(err)
	}
	put(t, filepath.Join(root, o.Folder, o.SplitFile()), text)
	return root
}

func TestDatasetsWithSplitFile(t *testing.T) {
	for _, name := range Names() {
		o := published(t, name)
		if o.SplitFile() == "" {
			continue
		}
		d, err := o.Open(splitTree(t, o))
		if err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(d.Classes, []string{"first class", "second"}) || len(d.Train) != 4 || len(d.Val) != 4 || len(d.Test) != 4 {
			t.Errorf("%s: %v, %d/%d/%d images", name, d.Classes, len(d.Train), len(d.Val), len(d.Test))
		}
		if _, err := os.Stat(d.Train[0].Path); err != nil {
			t.Error(err)
		}
	}
}

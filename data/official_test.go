package data

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"frontdoor/internal/testdata"
)

func official(t *testing.T, name string) *Official {
	t.Helper()
	o, ok := OfficialByName(name)
	if !ok {
		t.Fatalf("no dataset %s", name)
	}
	return o
}

func TestCaltech101IsComplete(t *testing.T) {
	root := filepath.Dir(testdata.Shared(t, "caltech-101"))
	o := official(t, "caltech101")
	d, err := o.Open(root)
	if err != nil {
		t.Fatal(err)
	}
	if d.Classes[0] != "face" || d.Classes[1] != "leopard" || !slices.Contains(d.Classes, "gerenuk") {
		t.Errorf("classes %v", d.Classes)
	}
	c, err := CheckOfficial(context.Background(), o, root, CheckOptions{Quick: true})
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
	base := map[string][2]int{"dtd": {24, 23}, "eurosat": {5, 5}, "oxford_flowers": {51, 51},
		"oxford_pets": {19, 18}, "stanford_cars": {98, 98}, "ucf101": {51, 50}, "caltech101": {50, 50}}
	for name, want := range base {
		o := official(t, name)
		lists, err := readSplit(testdata.Shared(t, "splits/"+o.SplitFile()))
		if err != nil {
			t.Fatal(err)
		}
		classes, err := lists.classes()
		if err != nil {
			t.Fatal(err)
		}
		b, n := BaseNew(classes)
		if have := [2]int{len(b), len(n)}; have != want {
			t.Errorf("%s: %v base and new classes, want %v", name, have, want)
		}
		if have, want := [3]int{len(lists.Train), len(lists.Val), len(lists.Test)}, [3]int{o.Train, o.Val, o.Test}; have != want {
			t.Errorf("%s: %v images, want %v", name, have, want)
		}
	}
}

func TestEveryOfficialHasATemplate(t *testing.T) {
	for _, name := range OfficialNames() {
		if text, err := official(t, name).template(); err != nil || !strings.Contains(text, "{}") {
			t.Errorf("%s: template %q, error %v", name, text, err)
		}
	}
}

// splitTree writes a split file of two images a list and class, and the images.
func splitTree(t *testing.T, o *Official) string {
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

func TestOfficialWithSplitFile(t *testing.T) {
	for _, name := range OfficialNames() {
		o := official(t, name)
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
		if _, err := d.Train[0].Open(); err != nil {
			t.Error(err)
		}
	}
}

// The hashes are of the selections that CPython's random module makes from the
// published split file by Dassl's rule: "path label" lines, training images
// first.
func TestCaltech101FewShot(t *testing.T) {
	root := filepath.Dir(testdata.Shared(t, "caltech-101"))
	o := official(t, "caltech101")
	d, err := o.Open(root)
	if err != nil {
		t.Fatal(err)
	}
	images := filepath.Join(root, o.Folder, o.Images)
	for _, c := range []struct {
		shots int
		seed  int64
		want  string
	}{
		{1, 1, "ed085074a24004b7"}, {1, 2, "23377f1c70096b6c"}, {1, 3, "75a822f3463d83fe"},
		{4, 1, "8e20f0bf5d074ab1"}, {4, 2, "ce15c26028b9c270"}, {4, 3, "00e930647f83940c"},
		{16, 1, "7e874f1789659fc7"}, {16, 2, "b2c72903dd664f42"}, {16, 3, "7e7be75befd7ff4d"},
	} {
		few := d.FewShot(c.shots, c.seed)
		h := sha256.New()
		for _, it := range slices.Concat(few.Train, few.Val) {
			rel, err := filepath.Rel(images, it.Name())
			if err != nil {
				t.Fatal(err)
			}
			fmt.Fprintf(h, "%s %d\n", filepath.ToSlash(rel), it.Label)
		}
		if have := fmt.Sprintf("%x", h.Sum(nil))[:16]; have != c.want {
			t.Errorf("%d shots, seed %d: selection %s, want %s", c.shots, c.seed, have, c.want)
		}
	}
}

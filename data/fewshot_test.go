package data

import (
	"fmt"
	"slices"
	"strconv"
	"testing"

	"frontdoor/internal/mt19937"
	"frontdoor/internal/testdata"
)

// classes returns items named "label/index", size[label] of each label.
func classes(sizes ...int) []Item {
	var items []Item
	for label, n := range sizes {
		for i := range n {
			items = append(items, Item{File(fmt.Sprintf("%d/%d", label, i)), label})
		}
	}
	return items
}

func names(items []Item) []string {
	var out []string
	for _, it := range items {
		out = append(out, fmt.Sprintf("%s=%d", it.Name(), it.Label))
	}
	return out
}

// picked lists the items at the given indices within each class.
func picked(indices [][]int) []string {
	var out []string
	for label, list := range indices {
		for _, i := range list {
			out = append(out, fmt.Sprintf("%d/%d=%d", label, i, label))
		}
	}
	return out
}

func TestFewShotMatchesCPython(t *testing.T) {
	var golden map[string]struct {
		TrainSizes []int   `json:"train_class_sizes"`
		ValSizes   []int   `json:"val_class_sizes"`
		Shots      int     `json:"num_shots"`
		Train      [][]int `json:"train"`
		Val        [][]int `json:"val"`
	}
	testdata.ReadJSON(t, "testdata/fewshot_sampling.json", &golden)
	for text, g := range golden {
		seed, err := strconv.ParseInt(text, 10, 64)
		if err != nil {
			t.Fatal(err)
		}
		d := &Dataset{Train: classes(g.TrainSizes...), Val: classes(g.ValSizes...), Test: classes(3)}
		got := d.FewShot(g.Shots, seed)
		if want := picked(g.Train); !slices.Equal(names(got.Train), want) {
			t.Errorf("seed %s, train: %v, want %v", text, names(got.Train), want)
		}
		if want := picked(g.Val); !slices.Equal(names(got.Val), want) {
			t.Errorf("seed %s, val: %v, want %v", text, names(got.Val), want)
		}
		if len(got.Test) != 3 || len(d.Train) != len(classes(g.TrainSizes...)) {
			t.Error("FewShot touched the test set or its receiver")
		}
	}
}

func TestFewShotOrder(t *testing.T) {
	a, b := File("a"), File("b")
	items := []Item{{b, 1}, {a, 0}, {b, 1}, {b, 1}}
	got := fewShot(items, 2, mt19937.NewPython(1))
	if len(got) != 3 || got[0].Label != 1 || got[1].Label != 1 || got[2].Label != 0 {
		t.Errorf("classes are not in order of first appearance: %v", names(got))
	}
	if got := fewShot(items, 0, nil); len(got) != len(items) {
		t.Errorf("no sampling gives %d items", len(got))
	}
}

func TestSubset(t *testing.T) {
	d := &Dataset{
		Classes: []string{"a", "b", "c", "d", "e"},
		Train:   classes(1, 2, 1, 1, 1), Val: classes(1), Test: classes(1, 1, 1, 1, 2),
		Extra: []TestSet{{"shift", classes(1, 1)}},
	}
	base, novel := Subset(d, Base), Subset(d, New)
	if !slices.Equal(base.Classes, []string{"a", "b", "c"}) || !slices.Equal(novel.Classes, []string{"d", "e"}) {
		t.Errorf("classes %v and %v", base.Classes, novel.Classes)
	}
	if want := []string{"0/0=0", "1/0=1", "1/1=1", "2/0=2"}; !slices.Equal(names(base.Train), want) {
		t.Errorf("base train %v, want %v", names(base.Train), want)
	}
	if want := []string{"3/0=0", "4/0=1", "4/1=1"}; !slices.Equal(names(novel.Test), want) {
		t.Errorf("new test %v, want %v", names(novel.Test), want)
	}
	if len(novel.Val) != 0 || len(base.Extra) != 1 || len(novel.Extra) != 0 {
		t.Error("empty lists are kept, or others lost")
	}
	if items, ok := base.ExtraSet("shift"); !ok || len(items) != 2 {
		t.Error("the extra test set is not found")
	}
	if _, ok := base.ExtraSet("other"); ok {
		t.Error("an extra test set that does not exist is found")
	}
	if Subset(d, All) != d {
		t.Error("all classes are not the dataset itself")
	}
	b, n := BaseNew(d.Classes)
	if len(b) != 3 || len(n) != 2 || Base.String() != "base" || New.String() != "new" || All.String() != "all" {
		t.Error("halves are wrong")
	}
}

package data

import (
	"fmt"
	"slices"
	"testing"

	"frontdoor/data/world"
)

func worldTask(t *testing.T, name string) *world.Task {
	t.Helper()
	task, err := world.TaskByName(name)
	if err != nil {
		t.Fatal(err)
	}
	return task
}

// preferred returns the share of irrelevant factors that have the value the
// class prefers.
func preferred(task *world.Task, items []Item) float64 {
	hits, all := 0, 0
	for _, it := range items {
		for _, k := range task.Irrelevant {
			if it.Source.(WorldItem).Factors.Value(k) == task.Value(it.Label, k) {
				hits++
			}
			all++
		}
	}
	return float64(hits) / float64(all)
}

func TestWorldProtocol(t *testing.T) {
	task := worldTask(t, "texshape")
	d := World(task, WorldOptions{Seed: 3, TrainPerClass: 50, TestPerClass: 50})
	n, base := task.N(), task.Base()
	if len(d.Train) != 50*n || len(d.Test) != 50*n || len(d.Classes) != n {
		t.Fatalf("%d train, %d test, %d classes", len(d.Train), len(d.Test), len(d.Classes))
	}
	dec, _ := d.ExtraSet(Decorrelated)
	fresh, _ := d.ExtraSet(NewCorrelated)
	// At rho = 0 a value of 8 or of 10 is the preferred one by chance.
	for name, c := range map[string]struct {
		items  []Item
		labels int
		lo, hi float64
	}{
		"train":          {d.Train, n, 0.88, 0.94},
		"base test":      {d.Test[:50*base], base, 0.88, 0.94},
		"new test":       {d.Test[50*base:], n - base, 0.08, 0.15},
		"decorrelated":   {dec, base, 0.08, 0.15},
		"new correlated": {fresh, n - base, 0.88, 0.94},
	} {
		if got := preferred(task, c.items); got < c.lo || got > c.hi {
			t.Errorf("%s: %v of the irrelevant factors are preferred", name, got)
		}
		labels := map[int]int{}
		for _, it := range c.items {
			labels[it.Label]++
			for _, k := range task.Relevant {
				if got := it.Source.(WorldItem).Factors.Value(k); got != task.Value(it.Label, k) {
					t.Fatalf("%s: %s has the wrong %v", name, it.Name(), k)
				}
			}
		}
		if len(labels) != c.labels {
			t.Errorf("%s: %d classes, want %d", name, len(labels), c.labels)
		}
	}
	for _, v := range task.Variants() {
		if items, ok := d.ExtraSet(v.Name); !ok || len(items) != 50*n {
			t.Errorf("variant %s has %d pictures", v.Name, len(items))
		}
	}
	b, novel := Subset(d, Base), Subset(d, New)
	if len(b.Test) != 50*base || len(novel.Test) != 50*(n-base) || len(novel.Extra) != 1+len(task.Variants()) {
		t.Errorf("halves have %d and %d test pictures", len(b.Test), len(novel.Test))
	}
}

func TestWorldRepeats(t *testing.T) {
	task := worldTask(t, "shape")
	list := func(d *Dataset) string { return fmt.Sprint(d.Train, d.Test, d.Extra) }
	a := World(task, WorldOptions{Seed: 1, TrainPerClass: 3, TestPerClass: 2})
	if list(a) != list(World(task, WorldOptions{Seed: 1, TrainPerClass: 3, TestPerClass: 2})) {
		t.Error("equal seeds differ")
	}
	if list(a) == list(World(task, WorldOptions{Seed: 2, TrainPerClass: 3, TestPerClass: 2})) {
		t.Error("the seed has no effect")
	}
	more := World(task, WorldOptions{Seed: 1, TrainPerClass: 5, TestPerClass: 2})
	if fmt.Sprint(a.Test) != fmt.Sprint(more.Test) || a.Train[2] != more.Train[2] || a.Train[3] != more.Train[5] {
		t.Error("a larger pool changes the first pictures or the test set")
	}
	if d := World(task, WorldOptions{}); len(d.Train) != 32*16 || len(d.Test) != 25*16 {
		t.Errorf("by default %d train and %d test", len(d.Train), len(d.Test))
	}
}

// The decorrelated test set repeats the base test set but for the factors that
// are irrelevant to the class.
func TestWorldPairs(t *testing.T) {
	task := worldTask(t, "texshape")
	d := World(task, WorldOptions{TestPerClass: 4})
	dec, _ := d.ExtraSet(Decorrelated)
	for i, it := range dec {
		f, g := it.Source.(WorldItem).Factors, d.Test[i].Source.(WorldItem).Factors
		for _, k := range task.Irrelevant {
			f = f.Do(k, g.Value(k))
		}
		if f != g {
			t.Fatalf("%s and %s differ in more than the irrelevant factors", it.Name(), d.Test[i].Name())
		}
	}
}

func TestWorldItem(t *testing.T) {
	d := World(worldTask(t, "texshape"), WorldOptions{TrainPerClass: 1, TestPerClass: 1})
	a, err := d.Train[0].Open(t.Context())
	if err != nil || a.W != world.Size || a.H != world.Size {
		t.Fatalf("%v %v", a, err)
	}
	b, err := d.Train[0].Open(t.Context())
	if err != nil || !slices.Equal(a.Pix, b.Pix) {
		t.Error("a picture does not repeat")
	}
	if want := "texshape/train/" + d.Classes[0] + "/0"; d.Train[0].Name() != want {
		t.Errorf("name %q, want %q", d.Train[0].Name(), want)
	}
	large := d.Train[0].Source.(WorldItem)
	large.Size = 64
	if im, err := large.Open(t.Context()); err != nil || im.W != 64 {
		t.Errorf("%v %v", im, err)
	}
}

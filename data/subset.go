package data

import (
	"fmt"
	"slices"
)

// Half says which classes of a dataset take part.
type Half int

// The base classes are the first half, rounded up; the new classes are the
// rest: a learner is trained on the base classes and asked about both.
const (
	All Half = iota
	Base
	New
)

// String returns "all", "base" or "new".
func (h Half) String() string {
	switch h {
	case All:
		return "all"
	case Base:
		return "base"
	case New:
		return "new"
	}
	return fmt.Sprintf("Half(%d)", int(h))
}

// bounds returns the classes [lo, hi) of n that belong to the half. It panics
// on an unknown half.
func (h Half) bounds(n int) (lo, hi int) {
	m := (n + 1) / 2
	switch h {
	case All:
		return 0, n
	case Base:
		return 0, m
	case New:
		return m, n
	}
	panic(fmt.Sprintf("data: unknown %v", h))
}

// BaseNew splits class names into the first half, rounded up, and the rest.
func BaseNew(classes []string) (base, novel []string) {
	m := (len(classes) + 1) / 2
	return classes[:m:m], classes[m:]
}

// Subset returns the dataset reduced to one half of its classes: items of other
// classes disappear from each list, labels count from 0 within the half, and
// names stay as they are. Extra test sets that are left without items
// disappear too. Subset(d, All) returns d itself.
func Subset(d *Dataset, h Half) *Dataset {
	if h == All {
		return d
	}
	lo, hi := h.bounds(len(d.Classes))
	out := *d
	out.Classes = slices.Clone(d.Classes[lo:hi])
	out.Train = relabel(d.Train, lo, hi)
	out.Val = relabel(d.Val, lo, hi)
	out.Test = relabel(d.Test, lo, hi)
	out.Extra = nil
	for _, s := range d.Extra {
		if items := relabel(s.Items, lo, hi); len(items) > 0 {
			out.Extra = append(out.Extra, TestSet{Name: s.Name, Items: items})
		}
	}
	return &out
}

// relabel keeps the items of the classes [lo, hi) and counts labels from lo.
func relabel(items []Item, lo, hi int) []Item {
	var out []Item
	for _, it := range items {
		if lo <= it.Label && it.Label < hi {
			out = append(out, Item{Source: it.Source, Label: it.Label - lo})
		}
	}
	return out
}

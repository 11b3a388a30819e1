package bench

import (
	"slices"
	"testing"
)

// Every saving has a name of its own and changes something.
func TestSavingsChangeSomething(t *testing.T) {
	var seen []string
	for _, s := range savings {
		v := variant{}
		if s.change(&v); v == (variant{}) {
			t.Errorf("%s changes nothing", s.name)
		}
		if slices.Contains(seen, s.name) {
			t.Errorf("%s is there twice", s.name)
		}
		seen = append(seen, s.name)
	}
}

func TestClassNames(t *testing.T) {
	for _, n := range []int{24, 160, 161, 1000} {
		names := slices.Clone(classNames(n))
		slices.Sort(names)
		if got := len(slices.Compact(names)); got != n {
			t.Errorf("%d names for %d classes", got, n)
		}
	}
}

package data

import "testing"

// One's own photographs are turned where nothing else is said, published ones
// are not.
func TestOrientationByKind(t *testing.T) {
	for _, c := range []struct {
		turn Orientation
		kind Kind
		want Source
	}{
		{ByKind, Own, Upright("a")}, {ByKind, Published, File("a")},
		{AllUpright, Published, Upright("a")}, {AllStored, Own, File("a")},
	} {
		if got := c.turn.source("a", c.kind); got != c.want {
			t.Errorf("%v of kind %v: %T, want %T", c.turn, c.kind, got, c.want)
		}
	}
}

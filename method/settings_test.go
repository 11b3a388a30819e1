package method

import "testing"

// Of 24 images at a batch of 16 an epoch takes one step and leaves 8 out, or takes
// every image in two steps of 12.
func TestSpan(t *testing.T) {
	for _, c := range []struct {
		n, batch int
		every    bool
		want     [][2]int
	}{
		{24, 16, false, [][2]int{{0, 16}}},
		{24, 16, true, [][2]int{{0, 12}, {12, 24}}},
		{32, 16, false, [][2]int{{0, 16}, {16, 32}}},
		{32, 16, true, [][2]int{{0, 16}, {16, 32}}},
		{7, 16, false, [][2]int{{0, 7}}},
		{7, 16, true, [][2]int{{0, 7}}},
		{10, 4, true, [][2]int{{0, 3}, {3, 6}, {6, 10}}},
	} {
		s := Settings{Batch: c.batch, EveryImage: c.every}
		if s.Steps(c.n) != len(c.want) {
			t.Fatalf("%+v: %d steps", c, s.Steps(c.n))
		}
		for i, want := range c.want {
			if lo, hi := s.Span(c.n, i); lo != want[0] || hi != want[1] {
				t.Errorf("%+v: step %d trains on [%d, %d)", c, i, lo, hi)
			}
		}
	}
}

package prompt

import "testing"

// What is asked for again is there, and the number of sizes is bounded.
func TestRecent(t *testing.T) {
	var r recent[int]
	made := 0
	square := func(n int) int { return r.of(n, func() int { made++; return n * n }) }
	for range 3 {
		for n := range mostRecent {
			if square(n) != n*n {
				t.Fatalf("of %d: %d", n, square(n))
			}
		}
	}
	if made != mostRecent {
		t.Errorf("made %d, want %d", made, mostRecent)
	}
	for n := range 1000 {
		square(n)
	}
	if len(r) > mostRecent {
		t.Errorf("%d sizes are kept", len(r))
	}
}

package nn

import (
	"math"
	"testing"

	"frontdoor/internal/testdata"
)

// The rates that the reference training scripts print.
func TestEpochCosineMatchesTheReference(t *testing.T) {
	var runs map[string]struct {
		Base   float64   `json:"base"`
		Epochs int       `json:"max_epoch"`
		Rates  []float64 `json:"lr_per_epoch"`
	}
	testdata.ReadJSON(t, "testdata/lr_schedule.json", &runs)
	if len(runs) == 0 {
		t.Fatal("testdata/lr_schedule.json has no runs")
	}
	for name, r := range runs {
		for e, want := range r.Rates {
			if got := EpochCosine(r.Base, e, r.Epochs); math.Abs(got-want) > 1e-15 {
				t.Errorf("%s: epoch %d: %.17g, want %.17g", name, e, got, want)
			}
		}
	}
}

func TestWarmCosineByHand(t *testing.T) {
	for _, c := range []struct {
		name              string
		step, warm, total int
		start, floor      float64
		want              float64
	}{
		{"start of the warm-up", 0, 10, 110, 0.1, 0, 0.2},
		{"middle of the warm-up", 5, 10, 110, 0.1, 0, 2 * 0.55},
		{"top", 10, 10, 110, 0.1, 0, 2},
		{"middle of the cosine", 60, 10, 110, 0.1, 0, 1},
		{"quarter of the cosine", 35, 10, 110, 0, 0, 1 + math.Sqrt2/2},
		{"end", 110, 10, 110, 0.1, 0, 0},
		{"middle above a floor", 60, 10, 110, 0.1, 0.5, 1.5},
		{"end at the floor", 110, 10, 110, 0.1, 0.5, 1},
		{"behind the end", 200, 10, 110, 0.1, 0.5, 1},
		{"no warm-up", 0, 0, 100, 0, 0, 2},
		{"nothing but warm-up", 10, 10, 10, 0, 0, 2},
	} {
		if got := WarmCosine(2, c.step, c.warm, c.total, c.start, c.floor); math.Abs(got-c.want) > 1e-12 {
			t.Errorf("%s: %g, want %g", c.name, got, c.want)
		}
	}
}

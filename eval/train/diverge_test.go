package train

import (
	"context"
	"math"
	"strings"
	"testing"

	"frontdoor/autograd"
)

// A training that diverges ends with an error that says where.
func TestTrainingThatDiverges(t *testing.T) {
	nan := float32(math.NaN())
	for want, spoil := range map[string]func(tr *Training){
		"at step 1 (epoch 1) the loss became NaN": func(tr *Training) {
			p := tr.learner.Params()[0]
			p.Data[0] = nan
		},
		"became infinite or NaN": func(tr *Training) { tr.set.LR = 1e60 }, // infinite as float32
	} {
		tr := untrained(t, "coop", false)
		spoil(tr)
		f := newFeed(t.Context(), tr)
		images, err := f.take(nil)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := tr.one(context.Background(), autograd.NewTape(), images); err == nil || !strings.Contains(err.Error(), want) ||
			!strings.Contains(err.Error(), "at step 1") {
			t.Errorf("error %v, want %q", err, want)
		}
		f.close()
	}
	nothing := func() error { return nil }
	if err := untrained(t, "coop", false).Run(context.Background(), nothing, func(int, float64) {}); err != nil {
		t.Errorf("untouched: %v", err)
	}
}

package eval

import (
	"context"
	"math"
	"testing"

	"frontdoor/data/world"
	"frontdoor/internal/term"
	"frontdoor/method"
)

func TestStudyOfASmallRun(t *testing.T) {
	r := smallRun(t, start(t, t.TempDir()+"/run"), term.Silent{}, "zeroshot", "coop-csc", "ensemble")
	r.Config.Study = true
	shorten(t, r, method.Settings{Epochs: 1, Batch: 8, Templates: 2})
	results, err := r.Do(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	for i, row := range results.Rows {
		s := row.Study
		if s == nil || row.Trust.Detect.OtherWorld == nil || len(s.OtherWorld) != len(world.Others) {
			t.Fatalf("%s: no study of other worlds: %+v", row.Method, s)
		}
		// The task shape: three named factors are irrelevant, and 12 nuisances.
		if len(s.Effects) != 15+2 || s.Reversed == nil || len(s.Shifted) != 4 {
			t.Errorf("%s: %+v", row.Method, s)
		}
		near(t, row.Method+": gap", *s.Gap, *row.Base-*s.Interventional)
		bound := row.Method == "coop-csc"
		if (len(s.EffectsNew) == 0) != bound || (len(s.Reads) == 0) != bound || (s.NewCorrelated == nil) != bound {
			t.Errorf("%s: %d effects on new classes, %d factors read", row.Method, len(s.EffectsNew), len(s.Reads))
		}
		if several := row.Method == "ensemble"; several != (s.Similarity != nil && len(s.Similarity.Templates) == 3) ||
			several != (len(s.Effects[0].TemplatesChanged) == 2) || several != (len(s.Tokens) == 4) {
			t.Errorf("%s: templates %+v, %d tokens", row.Method, s.Similarity, len(s.Tokens))
		}
		if i == 0 && (row.Study.Reads[3].Factor != "background" || row.Study.Reads[3].Accuracy < 50) {
			t.Errorf("the embedded model cannot read backgrounds: %+v", row.Study.Reads[3])
		}
	}
}

// near fails if two numbers differ by more than rounding.
func near(t *testing.T, name string, got, want float64) {
	t.Helper()
	if math.Abs(got-want) > 1e-12*max(1, math.Abs(want)) || math.IsNaN(got) != math.IsNaN(want) {
		t.Errorf("%s = %v, want %v", name, got, want)
	}
}

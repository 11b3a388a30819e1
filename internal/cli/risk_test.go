package cli

import (
	"math"
	"testing"
)

func TestRisk(t *testing.T) {
	for text, want := range map[string]float64{"5%": 0.05, "0.05": 0.05, "2.5 %": 0.025} {
		var r Risk
		if err := r.Set(text); err != nil || math.Abs(float64(r)-want) > 1e-15 {
			t.Errorf("%s: %v, %v", text, float64(r), err)
		}
	}
	for _, text := range []string{"5", "0", "100%", "-1%", "NaN", "five", ""} {
		var r Risk
		if err := r.Set(text); err == nil {
			t.Errorf("%q is taken as %v", text, float64(r))
		}
	}
	r := Risk(0.05)
	if r.String() != "5%" {
		t.Errorf("%s", r.String())
	}
}

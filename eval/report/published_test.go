package report

import (
	"math"
	"testing"

	"frontdoor/data/coop"
	"frontdoor/eval/metric"
)

// The columns of the published table add up to the averages that were
// published elsewhere.
func TestPublishedAverages(t *testing.T) {
	for m, method := range publishedOrder {
		var base, new []float64
		for _, row := range publishedBaseNew {
			base, new = append(base, row[m][0]), append(new, row[m][1])
		}
		for _, p := range publishedAverages {
			if p.method == method && (math.Abs(metric.Mean(base)-p.base) > 0.006 || math.Abs(metric.Mean(new)-p.new) > 0.006) {
				t.Errorf("%s: mean %.3f / %.3f, published %v / %v", method, metric.Mean(base), metric.Mean(new), p.base, p.new)
			}
		}
	}
	for protocol, want := range map[string]map[string]float64{
		"xd": {"coop": 63.88, "cocoop": 65.74, "maple": 66.30},
		"dg": {"zeroshot": 57.18, "coop": 59.28, "cocoop": 59.91, "maple": 60.28},
	} {
		for method, mean := range want {
			got := metric.Mean(publishedTransfer[protocol][method][1:])
			if math.Abs(got-mean) > 0.006 {
				t.Errorf("%s %s: mean of targets %.3f, published %v", protocol, method, got, mean)
			}
		}
	}
}

func TestPublishedNamesExist(t *testing.T) {
	for protocol, targets := range publishedTargets {
		for _, name := range targets {
			if _, ok := coop.ByName(name); !ok {
				t.Errorf("%s: unknown dataset %q", protocol, name)
			}
		}
		for method, values := range publishedTransfer[protocol] {
			if len(values) != len(targets) {
				t.Errorf("%s, %s: %d values for %d datasets", protocol, method, len(values), len(targets))
			}
		}
	}
	for name := range publishedBaseNew {
		if _, ok := coop.ByName(name); !ok {
			t.Errorf("unknown dataset %q", name)
		}
	}
}

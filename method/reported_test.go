package method

import (
	"math"
	"testing"

	"frontdoor/data/coop"
)

func mean(values []float64) float64 {
	sum := 0.0
	for _, v := range values {
		sum += v
	}
	return sum / float64(len(values))
}

// The columns of the published table add up to the averages that were
// published elsewhere.
func TestReportedAverages(t *testing.T) {
	tables := 0
	for _, m := range All {
		if m.Reported == nil || m.Reported.BaseNew == nil {
			continue
		}
		tables++
		if len(m.Reported.BaseNew) != len(ReportedDatasets) {
			t.Fatalf("%s: %d datasets", m.Name, len(m.Reported.BaseNew))
		}
		var base, new []float64
		for _, pair := range m.Reported.BaseNew {
			base, new = append(base, pair[0]), append(new, pair[1])
		}
		if want := m.Reported.Average; math.Abs(mean(base)-want[0]) > 0.006 || math.Abs(mean(new)-want[1]) > 0.006 {
			t.Errorf("%s: mean %.3f / %.3f, published %v", m.Name, mean(base), mean(new), want)
		}
	}
	if tables != 4 {
		t.Errorf("%d methods with numbers for each dataset, want 4", tables)
	}
	for protocol, want := range map[string]map[string]float64{
		"xd": {"coop": 63.88, "cocoop": 65.74, "maple": 66.30},
		"dg": {"zeroshot": 57.18, "coop": 59.28, "cocoop": 59.91, "maple": 60.28},
	} {
		for _, m := range All {
			if m.Reported == nil {
				continue
			}
			datasets, values := m.Reported.Transfer(protocol)
			if len(values) == 0 && want[m.Name] == 0 {
				continue
			}
			if len(values) != len(datasets) || math.Abs(mean(values[1:])-want[m.Name]) > 0.006 {
				t.Errorf("%s %s: mean of %d targets %.3f, published %v", protocol, m.Name, len(values)-1, mean(values[1:]), want[m.Name])
			}
		}
	}
}

func TestReportedDatasetsExist(t *testing.T) {
	for _, name := range append(append([]string{}, ReportedDatasets...), ReportedVariants...) {
		if _, ok := coop.ByName(name); !ok {
			t.Errorf("unknown dataset %q", name)
		}
	}
}

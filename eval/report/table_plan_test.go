package report

import (
	"strings"
	"testing"

	"frontdoor/eval/rundir"
)

func TestPlanTable(t *testing.T) {
	row := func(method string, step, measured float64) rundir.Row {
		return rundir.Row{
			Method: method, StepSeconds: rundir.Value(measured), TrainSeconds: rundir.Value(10 * measured), PeakBytes: 3 << 20,
			Plan: &rundir.Forecast{StepSeconds: step, TrainSeconds: 10 * step, TestSeconds: 2, Tested: 3, PeakBytes: 2 << 20},
		}
	}
	zero := rundir.Row{Method: "zeroshot", Plan: &rundir.Forecast{TestSeconds: 1, Tested: 1}}
	got := PlanTable([]rundir.Row{zero, row("cdc", 0.1, 0.2), row("cdc", 0.3, 0.2), {Method: "old"}}).String()
	for _, want := range []string{"zeroshot", "cdc", "200.0 / 200.0", "2.0 / 2.0", "2.0 / 3.0", "2.00 MiB / 3.00 MiB"} {
		if !strings.Contains(got, want) {
			t.Errorf("the table does not say %q:\n%s", want, got)
		}
	}
	if strings.Contains(got, "old") {
		t.Errorf("a row without a forecast is in the table:\n%s", got)
	}
	if n := PlanTable([]rundir.Row{{Method: "old"}}).Lines(); n != 0 {
		t.Errorf("without forecasts the table has %d lines", n)
	}
}

package report

import (
	"strings"
	"testing"

	"frontdoor/eval"
)

func TestPlanTable(t *testing.T) {
	row := func(method string, step, measured float64) eval.Row {
		return eval.Row{
			Method: method, StepSeconds: eval.Value(measured), TrainSeconds: eval.Value(10 * measured), PeakBytes: 3 << 20,
			Plan: &eval.Forecast{StepSeconds: step, TrainSeconds: 10 * step, TestSeconds: 2, Tested: 3, PeakBytes: 2 << 20},
		}
	}
	zero := eval.Row{Method: "zeroshot", Plan: &eval.Forecast{TestSeconds: 1, Tested: 1}}
	got := PlanTable([]eval.Row{zero, row("cdc", 0.1, 0.2), row("cdc", 0.3, 0.2), {Method: "old"}}).String()
	for _, want := range []string{"zeroshot", "cdc", "200.0 / 200.0", "2.0 / 2.0", "2.0 / 3.0", "2.00 MiB / 3.00 MiB"} {
		if !strings.Contains(got, want) {
			t.Errorf("the table does not say %q:\n%s", want, got)
		}
	}
	if strings.Contains(got, "old") {
		t.Errorf("a row without a forecast is in the table:\n%s", got)
	}
	if n := len(PlanTable([]eval.Row{{Method: "old"}}).Rows); n != 0 {
		t.Errorf("without forecasts the table has %d lines", n)
	}
}

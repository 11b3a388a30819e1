package report

import (
	"math"

	"frontdoor/eval/metric"
	"frontdoor/eval/rundir"
	"frontdoor/internal/term"
)

// PlanTable sets what was expected beside what was measured: a line for each
// method, "expected / measured", seeds and datasets averaged and of memory the
// greatest. It has no lines if the rows hold no forecasts.
func PlanTable(rows []rundir.Row) Table {
	t := term.Table{
		Header: []string{"expected / measured", "features s", "step ms", "training s", "testing s", "peak"},
		Align:  []term.Align{term.Left, term.Right, term.Right, term.Right, term.Right, term.Right},
	}
	var methods []string
	for _, r := range rows {
		if r.Plan != nil {
			methods = appendNew(methods, r.Method)
		}
	}
	for _, m := range methods {
		var s [8][]float64
		var peaks [2]int64
		for _, r := range rows {
			if r.Method != m || r.Plan == nil {
				continue
			}
			p := r.Plan
			step := valueOr(r.StepSeconds)
			for i, v := range []float64{p.PrepareSeconds, p.Prepared, 1000 * p.StepSeconds, 1000 * step, p.TrainSeconds, valueOr(r.TrainSeconds), p.TestSeconds, p.Tested} {
				s[i] = append(s[i], v)
			}
			peaks[0], peaks[1] = max(peaks[0], p.PeakBytes), max(peaks[1], r.PeakBytes)
		}
		cells := []string{m}
		for i, digits := range []int{1, 1, 1, 1} {
			a, b := metric.Mean(s[2*i]), metric.Mean(s[2*i+1])
			if a == 0 || math.IsNaN(b) {
				cells = append(cells, "-")
				continue
			}
			cells = append(cells, term.Decimal(a, digits)+" / "+term.Decimal(b, digits))
		}
		t.Rows = append(t.Rows, append(cells, term.Bytes(peaks[0])+" / "+term.Bytes(peaks[1])))
	}
	return Table{t}
}

// valueOr is what p points to, or NaN.
func valueOr(p *float64) float64 {
	if p == nil {
		return math.NaN()
	}
	return *p
}

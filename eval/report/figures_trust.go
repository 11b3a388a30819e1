package report

import (
	"fmt"
	"slices"

	"frontdoor/eval/metric"
	"frontdoor/eval/rundir"
	"frontdoor/internal/chart"
)

// calibrationFigures draw a reliability diagram for each method, all its seeds
// and datasets together.
func calibrationFigures(rows []rundir.Row, _ []rundir.EpochRow) ([]Figure, error) {
	var panels []*chart.Figure
	for _, part := range groupBy(trusted(rows), func(r rundir.Row) string { return r.Method }) {
		r := chart.Reliability{Title: spelled(part[0].Method), Bins: pooledBins(part)}
		if v := overDatasets(part, func(r rundir.Row) *float64 { return r.Trust.ECE }); v.Known() {
			r.Title += fmt.Sprintf(", calibration error %.3f", v.Mean)
		}
		if f, err := r.Figure(); err == nil { // one without answers is left out
			panels = append(panels, f)
		}
	}
	if len(panels) == 0 {
		return nil, nil
	}
	if len(panels)%3 != 0 {
		panels = append(panels, chart.ReliabilityLegend())
		return captioned("calibration", calibrationCaption, rowsOf(3, panels), nil)
	}
	return captioned("calibration", calibrationCaption, chart.Row(rowsOf(3, panels), chart.ReliabilityLegend()), nil)
}

const calibrationCaption = "How often answers of a given confidence are right, on the base classes (on all classes under other protocols). " +
	"A bar below the dashed line is too confident. Below, how the answers spread over confidence."

// trusted returns the rows of the common number of shots that have bins,
// leaving out CDC's ablations where there is more to compare.
func trusted(rows []rundir.Row) []rundir.Row {
	rows = commonShots(of(labelled(rows), "base2new", "all"))
	return slices.DeleteFunc(rows, func(r rundir.Row) bool {
		return r.Trust == nil || ablated(r.Method)
	})
}

// pooledBins adds up the bins of several rows.
func pooledBins(rows []rundir.Row) []chart.ReliabilityBin {
	var bins []chart.ReliabilityBin
	for _, r := range rows {
		for i, b := range r.Trust.Bins {
			if i == len(bins) {
				bins = append(bins, chart.ReliabilityBin{})
			}
			n := float64(b.Count)
			bins[i].Count += n
			bins[i].Confidence += n * b.Confidence
			bins[i].Accuracy += n * b.Accuracy
		}
	}
	for i := range bins {
		if bins[i].Count > 0 {
			bins[i].Confidence /= bins[i].Count
			bins[i].Accuracy /= bins[i].Count
		}
	}
	return bins
}

// riskFigures draw the share of wrong answers among those that are given when
// the most uncertain images are left unanswered.
func riskFigures(rows []rundir.Row, _ []rundir.EpochRow) ([]Figure, error) {
	c := chart.Curves{XLabel: "images answered, the most certain first (%)", YLabel: "wrong answers among them (%)", FromZero: true}
	for _, part := range groupBy(trusted(rows), func(r rundir.Row) string { return r.Method }) {
		s := chart.Series{Name: spelled(part[0].Method), Style: styleOf(part[0].Method)}
		for coverage := 5; coverage <= 100; coverage += 5 {
			v := overDatasets(part, func(r rundir.Row) *float64 { return riskAt(r.Trust.RiskCoverage, float64(coverage)/100) })
			s.X, s.Y = append(s.X, float64(coverage)), append(s.Y, 100*v.Mean)
		}
		c.Series = append(c.Series, s)
	}
	if len(c.Series) == 0 {
		return nil, nil
	}
	f, err := c.Figure()
	return captioned("risk-coverage", "What abstaining buys: images are answered in order of rising uncertainty"+overSeeds(rows, ", mean over seeds")+
		overNote(trusted(rows))+". The right end is the plain error rate.", f, err)
}

// riskAt returns the risk at a coverage, between the points of a curve on a
// straight line, and nil where the curve has not begun.
func riskAt(points []metric.RiskPoint, coverage float64) *float64 {
	for i, p := range points {
		if p.Coverage < coverage-1e-9 {
			continue
		}
		if i == 0 {
			return rundir.Value(p.Risk)
		}
		before := points[i-1]
		share := (coverage - before.Coverage) / (p.Coverage - before.Coverage)
		return rundir.Value(before.Risk + min(1, share)*(p.Risk-before.Risk))
	}
	return nil
}

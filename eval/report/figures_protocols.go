package report

import (
	"cmp"
	"math"
	"slices"

	"frontdoor/eval/rundir"
	"frontdoor/internal/chart"
)

// curvesOfPanel is how many curves a panel tells apart: the styles begin again
// after seven.
const curvesOfPanel = 7

// fewShotFigures draw accuracy against shots: a panel for each dataset, and
// one for the average of several; with more methods than a panel tells apart, as
// many panels with some of them each, before all others in grey.
func fewShotFigures(rows []rundir.Row, _ []rundir.EpochRow) ([]Figure, error) {
	rows = of(labelled(rows), "fewshot")
	if len(unique(rows, func(r rundir.Row) int { return r.Shots })) < 2 {
		return nil, nil
	}
	m, shots := fewShotMatrix(rows)
	var panels []*chart.Figure
	crowded := len(m.methods) > curvesOfPanel+1
	for i, group := range m.groups {
		c := chart.Curves{Title: title(group), XLabel: "training images a class", YLabel: "accuracy (%)",
			Doubling: true, Narrow: len(m.groups) > 1 || crowded, NoLegend: i+1 < len(m.groups) && !crowded}
		for _, method := range m.methods {
			s := chart.Series{Name: spelled(method), Style: styleOf(method)}
			for j, column := range m.columns {
				v := m.stat(group, method, column)
				s.X, s.Y, s.Err = append(s.X, float64(shots[j])), append(s.Y, v.Mean), append(s.Err, v.Std)
			}
			c.Series = append(c.Series, s)
		}
		some := []chart.Curves{c}
		if crowded {
			some = spreadOut(c)
		}
		for _, c := range some {
			f, err := c.Figure()
			if err != nil {
				return captioned("fewshot", "", nil, err)
			}
			panels = append(panels, f)
		}
	}
	return captioned("fewshot", "Accuracy over all classes by the number of training images a class"+overSeeds(rows, "; bars are the standard deviation over seeds")+".",
		rowsOf(3, panels), nil)
}

// spreadOut makes several charts of one: each shows some of the curves, and all
// others in grey behind them.
func spreadOut(c chart.Curves) (all []chart.Curves) {
	c.YMin, c.YMax = c.Reach()
	for lo := 0; lo < len(c.Series); lo += curvesOfPanel {
		hi := min(lo+curvesOfPanel, len(c.Series))
		one := c
		one.Series = nil
		for i, s := range c.Series {
			if i < lo || i >= hi {
				s.Faint = true
				one.Series = append(one.Series, s)
			}
		}
		for i, s := range c.Series[lo:hi] {
			s.Style = i + 1
			one.Series = append(one.Series, s)
		}
		all = append(all, one)
	}
	return all
}

// transferFigures draw the accuracies of xd and dg: a group of bars for each
// dataset that the model was taken to.
func transferFigures(rows []rundir.Row, _ []rundir.EpochRow) ([]Figure, error) {
	var list []Figure
	for _, protocol := range []string{"xd", "dg"} {
		part := commonShots(of(labelled(rows), protocol))
		m := transferMatrix(arrivals(part))
		var charts []chart.Bars
		top := 0.0
		for i, source := range m.groups {
			b := m.arrivalBars(source)
			b.NoLegend = i > 0
			charts, top = append(charts, b), max(top, b.Highest())
		}
		var panels []*chart.Figure
		for _, b := range charts {
			b.Top = top
			f, err := b.Rows(groupsInARow)
			if err != nil {
				return captioned(protocol, "", nil, err)
			}
			panels = append(panels, f)
		}
		if len(panels) == 0 {
			continue
		}
		caption := "Trained on one dataset, tested on others."
		if protocol == "dg" {
			caption = "Trained on one dataset, tested on shifted variants of it."
		}
		some, _ := captioned(protocol, caption+" The average leaves out the dataset that was trained on.", chart.Stack(panels...), nil)
		list = append(list, some...)
	}
	return list, nil
}

// arrivalBars are the bars of what was trained on one dataset: a group for the
// dataset itself, then one for each that the model was taken to.
func (m *matrix) arrivalBars(source string) chart.Bars {
	b := chart.Bars{Title: "trained on " + title(source), YLabel: "accuracy (%)", Percent: true}
	columns := []string{source}
	if slices.Contains(m.columns, ownSet) {
		columns[0] = ownSet
	}
	for _, c := range m.columns {
		if c != columns[0] && slices.ContainsFunc(m.methods, func(method string) bool { return m.stat(source, method, c).Known() }) {
			columns = append(columns, c)
		}
	}
	for _, c := range columns {
		b.Groups = append(b.Groups, title(c))
	}
	for _, method := range m.methods {
		s := chart.BarSeries{Name: spelled(method), Style: styleOf(method)}
		for _, c := range columns {
			v := m.stat(source, method, c)
			s.Values, s.Spreads = append(s.Values, v.Mean), append(s.Spreads, v.Std)
		}
		b.Series = append(b.Series, s)
	}
	return b
}

// countFigures draw accuracy and cost against the number M of templates, of a
// sweep over it.
func countFigures(rows []rundir.Row, _ []rundir.EpochRow) ([]Figure, error) {
	rows = commonShots(of(rows, "base2new", "all"))
	swept := slices.DeleteFunc(slices.Clone(rows), func(r rundir.Row) bool { return !manyCounts(rows, r.Method) })
	if len(swept) == 0 {
		return nil, nil
	}
	var shown []chart.Curves
	for _, p := range []struct {
		label string
		get   func(rundir.Row) *float64
		zero  bool
	}{
		{"accuracy on base classes (%)", func(r rundir.Row) *float64 { return r.Base }, false},
		{"accuracy on new classes (%)", func(r rundir.Row) *float64 { return r.New }, false},
		{"harmonic mean (%)", func(r rundir.Row) *float64 { return r.HM }, false},
		{"accuracy (%)", func(r rundir.Row) *float64 { return r.Accuracy }, false},
		{"training step (ms)", func(r rundir.Row) *float64 { return scaled(r.StepSeconds, 1000) }, true},
		{"classified images (1/s)", func(r rundir.Row) *float64 { return r.ImagesPerSec }, true},
		{"trained numbers (thousands)", func(r rundir.Row) *float64 { return rundir.Value(float64(r.Params) / 1000) }, true},
	} {
		if slices.ContainsFunc(swept, func(r rundir.Row) bool { return p.get(r) != nil }) {
			shown = append(shown, chart.Curves{XLabel: "templates M", YLabel: p.label, Doubling: true, Narrow: true, FromZero: p.zero,
				NoLegend: true, Series: countCurves(swept, p.get)})
		}
	}
	var panels []*chart.Figure
	for i, c := range shown {
		c.NoLegend = i+1 < len(shown)
		f, err := c.Figure()
		if err != nil {
			return captioned("templates-count", "", nil, err)
		}
		panels = append(panels, f)
	}
	return captioned("templates-count", "Accuracy and cost against the number of templates"+overNote(swept)+overSeeds(swept, ", mean and standard deviation over seeds")+": "+
		methodList(swept)+". Equal curves cover each other.", rowsOf(3, panels), nil)
}

// countCurves returns a curve over M for each method: datasets are averaged
// seed by seed.
func countCurves(rows []rundir.Row, get func(rundir.Row) *float64) []chart.Series {
	var all []chart.Series
	for _, part := range groupBy(rows, func(r rundir.Row) string { return r.Method }) {
		s := chart.Series{Name: spelled(part[0].Method), Style: styleOf(part[0].Method)}
		counts := groupBy(part, templatesOf)
		slices.SortFunc(counts, func(a, b []rundir.Row) int { return cmp.Compare(templatesOf(a[0]), templatesOf(b[0])) })
		for _, cells := range counts {
			v := overDatasets(cells, get)
			s.X, s.Y, s.Err = append(s.X, float64(templatesOf(cells[0]))), append(s.Y, v.Mean), append(s.Err, v.Std)
		}
		all = append(all, s)
	}
	return all
}

// overDatasets averages a figure over datasets for each seed, and returns mean
// and spread over the seeds that have it on all datasets.
func overDatasets(rows []rundir.Row, get func(rundir.Row) *float64) Stat {
	var parts []map[uint64]float64
	for _, part := range groupBy(rows, func(r rundir.Row) string { return r.Dataset }) {
		bySeed := map[uint64]float64{}
		for _, r := range part {
			if v := get(r); v != nil {
				bySeed[r.Seed] = *v
			}
		}
		parts = append(parts, bySeed)
	}
	if len(parts) == 0 {
		return unknown
	}
	return statOf(meanOf(parts))
}

func scaled(v *float64, by float64) *float64 {
	if v == nil {
		return nil
	}
	return rundir.Value(*v * by)
}

func nans(n int) []float64 {
	out := make([]float64, n)
	for i := range out {
		out[i] = math.NaN()
	}
	return out
}

// rowsOf puts panels into rows of at most n.
func rowsOf(n int, panels []*chart.Figure) *chart.Figure {
	var rows []*chart.Figure
	for part := range slices.Chunk(panels, n) {
		rows = append(rows, chart.Row(part...))
	}
	return chart.Stack(rows...)
}

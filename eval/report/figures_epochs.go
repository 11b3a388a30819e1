package report

import (
	"fmt"
	"slices"
	"strconv"

	"frontdoor/eval/rundir"
	"frontdoor/internal/chart"
)

// epochFigures draw what happens during training: the loss, and, where it was
// measured (flag -curve), the accuracy on base and new classes or on all.
func epochFigures(rows []rundir.Row, epochs []rundir.EpochRow) ([]Figure, error) {
	epochs = comparedEpochs(rows, epochs)
	if len(epochs) == 0 {
		return nil, nil
	}
	f, err := chart.Curves{XLabel: "epoch", YLabel: "training loss (nats)", Series: lossCurves(epochs)}.Figure()
	list, err := captioned("loss", "Training loss by epoch"+overSeeds(rows, ", mean and standard deviation over seeds")+". The losses of different methods are different functions. Equal curves cover each other.", f, err)
	if err != nil {
		return nil, err
	}
	var panels []*chart.Figure
	measured := 0
	for _, p := range epochPanels {
		if curved(epochs, p.get) {
			measured++
		}
	}
	for _, p := range epochPanels {
		if !curved(epochs, p.get) {
			continue
		}
		c := chart.Curves{Title: p.title, XLabel: "epoch", YLabel: "accuracy (%)", Narrow: true, NoLegend: len(panels)+1 < measured}
		c.Series = append(epochCurves(epochs, p.get), levelCurves(rows, epochs, p.level)...)
		f, err := c.Figure()
		if err != nil {
			return captioned("epochs", "", nil, err)
		}
		panels = append(panels, f)
	}
	if len(panels) == 0 {
		return list, nil
	}
	some, err := captioned("epochs", "Accuracy after each epoch of training"+overSeeds(rows, ", mean and standard deviation over seeds")+". "+
		"What is learned about the base classes can cost accuracy on the new ones.", chart.Row(panels...), nil)
	return append(list, some...), err
}

// epochPanels are what the accuracy by epoch is shown on, and where a method
// without training stands.
var epochPanels = []struct {
	title string
	get   func(rundir.EpochRow) *float64
	level func(rundir.Row) *float64
}{
	{"base classes", func(r rundir.EpochRow) *float64 { return r.Base }, func(r rundir.Row) *float64 { return r.Base }},
	{"new classes", func(r rundir.EpochRow) *float64 { return r.New }, func(r rundir.Row) *float64 { return r.New }},
	{"all classes", func(r rundir.EpochRow) *float64 { return r.Accuracy }, func(r rundir.Row) *float64 { return r.Accuracy }},
}

func curved(epochs []rundir.EpochRow, get func(rundir.EpochRow) *float64) bool {
	return slices.ContainsFunc(epochs, func(r rundir.EpochRow) bool { return get(r) != nil })
}

// comparedEpochs keeps the greatest number of shots, and of methods with
// several numbers of templates the usual one, if there is one.
func comparedEpochs(rows []rundir.Row, epochs []rundir.EpochRow) []rundir.EpochRow {
	most, usual := 0, usualCount(rows)
	for _, e := range epochs {
		most = max(most, e.Shots)
	}
	out := slices.Clone(epochs)
	for i, e := range out {
		if e.M != usual && manyCounts(rows, e.Method) {
			out[i].Method = fmt.Sprintf("%s%s%d", e.Method, countLabel, e.M)
		}
	}
	return slices.DeleteFunc(out, func(e rundir.EpochRow) bool { return e.Shots != most || ablated(e.Method) })
}

// lossCurves returns a curve of the training loss by epoch for each method:
// the mean over seeds, with the standard deviation as its spread. Datasets are
// averaged seed by seed.
func lossCurves(rows []rundir.EpochRow) []chart.Series {
	return epochCurves(rows, func(r rundir.EpochRow) *float64 { return rundir.Value(r.Loss) })
}

// epochCurves returns a curve by epoch for each method.
func epochCurves(rows []rundir.EpochRow, get func(rundir.EpochRow) *float64) []chart.Series {
	var m matrix
	last := 0
	for _, r := range rows {
		if v := get(r); v != nil && r.Epoch > 0 {
			m.put(r.Dataset, r.Method, strconv.Itoa(r.Epoch), r.Seed, *v)
			last = max(last, r.Epoch)
		}
	}
	for e := 1; e <= last; e++ {
		m.columns = append(m.columns, strconv.Itoa(e))
	}
	m.averageGroups()
	var all []chart.Series
	for _, method := range m.methods {
		s := chart.Series{Name: spelled(method), Style: styleOf(method)}
		for e, column := range m.columns {
			v := m.stat(m.groups[len(m.groups)-1], method, column)
			s.X, s.Y, s.Err = append(s.X, float64(e+1)), append(s.Y, v.Mean), append(s.Err, v.Std)
		}
		all = append(all, s)
	}
	return all
}

// levelCurves returns a level line for each method that is not trained and so has
// no epochs, on the datasets that the curves are of.
func levelCurves(rows []rundir.Row, epochs []rundir.EpochRow, get func(rundir.Row) *float64) []chart.Series {
	last := 0
	for _, e := range epochs {
		last = max(last, e.Epoch)
	}
	level := slices.DeleteFunc(slices.Clone(rows), func(r rundir.Row) bool {
		return !untrained(r.Method) || !slices.ContainsFunc(epochs, func(e rundir.EpochRow) bool { return e.Dataset == r.Dataset })
	})
	var curves []chart.Series
	for _, part := range groupBy(level, func(r rundir.Row) string { return r.Method }) {
		if v := overDatasets(part, get); v.Known() {
			name := part[0].Method
			curves = append(curves, chart.Series{Name: spelled(name), Style: styleOf(name), X: []float64{1, float64(last)}, Y: []float64{v.Mean, v.Mean}})
		}
	}
	return curves
}

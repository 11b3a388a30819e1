package report

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"slices"

	"frontdoor/eval/rundir"
	"frontdoor/internal/chart"
	"frontdoor/internal/safefile"
	"frontdoor/internal/term"
)

// Figure is a figure with the name of its files and a sentence or two that
// say what is to be seen.
type Figure struct {
	Name, Caption string
	drawing       *chart.Figure
}

// Save writes the figure to PATH.png and PATH.svg, or to one of them if the path
// has that ending already.
func (f Figure) Save(path string) error { return f.drawing.Save(path) }

// maxAlt bounds what an alternative text says, in letters.
const maxAlt = 600

// Alt says what the figure shows, with its numbers as far as there is room.
func (f Figure) Alt() string {
	text := []rune(term.Clean(f.Caption + " " + f.drawing.Words()))
	if len(text) > maxAlt {
		return string(text[:maxAlt]) + " …"
	}
	return string(text)
}

// file is the name of a file of the figure.
func (f Figure) file(ending string) string { return safefile.Name(f.Name) + ending }

// save writes the figure to NAME.png and NAME.svg in a folder of a run.
func (f Figure) save(run safefile.Dir, folder string) error {
	for ending, write := range map[string]func(io.Writer) error{".png": f.drawing.WritePNG, ".svg": f.drawing.WriteSVG} {
		if err := run.Write(filepath.Join(folder, f.file(ending)), write); err != nil {
			return err
		}
	}
	return nil
}

// saveFigures writes figures to a folder of a run, and returns those that are there.
// What cannot be drawn does not keep the others from being written; anything else
// that goes wrong does.
func saveFigures(ctx context.Context, run safefile.Dir, folder string, figures []Figure) (saved []Figure, err error) {
	var failed error
	for _, f := range figures {
		err := ctx.Err()
		if err == nil {
			err = f.save(run, folder)
		}
		switch {
		case errors.Is(err, chart.ErrDrawing):
			failed = errors.Join(failed, fmt.Errorf("figure %s: %w", f.Name, err))
		case err != nil:
			return saved, err
		default:
			saved = append(saved, f)
		}
	}
	return saved, failed
}

// Figures draws everything that the results and epochs of a run can show. The error
// tells of what cannot be drawn; the other figures are there beside it.
func Figures(rows []rundir.Row, epochs []rundir.EpochRow) ([]Figure, error) {
	var all []Figure
	var failed []error
	for _, draw := range []func([]rundir.Row, []rundir.EpochRow) ([]Figure, error){
		accuracyFigures, fewShotFigures, transferFigures, epochFigures,
		templateFigures, countFigures, viewFigures, ablationFigures, calibrationFigures, riskFigures, effectFigures,
	} {
		failed = append(failed, chart.Guard(func() error {
			some, err := draw(rows, epochs)
			all = append(all, some...)
			return err
		}))
	}
	return all, errors.Join(failed...)
}

// captioned names a figure; one that would be empty is left out.
func captioned(name, caption string, figure *chart.Figure, err error) ([]Figure, error) {
	if errors.Is(err, chart.ErrEmpty) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("figure %s: %w", name, err)
	}
	return []Figure{{name, caption, figure}}, nil
}

// of returns the rows of some protocols.
func of(rows []rundir.Row, protocols ...string) []rundir.Row {
	var part []rundir.Row
	for _, r := range rows {
		if slices.Contains(protocols, r.Protocol) {
			part = append(part, r)
		}
	}
	return part
}

// summaryBars are the bars of summaries: base, new and their harmonic mean, or
// accuracy and macro F1, whichever are known.
func summaryBars(all []MethodSummary) chart.Bars {
	b := chart.Bars{YLabel: "accuracy (%)", Percent: true, // F1, where there is one, is percent too
		Groups: each(all, func(s MethodSummary) string { return spelled(s.Method) })}
	for _, series := range []struct {
		name string
		get  func(MethodSummary) Stat
	}{
		{"base", func(s MethodSummary) Stat { return s.Base }},
		{"new", func(s MethodSummary) Stat { return s.New }},
		{"harmonic mean", func(s MethodSummary) Stat { return s.HM }},
		{"accuracy", func(s MethodSummary) Stat { return s.Accuracy }},
		{"macro F1", func(s MethodSummary) Stat { return s.MacroF1 }},
	} {
		one := chart.BarSeries{Name: series.name}
		known := false
		for _, s := range all {
			v := series.get(s)
			one.Values, one.Spreads = append(one.Values, v.Mean), append(one.Spreads, v.Std)
			known = known || v.Known()
		}
		if known {
			b.Series = append(b.Series, one)
		}
	}
	return b
}

// accuracyFigures compare the methods: on a dataset by base, new and HM, on
// several by the average and by the HM of each.
func accuracyFigures(rows []rundir.Row, _ []rundir.EpochRow) ([]Figure, error) {
	rows = commonShots(of(labelled(rows), "base2new", "all"))
	if len(rows) == 0 {
		return nil, nil
	}
	all := summarize(rows)
	datasets := unique(rows, func(r rundir.Row) string { return r.Dataset })
	if len(datasets) == 1 {
		f, err := summaryBars(all).Rows(methodsInARow)
		return captioned("accuracy", "Accuracy of each method on "+title(datasets[0])+".", f, err)
	}
	var average []MethodSummary
	for _, s := range all {
		if s.Dataset == averageName {
			average = append(average, s)
		}
	}
	var list []Figure
	if len(average) > 0 {
		f, err := summaryBars(average).Rows(methodsInARow)
		some, err := captioned("accuracy", fmt.Sprintf("Accuracy of each method, averaged over %d datasets.", len(datasets)), f, err)
		if err != nil {
			return nil, err
		}
		list = some
	}
	b := chart.Bars{YLabel: "harmonic mean of base and new (%)", Percent: true}
	get := func(s MethodSummary) Stat { return s.HM }
	if !slices.ContainsFunc(all, func(s MethodSummary) bool { return s.HM.Known() }) {
		b.YLabel, get = "accuracy (%)", func(s MethodSummary) Stat { return s.Accuracy }
	}
	some, err := byDataset(b, all, datasets, get)
	return append(list, some...), err
}

// How many groups of bars stand side by side: datasets with a bar for each
// method, and methods with a few bars each.
const (
	groupsInARow  = 6
	methodsInARow = 8
)

// byDataset draws a group of bars for each dataset and the average, with a bar
// for each method.
func byDataset(b chart.Bars, all []MethodSummary, datasets []string, get func(MethodSummary) Stat) ([]Figure, error) {
	groups := append(slices.Clone(datasets), averageName)
	for _, d := range groups {
		b.Groups = append(b.Groups, title(d))
	}
	index := map[string]int{}
	for _, s := range all {
		i, ok := index[s.Method]
		if !ok {
			i = len(b.Series)
			index[s.Method] = i
			b.Series = append(b.Series, chart.BarSeries{Name: spelled(s.Method), Style: styleOf(s.Method), Values: nans(len(groups)), Spreads: nans(len(groups))})
		}
		v, at := get(s), slices.Index(groups, s.Dataset)
		b.Series[i].Values[at], b.Series[i].Spreads[at] = v.Mean, v.Std
	}
	f, err := b.Rows(groupsInARow)
	return captioned("datasets", "Each method on each dataset, and on average.", f, err)
}

// commonShots keeps the rows of the greatest number of shots: figures that are
// not about shots compare at one number.
func commonShots(rows []rundir.Row) []rundir.Row {
	most := 0
	for _, r := range rows {
		most = max(most, r.Shots)
	}
	return slices.DeleteFunc(slices.Clone(rows), func(r rundir.Row) bool { return r.Shots != most })
}

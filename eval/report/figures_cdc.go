package report

import (
	"fmt"
	"slices"
	"strings"

	"frontdoor/eval/rundir"
	"frontdoor/internal/chart"
)

// templateFigures draw, for each method with several templates, each template
// alone and the hand-crafted one beside the fusion.
func templateFigures(rows []rundir.Row, _ []rundir.EpochRow) ([]Figure, error) {
	var list []Figure
	for _, part := range groupBy(commonShots(of(labelled(rows), "base2new", "all")), func(r rundir.Row) string { return r.Method }) {
		method := part[0].Method
		if of, _ := variantOf(method); len(part[0].Templates) < 2 || of != "" {
			continue
		}
		b := chart.Bars{YLabel: "accuracy (%)", Percent: true, Groups: append(spelledAll(part[0].Templates), "fusion")}
		for _, series := range []struct {
			name  string
			alone func(rundir.Row) []float64
			whole func(rundir.Row) *float64
		}{
			{"base", func(r rundir.Row) []float64 { return r.TemplatesBase }, func(r rundir.Row) *float64 { return r.Base }},
			{"new", func(r rundir.Row) []float64 { return r.TemplatesNew }, func(r rundir.Row) *float64 { return r.New }},
			{"all classes", func(r rundir.Row) []float64 { return r.TemplatesBase }, func(r rundir.Row) *float64 { return r.Accuracy }},
		} {
			fusion := overDatasets(part, series.whole)
			if !fusion.Known() {
				continue
			}
			s := chart.BarSeries{Name: series.name}
			for m := range part[0].Templates {
				v := overDatasets(part, func(r rundir.Row) *float64 {
					if alone := series.alone(r); m < len(alone) {
						return &alone[m]
					}
					return nil
				})
				s.Values, s.Spreads = append(s.Values, v.Mean), append(s.Spreads, v.Std)
			}
			s.Values, s.Spreads = append(s.Values, fusion.Mean), append(s.Spreads, fusion.Std)
			b.Series = append(b.Series, s)
		}
		f, err := b.Figure()
		some, err := captioned("templates-"+fileName(method), fmt.Sprintf("Each template of %s alone, and all of them fused%s.", spelled(method), overNote(part)), f, err)
		if err != nil {
			return nil, err
		}
		list = append(list, some...)
	}
	return list, nil
}

// fileName makes a label fit for the name of a file.
func fileName(label string) string {
	return strings.NewReplacer(", ", "-", "=", "", "+", "-", " ", "-").Replace(label)
}

// overSeeds returns the part of a caption that is about seeds, if there are
// several.
func overSeeds(rows []rundir.Row, text string) string {
	if len(unique(rows, func(r rundir.Row) uint64 { return r.Seed })) < 2 {
		return ""
	}
	return text
}

// overNote says what a mean is over, if it is over several datasets.
func overNote(rows []rundir.Row) string {
	if n := len(unique(rows, func(r rundir.Row) string { return r.Dataset })); n > 1 {
		return fmt.Sprintf(", mean over %d datasets", n)
	}
	return ""
}

// viewFigures compare CDC's two sets of augmentations.
func viewFigures(rows []rundir.Row, _ []rundir.EpochRow) ([]Figure, error) {
	const other = "cdc-views2"
	rows = commonShots(of(labelled(rows), "base2new", "all"))
	rows = slices.DeleteFunc(rows, func(r rundir.Row) bool { return r.Method != "cdc" && r.Method != other })
	if len(unique(rows, func(r rundir.Row) string { return r.Method })) < 2 {
		return nil, nil
	}
	all := summarize(rows)
	all = slices.DeleteFunc(all, func(s MethodSummary) bool { return s.Dataset != all[len(all)-1].Dataset })
	b := summaryBars(all)
	for i, m := range b.Groups {
		b.Groups[i] = map[string]string{spelled("cdc"): "set 1", spelled(other): "set 2"}[m]
	}
	f, err := b.Figure()
	return captioned("views", "CDC with its two sets of augmentations: set 2 has a random crop before each view"+overNote(rows)+".", f, err)
}

// ablationFigures draw what each variant of CDC loses against CDC in the
// harmonic mean, paired by seed.
func ablationFigures(rows []rundir.Row, _ []rundir.EpochRow) ([]Figure, error) {
	rows = commonShots(of(labelled(rows), "base2new", "all"))
	metric, what := func(r rundir.Row) *float64 { return r.HM }, "harmonic mean"
	if len(rows) > 0 && rows[0].Protocol == "all" {
		metric, what = func(r rundir.Row) *float64 { return r.Accuracy }, "accuracy"
	}
	d := chart.Differences{XLabel: what + ", difference to CDC (points)"}
	for _, method := range unique(rows, func(r rundir.Row) string { return r.Method }) {
		of, what := variantOf(method)
		if of == "" || strings.Contains(method, countLabel) {
			continue
		}
		v := paired(rows, method, of, metric)
		if !v.Known() {
			continue
		}
		d.Names, d.Values, d.Spreads = append(d.Names, what), append(d.Values, v.Mean), append(d.Spreads, v.Std)
	}
	if len(d.Names) == 0 {
		return nil, nil
	}
	f, err := d.Figure()
	return captioned("ablation", "What changes when one thing about CDC is changed"+overSeeds(rows, "; the bars are the standard deviation of the difference over seeds")+
		overNote(rows)+". Left of the line the change costs accuracy.", f, err)
}

// paired is the difference of two methods' figures, averaged over datasets
// seed by seed: mean and spread over the seeds that have both everywhere.
func paired(rows []rundir.Row, method, other string, get func(rundir.Row) *float64) Stat {
	var parts []map[uint64]float64
	for _, part := range groupBy(rows, func(r rundir.Row) string { return r.Dataset }) {
		mine, theirs := map[uint64]float64{}, map[uint64]float64{}
		for _, r := range part {
			v := get(r)
			switch {
			case v == nil:
			case r.Method == method:
				mine[r.Seed] = *v
			case r.Method == other:
				theirs[r.Seed] = *v
			}
		}
		gains := map[uint64]float64{}
		for seed, v := range mine {
			if w, ok := theirs[seed]; ok {
				gains[seed] = v - w
			}
		}
		if len(gains) > 0 {
			parts = append(parts, gains)
		}
	}
	if len(parts) == 0 {
		return unknown
	}
	return statOf(meanOf(parts))
}

// methodList names the methods of rows.
func methodList(rows []rundir.Row) string {
	return strings.Join(spelledAll(unique(rows, func(r rundir.Row) string { return r.Method })), ", ")
}

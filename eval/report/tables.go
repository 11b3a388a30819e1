package report

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"frontdoor/eval/metric"
	"frontdoor/eval/rundir"
)

// Tables returns the tables of a run's results: one for each protocol that
// occurs, and what the methods cost, if that was measured. backbone is the image tower as eval.Backbone names it; published
// numbers are shown where the experiment is the same.
func Tables(rows []rundir.Row, backbone string) []Grid {
	var grids []Grid
	rows = labelled(rows)
	for _, part := range groupBy(rows, func(r rundir.Row) string { return r.Protocol }) {
		switch protocol := part[0].Protocol; protocol {
		case "base2new":
			grids = append(grids, byShots(part, func(rows []rundir.Row) Grid { return BaseToNew(rows, backbone) })...)
		case "xd", "dg":
			grids = append(grids, byShots(part, func(rows []rundir.Row) Grid { return Transfer(rows, backbone) })...)
		case "fewshot":
			grids = append(grids, fewShot(part))
		default:
			grids = append(grids, byShots(part, allClasses)...)
		}
	}
	if slices.ContainsFunc(rows, func(r rundir.Row) bool { return r.StepSeconds != nil || r.ImagesPerSec != nil }) {
		grids = append(grids, Cost(rows))
	}
	return grids
}

// byShots makes a table for each number of shots, and names them apart if
// there are several.
func byShots(rows []rundir.Row, table func([]rundir.Row) Grid) []Grid {
	parts := groupBy(rows, func(r rundir.Row) int { return r.Shots })
	var grids []Grid
	for _, part := range parts {
		g := table(part)
		if len(parts) > 1 {
			g.Name = fmt.Sprintf("%s-%dshot", g.Name, part[0].Shots)
		}
		grids = append(grids, g)
	}
	return grids
}

// BaseToNew returns the base-to-new table in the published form: a group of
// methods for each dataset, and one for their average with the harmonic mean
// of the averages. The last columns compare CDC and its variants with the best
// baseline by HM, where there are both. All rows have the same number of shots.
func BaseToNew(rows []rundir.Row, backbone string) Grid {
	g := Grid{Name: "base2new", Title: fmt.Sprintf("Base to new, %d shots, accuracy in percent", rows[0].Shots),
		Columns: []Column{
			{Name: "dataset", Text: true}, {Name: "method", Text: true}, {Name: "seeds"},
			{Name: "base", Digits: 2}, {Name: "new", Digits: 2}, {Name: "HM", Digits: 2},
			{Name: "HM − best baseline", Digits: 2}, {Name: "baseline", Text: true},
		}}
	decorrelated := slices.ContainsFunc(rows, func(r rundir.Row) bool { return r.BaseDecorrelated != nil })
	if decorrelated {
		g.Columns = slices.Insert(g.Columns, 6, Column{Name: "base decorrelated", Digits: 2})
	}
	datasets := unique(rows, func(r rundir.Row) string { return r.Dataset })
	all := summarize(rows)
	var shown []string // methods with published numbers
	for lo := 0; lo < len(all); {
		hi := lo
		for hi < len(all) && all[hi].Dataset == all[lo].Dataset {
			hi++
		}
		dataset, first := all[lo].Dataset, len(g.Rows)
		for _, s := range all[lo:hi] {
			cells := []Cell{name(""), methodCell(s.Method), count(s.Seeds), {Stat: s.Base}, {Stat: s.New}, {Stat: s.HM}}
			if decorrelated {
				cells = append(cells, Cell{Stat: s.BaseDecorrelated})
			}
			gain, baseline := againstBest(s, all[lo:hi], func(s MethodSummary) Stat { return s.HM },
				func(method string) map[uint64]float64 { return harmonicBySeed(rows, method, s.Dataset) })
			g.Rows = append(g.Rows, GridRow{Cells: append(cells, Cell{Stat: gain, Signed: true}, methodCell(baseline))})
		}
		for column := 3; column < len(g.Columns)-2; column++ {
			g.markBest(column, first, len(g.Rows), 1, func(GridRow) bool { return true })
		}
		if samePublished(backbone, rows[0].Shots) && (dataset != averageName || allEleven(datasets)) {
			for _, p := range publishedOn(dataset) {
				if !slices.Contains(shown, p.method) {
					shown = append(shown, p.method)
				}
				g.Rows = append(g.Rows, g.publishedRow(p))
			}
		}
		g.Rows[first].Cells[0].Text, g.Rows[first].Rule = title(dataset), true
		lo = hi
	}
	g.Notes = append(g.Notes, spreadNote(all)+" HM is the harmonic mean of the mean base and mean new accuracy."+
		g.gains(" The difference is in HM, to the best method that is neither CDC nor a variant of it."))
	if len(shown) > 0 {
		g.Notes = append(g.Notes, publishedNote(shown))
	}
	return g
}

func (g Grid) publishedRow(p published) GridRow {
	cells := make([]Cell, len(g.Columns))
	for i := range cells {
		cells[i] = name("")
	}
	cells[1], cells[2] = methodCell(publishedLabel(p.method)), count(3)
	cells[3].Stat.Mean, cells[4].Stat.Mean = p.base, p.new
	cells[5].Stat.Mean = metric.HarmonicMean(p.base, p.new)
	return GridRow{Cells: cells}
}

func count(n int) Cell { return Cell{Stat: Stat{float64(n), math.NaN()}} }

// againstBest returns what a variant of CDC has over the best baseline of its
// group in a figure, with the standard deviation of the difference over the
// seeds that both have, and the name of that baseline.
func againstBest(s MethodSummary, group []MethodSummary, get func(MethodSummary) Stat, bySeed func(method string) map[uint64]float64) (Stat, string) {
	baselines := slices.DeleteFunc(slices.Clone(group), func(b MethodSummary) bool { return !baseline(b.Method) || !get(b).Known() })
	if baseline(s.Method) || len(baselines) == 0 || !get(s).Known() {
		return unknown, ""
	}
	best := slices.MaxFunc(baselines, func(a, b MethodSummary) int { return cmp.Compare(get(a).Mean, get(b).Mean) })
	return Stat{get(s).Mean - get(best).Mean, pairedStd(bySeed(s.Method), bySeed(best.Method))}, best.Method
}

// gains returns the note on the last two columns, a difference to the best baseline
// and its name. If no row has one, as without CDC, it drops them.
func (g *Grid) gains(note string) string {
	last := len(g.Columns) - 1
	if slices.ContainsFunc(g.Rows, func(r GridRow) bool { return r.Cells[last].Text != "" }) {
		return note
	}
	g.Columns = g.Columns[:last-1]
	for i := range g.Rows {
		g.Rows[i].Cells = g.Rows[i].Cells[:last-1]
	}
	return ""
}

// spreadNote says what the spread is, and over how many seeds.
func spreadNote(all []MethodSummary) string {
	lo, hi := math.MaxInt, 0
	for _, s := range all {
		lo, hi = min(lo, s.Seeds), max(hi, s.Seeds)
	}
	return spreadOver(lo, hi)
}

// spreadOver is the note on lo to hi seeds.
func spreadOver(lo, hi int) string {
	switch {
	case hi < 2:
		return "One seed."
	case lo == hi:
		return fmt.Sprintf("± is the standard deviation over %d seeds.", hi)
	}
	return fmt.Sprintf("± is the standard deviation over %d to %d seeds.", lo, hi)
}

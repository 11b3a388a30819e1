package report

import (
	"fmt"
	"slices"

	"frontdoor/eval/rundir"
)

// allClasses returns the table of protocol all: accuracy and macro F1 of each
// method and dataset, and the difference in accuracy to the best baseline where
// there is one. All rows have the same number of shots.
func allClasses(rows []rundir.Row) Grid {
	g := Grid{Name: rows[0].Protocol, Title: fmt.Sprintf("All classes, %d shots, percent", rows[0].Shots),
		Columns: []Column{{Name: "dataset", Text: true}, {Name: "method", Text: true}, {Name: "seeds"},
			{Name: "accuracy", Digits: 2}, {Name: "macro F1", Digits: 2},
			{Name: "accuracy − best baseline", Digits: 2}, {Name: "baseline", Text: true}}}
	all := summarize(rows)
	for lo := 0; lo < len(all); {
		hi := lo
		for hi < len(all) && all[hi].Dataset == all[lo].Dataset {
			hi++
		}
		for _, s := range all[lo:hi] {
			gain, baseline := againstBest(s, all[lo:hi], func(s MethodSummary) Stat { return s.Accuracy },
				func(method string) map[uint64]float64 { return accuracyBySeed(rows, method, s.Dataset) })
			g.Rows = append(g.Rows, GridRow{Cells: []Cell{name(""), methodCell(s.Method), count(s.Seeds), {Stat: s.Accuracy}, {Stat: s.MacroF1},
				{Stat: gain, Signed: true}, methodCell(baseline)}})
		}
		g.Rows[lo].Cells[0].Text, g.Rows[lo].Rule = title(all[lo].Dataset), true
		for column := 3; column < 5; column++ {
			g.markBest(column, lo, hi, 1, func(GridRow) bool { return true })
		}
		lo = hi
	}
	g.Notes = []string{spreadNote(all) + g.gains(" The difference is to the best method that is neither CDC nor a variant of it.")}
	return g
}

// accuracyBySeed returns a method's accuracies on a dataset, or their averages
// over all.
func accuracyBySeed(rows []rundir.Row, method, dataset string) map[uint64]float64 {
	if dataset != averageName {
		rows = slices.DeleteFunc(slices.Clone(rows), func(r rundir.Row) bool { return r.Place() != dataset })
	}
	return averageBySeed(rows, method, func(r rundir.Row) *float64 { return r.Accuracy })
}

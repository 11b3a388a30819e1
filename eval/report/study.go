package report

import (
	"fmt"

	"frontdoor/eval/rundir"
)

// Measured returns the tables of all that was measured beside accuracies: the
// trust that each method deserves, and what -study found. Protocols and numbers
// of shots have tables of their own.
func Measured(rows []rundir.Row) []Grid {
	type kind struct {
		protocol string
		shots    int
	}
	parts := groupBy(rows, func(r rundir.Row) kind { return kind{r.Protocol, r.Shots} })
	var grids []Grid
	for _, part := range parts {
		for _, g := range append(Trust(part), Study(part)...) {
			if len(parts) > 1 {
				g.Name = fmt.Sprintf("%s-%s-%dshot", g.Name, part[0].Protocol, part[0].Shots)
			}
			grids = append(grids, g)
		}
	}
	return grids
}

// Study returns the tables of the extra measurements of a run (flag -study):
// what changes the answers, what becomes of the accuracy, and what the
// templates are. Without such measurements there are none.
func Study(rows []rundir.Row) []Grid {
	var studied []rundir.Row
	for _, r := range labelled(rows) {
		if r.Study != nil {
			studied = append(studied, r)
		}
	}
	if len(studied) == 0 {
		return nil
	}
	var grids []Grid
	add := func(g Grid) {
		if len(g.Rows) > 0 {
			grids = append(grids, g)
		}
	}
	base := func(r rundir.Row) ([]rundir.Effect, *float64) { return r.Study.Effects, r.Base }
	novel := func(r rundir.Row) ([]rundir.Effect, *float64) { return r.Study.EffectsNew, r.New }
	add(effects(studied, "effects", "Causal effects: base-class answers that change under do(factor), in percent", base))
	add(effects(studied, "effects-new", "Causal effects: new-class answers that change under do(factor), in percent", novel))
	add(underEffects(studied, "effects-accuracy", "Accuracy on the base classes under do(factor), in percent", base))
	add(underEffects(studied, "effects-new-accuracy", "Accuracy on the new classes under do(factor), in percent", novel))
	add(interventions(studied))
	add(otherKinds(studied))
	add(templateReading(studied))
	add(similarity(studied))
	add(tokens(studied))
	return grids
}

// grid returns the figures of m as a table: a line for each method of m, which
// may be anything that has a name, called by head, and groups apart if there
// are several.
func (m *matrix) grid(file, title, head string, digits int) Grid {
	g := Grid{Name: file, Title: title}
	if len(m.groups) > 1 {
		g.Columns = append(g.Columns, Column{Name: "dataset", Text: true})
	}
	g.Columns = append(g.Columns, Column{Name: head, Text: true})
	for _, c := range m.columns {
		g.Columns = append(g.Columns, Column{Name: c, Digits: digits})
	}
	for _, group := range m.groups {
		begin := len(g.Rows)
		for _, line := range m.methods {
			var row GridRow
			if len(m.groups) > 1 {
				row.Cells = append(row.Cells, name(""))
			}
			row.Cells = append(row.Cells, methodCell(line))
			known := false
			for _, c := range m.columns {
				s := m.stat(group, line, c)
				known = known || s.Known()
				row.Cells = append(row.Cells, Cell{Stat: s})
			}
			if known {
				g.Rows = append(g.Rows, row)
			}
		}
		if len(m.groups) > 1 && begin < len(g.Rows) {
			g.Rows[begin].Rule = true
			g.Rows[begin].Cells[0].Text = group
		}
	}
	if len(g.Rows) > 0 {
		g.Notes = []string{m.note()}
	}
	return g
}

// set puts a figure that may be missing, in the next column if it is the first
// of its name.
func (m *matrix) set(r rundir.Row, line, column string, v *float64) {
	if v != nil {
		m.columns = appendNew(m.columns, column)
		m.put(r.Dataset, line, column, r.Seed, *v)
	}
}

// effectsOf returns the interventions of a row on some classes, and the
// accuracy without any.
type effectsOf func(r rundir.Row) ([]rundir.Effect, *float64)

// effects has a line for each intervention and a column for each method: how
// many answers change.
func effects(rows []rundir.Row, file, title string, of effectsOf) Grid {
	var m matrix
	for _, r := range rows {
		all, _ := of(r)
		for _, e := range all {
			m.set(r, "do("+e.Factor+")", r.Method, &e.Changed)
		}
	}
	return m.grid(file, title, "intervention", 1)
}

// underEffects is effects for the accuracies.
func underEffects(rows []rundir.Row, file, title string, of effectsOf) Grid {
	var m matrix
	for _, r := range rows {
		all, observed := of(r)
		if len(all) > 0 {
			m.set(r, "none", r.Method, observed)
		}
		for _, e := range all {
			m.set(r, "do("+e.Factor+")", r.Method, &e.Accuracy)
		}
	}
	return m.grid(file, title, "intervention", 1)
}

// interventions has the accuracies on the base classes when the context does
// not go with the class as in training, and those on the new classes when it
// does not and when it does.
func interventions(rows []rundir.Row) Grid {
	var m matrix
	for _, r := range rows {
		s := r.Study
		if len(s.Effects) == 0 {
			continue
		}
		m.set(r, r.Method, "observed", r.Base)
		m.set(r, r.Method, "do(context)", s.Interventional)
		m.set(r, r.Method, "gap", s.Gap)
		m.set(r, r.Method, "reversed", s.Reversed)
		m.set(r, r.Method, "do(everything)", &s.Effects[len(s.Effects)-1].Accuracy)
		m.set(r, r.Method, "decorrelated", r.BaseDecorrelated)
		for _, v := range s.Shifted {
			m.set(r, r.Method, v.Name, &v.Accuracy)
		}
		m.set(r, r.Method, "new", r.New)
		m.set(r, r.Method, "new correlated", s.NewCorrelated)
	}
	return m.grid("interventions", "Observed and interventional accuracy on the base classes, and the new classes in and out of context, in percent", "method", 1)
}

package report

import (
	"fmt"

	"frontdoor/eval"
)

// Measured returns the tables of all that was measured beside accuracies: the
// trust that each method deserves, and what -study found. Protocols and numbers
// of shots have tables of their own.
func Measured(rows []eval.Row) []Grid {
	type kind struct {
		protocol string
		shots    int
	}
	parts := unlike(rows, func(r eval.Row) kind { return kind{r.Protocol, r.Shots} })
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
func Study(rows []eval.Row) []Grid {
	var studied []eval.Row
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
	add(effects(studied, "effects", "Causal effects: base-class answers that change under do(factor), in percent",
		func(s *eval.Study) []eval.Effect { return s.Effects }))
	add(effects(studied, "effects-new", "Causal effects: new-class answers that change under do(factor), in percent",
		func(s *eval.Study) []eval.Effect { return s.EffectsNew }))
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
		for _, method := range m.methods {
			var row GridRow
			if len(m.groups) > 1 {
				row.Cells = append(row.Cells, name(""))
			}
			row.Cells = append(row.Cells, name(method))
			known := false
			for _, c := range m.columns {
				s := m.stat(group, method, c)
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
func (m *matrix) set(r eval.Row, line, column string, v *float64) {
	if v != nil {
		m.columns = appendNew(m.columns, column)
		m.put(r.Dataset, line, column, r.Seed, *v)
	}
}

// effects has a line for each intervention and a column for each method.
func effects(rows []eval.Row, file, title string, of func(*eval.Study) []eval.Effect) Grid {
	var m matrix
	for _, r := range rows {
		for _, e := range of(r.Study) {
			m.set(r, "do("+e.Factor+")", r.Method, &e.Changed)
		}
	}
	return m.grid(file, title, "intervention", 1)
}

// interventions has the accuracies on the base classes when the context does
// not go with the class as in training, and those on the new classes when it
// does not and when it does.
func interventions(rows []eval.Row) Grid {
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

// templateReading tells for each method, and for each of its templates, how
// much it goes by the context, and how well each factor can be read through it.
func templateReading(rows []eval.Row) Grid {
	var m matrix
	for _, r := range rows {
		m.reading(r, r.Method, r.Base, r.New, -1)
		for i, t := range r.Templates {
			m.reading(r, r.Method+" "+t, at(r.TemplatesBase, i), at(r.TemplatesNew, i), i)
		}
	}
	return m.grid("templates", "Templates: accuracy, answers that change under do(factor), accuracy lost under do(context), and accuracy in reading factors, in percent", "template", 1)
}

// reading adds the line of a template, or of the method for template -1.
func (m *matrix) reading(r eval.Row, line string, base, novel *float64, template int) {
	m.set(r, line, "base", base)
	m.set(r, line, "new", novel)
	of := func(fused float64, templates []float64) *float64 {
		if template < 0 {
			return &fused
		}
		return at(templates, template)
	}
	for _, e := range r.Study.Effects {
		switch e.Factor {
		case "shape", "texture", "colour", "background", eval.DoEverything:
			m.set(r, line, "do("+e.Factor+")", of(e.Changed, e.TemplatesChanged))
		case eval.DoContext:
			if after := of(e.Accuracy, e.TemplatesAccuracy); base != nil && after != nil {
				gap := *base - *after
				m.set(r, line, "gap", &gap)
			}
		}
	}
	for _, k := range r.Study.Reads {
		m.set(r, line, "reads "+k.Factor, of(k.Accuracy, k.Templates))
	}
}

// at returns element i, or nil if there is none.
func at(values []float64, i int) *float64 {
	if i >= len(values) {
		return nil
	}
	return &values[i]
}

// similarity has for each template how much it is like the others of its
// method, and like the hand-crafted one.
func similarity(rows []eval.Row) Grid {
	var m matrix
	for _, r := range rows {
		s := r.Study.Similarity
		if s == nil {
			continue
		}
		last := len(s.Templates) - 1
		for i, a := range s.Templates[:last] {
			m.set(r, r.Method+" "+a, s.Templates[last], &s.Cosines[i][last])
			for j, b := range s.Templates[:last] {
				m.set(r, r.Method+" "+a, b, &s.Cosines[i][j])
			}
		}
	}
	return m.grid("similarity", "How alike templates are: mean over classes of the cosine of text features", "template", 3)
}

// tokens lists the words nearest to the learned tokens, of the first seed.
func tokens(rows []eval.Row) Grid {
	g := Grid{Name: "tokens", Title: fmt.Sprintf("Words nearest to the learned tokens (Euclidean distance), seed %d", rows[0].Seed),
		Columns: []Column{{Name: "dataset", Text: true}, {Name: "method", Text: true}, {Name: "token", Text: true}}}
	for _, n := range []string{"nearest", "second", "third"} {
		g.Columns = append(g.Columns, Column{Name: n, Text: true})
	}
	for _, r := range rows {
		if r.Seed != rows[0].Seed {
			continue
		}
		for _, t := range r.Study.Tokens {
			row := GridRow{Cells: []Cell{name(r.Dataset), name(r.Method), name(t.Name)}}
			for i := range 3 {
				text := ""
				if i < len(t.Nearest) {
					text = fmt.Sprintf("%s (%.2f)", t.Nearest[i].Token, t.Nearest[i].Distance)
				}
				row.Cells = append(row.Cells, name(text))
			}
			g.Rows = append(g.Rows, row)
		}
	}
	return g
}

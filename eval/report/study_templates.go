package report

import (
	"fmt"

	"frontdoor/eval/rundir"
)

// templateReading tells for each method, and for each of its templates, how
// much it goes by the context, and how well each factor can be read through it.
func templateReading(rows []rundir.Row) Grid {
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
func (m *matrix) reading(r rundir.Row, line string, base, novel *float64, template int) {
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
		case "shape", "texture", "colour", "background", rundir.DoEverything:
			m.set(r, line, "do("+e.Factor+")", of(e.Changed, e.TemplatesChanged))
		case rundir.DoContext:
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
func similarity(rows []rundir.Row) Grid {
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
func tokens(rows []rundir.Row) Grid {
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
			row := GridRow{Cells: []Cell{name(r.Dataset), methodCell(r.Method), name(t.Name)}}
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

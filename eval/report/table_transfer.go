package report

import (
	"fmt"
	"slices"

	"frontdoor/eval/rundir"
	"frontdoor/method"
)

// arrival is the accuracy of a method trained on one dataset on another, or on
// the same.
type arrival struct {
	source, method, dataset string
	seed                    uint64
	accuracy                float64
	own                     bool // the same
}

// Transfer returns the table of protocol xd or dg: accuracy on the dataset
// that was trained on, on each of those that the model was taken to, and the
// mean of the latter. All rows have the same protocol and number of shots.
func Transfer(rows []rundir.Row, backbone string) Grid {
	protocol := rows[0].Protocol
	g := Grid{Name: protocol, Title: "Cross-dataset transfer",
		Columns: []Column{{Name: "trained on", Text: true}, {Name: "method", Text: true}}}
	if protocol == "dg" {
		g.Title = "Domain generalisation"
	}
	g.Title += fmt.Sprintf(", %d shots, accuracy in percent", rows[0].Shots)
	m := transferMatrix(arrivals(rows))
	for _, c := range m.columns {
		g.Columns = append(g.Columns, Column{Name: title(c), Digits: 2})
	}
	var shown []string
	for _, source := range m.groups {
		begin := len(g.Rows)
		m.fill(&g, source, func(of string) []Cell { return []Cell{name(""), methodCell(of)} })
		if samePublished(backbone, rows[0].Shots) && source == "imagenet" {
			shown = m.publishedTransfer(&g, protocol)
		}
		if begin < len(g.Rows) {
			g.Rows[begin].Cells[0].Text = title(source)
		}
	}
	g.Notes = []string{m.note() + " The average is over the datasets that were not trained on. " +
		"Differences are to the best method of each column that is neither CDC nor a variant of it."}
	if len(shown) > 0 {
		g.Notes = append(g.Notes, publishedNote(shown))
	}
	return g
}

// transferMatrix has a group for each source, a column for each dataset, the
// sources first, and one for the average over all but the source, seed by
// seed, if those are several.
func transferMatrix(list []arrival) *matrix {
	m := new(matrix)
	targets := map[string][]string{}
	for _, a := range list {
		if a.own {
			m.columns = appendNew(m.columns, a.dataset)
		}
	}
	for _, a := range list {
		m.columns = appendNew(m.columns, a.dataset)
		if !a.own {
			targets[a.source] = appendNew(targets[a.source], a.dataset)
		}
		m.put(a.source, a.method, a.dataset, a.seed, a.accuracy)
	}
	averaged := false
	for _, source := range m.groups {
		if len(targets[source]) < 2 {
			continue
		}
		averaged = true
		for _, method := range m.methods {
			var parts []map[uint64]float64
			for _, target := range targets[source] {
				parts = append(parts, m.values[place{source, method, target}])
			}
			for seed, v := range meanOf(parts) {
				m.put(source, method, averageName, seed, v)
			}
		}
	}
	if averaged {
		m.columns = append(m.columns, averageName)
	}
	return m
}

// publishedTransfer adds the published lines whose datasets the table has, and
// returns the names of their methods.
func (m *matrix) publishedTransfer(g *Grid, protocol string) (names []string) {
	for _, of := range method.All {
		if of.Reported == nil {
			continue
		}
		if datasets, values := of.Reported.Transfer(protocol); len(values) > 0 {
			g.Rows = append(g.Rows, m.publishedLine(of.Name, datasets, values))
			names = append(names, of.Name)
		}
	}
	return names
}

// publishedLine is the line of a method's published accuracies on datasets. The
// first, where it was trained, does not count in the average.
func (m *matrix) publishedLine(of string, datasets []string, values []float64) GridRow {
	row := GridRow{Cells: []Cell{name(""), methodCell(publishedLabel(of))}}
	sum, all := 0.0, true
	for i, dataset := range datasets {
		all = all && slices.Contains(m.columns, dataset)
		if i > 0 {
			sum += values[i]
		}
	}
	for _, c := range m.columns {
		s := unknown
		if i := slices.Index(datasets, c); i >= 0 {
			s.Mean = values[i]
		} else if c == averageName && all && len(m.columns) == len(values)+1 {
			s.Mean = sum / float64(len(values)-1)
		}
		row.Cells = append(row.Cells, Cell{Stat: s})
	}
	return row
}

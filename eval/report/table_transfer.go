package report

import (
	"fmt"
	"slices"

	"frontdoor/eval"
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
func Transfer(rows []eval.Row, backbone string) Grid {
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
	withPublished := false
	for _, source := range m.groups {
		begin := len(g.Rows)
		m.fill(&g, source, func(of string) []Cell { return []Cell{name(""), method(of)} })
		if samePublished(backbone, rows[0].Shots) && source == "imagenet" {
			withPublished = m.publishedTransfer(&g, protocol) || withPublished
		}
		if begin < len(g.Rows) {
			g.Rows[begin].Cells[0].Text = title(source)
		}
	}
	g.Notes = []string{m.note() + " The average is over the datasets that were not trained on. " +
		"Differences are to the best method of each column that is neither CDC nor a variant of it."}
	if withPublished {
		g.Notes = append(g.Notes, publishedSource)
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
// says whether there are any.
func (m *matrix) publishedTransfer(g *Grid, protocol string) bool {
	targets, begin := publishedTargets[protocol], len(g.Rows)
	for _, of := range publishedOrder {
		values, ok := publishedTransfer[protocol][of]
		if !ok {
			continue
		}
		row := GridRow{Cells: []Cell{name(""), method(publishedLabel(of))}}
		sum, all := 0.0, true
		for i, t := range targets {
			all = all && slices.Contains(m.columns, t)
			if i > 0 {
				sum += values[i]
			}
		}
		for _, c := range m.columns {
			s := unknown
			if i := slices.Index(targets, c); i >= 0 {
				s.Mean = values[i]
			} else if c == averageName && all && len(m.columns) == len(targets)+1 {
				s.Mean = sum / float64(len(targets)-1)
			}
			row.Cells = append(row.Cells, Cell{Stat: s})
		}
		g.Rows = append(g.Rows, row)
	}
	return len(g.Rows) > begin
}

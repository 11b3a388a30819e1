package main

import (
	"fmt"
	"strings"

	"frontdoor/eval/metric"
	"frontdoor/eval/rundir"
	"frontdoor/internal/term"
)

// grid is a table in the making; err is the first error of its cells.
type grid struct {
	term.Table
	err error
}

// newGrid returns a table whose first column, or columns, hold names.
func newGrid(names int, header ...string) *grid {
	g := &grid{Table: term.Table{Header: header}}
	for i := range header {
		g.Align = append(g.Align, term.Right)
		if i < names {
			g.Align[i] = term.Left
		}
	}
	return g
}

func (g *grid) add(cells ...string) { g.Rows = append(g.Rows, cells) }

// text keeps the error of a cell.
func (g *grid) text(s string, err error) string {
	if g.err == nil {
		g.err = err
	}
	return s
}

// markdown ends the table. A template puts a newline behind it itself.
func (g *grid) markdown() (string, error) {
	return strings.TrimSuffix(g.Table.Markdown(), "\n"), g.err
}

// known is the mean of a figure, and a dash where a method has none.
func (s *store) known(run, method, name, dataset string) (string, error) {
	v, err := s.mean(run, method, name, dataset)
	if err != nil || v != v {
		return "-", err
	}
	return s.meanText(run, method, name, dataset)
}

// standing has base, new and harmonic mean of each method by task.
func (s *store) standing(methods ...string) (string, error) {
	g := newGrid(1, append(append([]string{"method"}, tasks...), "mean HM", "std", "base, decorrelated")...)
	for _, method := range methods {
		cells := []string{method}
		for _, task := range tasks {
			var parts []string
			for _, name := range []string{"base", "new", "HM"} {
				parts = append(parts, g.text(s.meanText("main", method, name, task)))
			}
			cells = append(cells, strings.Join(parts, " / "))
		}
		cells = append(cells, g.text(s.meanText("main", method, "HM")), g.text(s.spread("main", method)), g.text(s.meanText("main", method, "base decorrelated")))
		g.add(cells...)
	}
	return g.markdown()
}

// spread is the standard deviation over seeds of the harmonic mean, averaged
// over the datasets of a run.
func (s *store) spread(run, method string) (string, error) {
	rows, err := s.pick(run, method, "")
	if err != nil {
		return "", err
	}
	bySeed := map[uint64][]float64{}
	for _, r := range rows {
		bySeed[r.Seed] = append(bySeed[r.Seed], *r.HM)
	}
	var means []float64
	for _, seed := range seeds(rows) {
		means = append(means, metric.Mean(bySeed[seed]))
	}
	return fmt.Sprintf("%.1f", metric.Std(means)), nil
}

// seeds lists those of rows in their order.
func seeds(rows []rundir.Row) []uint64 {
	var list []uint64
	seen := map[uint64]bool{}
	for _, r := range rows {
		if !seen[r.Seed] {
			seen[r.Seed] = true
			list = append(list, r.Seed)
		}
	}
	return list
}

// against compares a method with others in a measure, over pairs of task and
// seed and over tasks.
func (s *store) against(a, name string, rivals ...string) (string, error) {
	g := newGrid(1, name+" of "+a+" less that of", "difference", "p", "by task", "p by task")
	for _, b := range rivals {
		c, err := s.compare("main", a, b, name, "")
		if err != nil {
			return "", err
		}
		g.add(b, intervalOf(c), chance(c.Pairs.P), "± "+number("%.*f", c, c.Datasets.Half), chance(c.Datasets.P))
	}
	return g.markdown()
}

// byTask compares a method with others in a measure on each task, over seeds.
func (s *store) byTask(a, name string, rivals ...string) (string, error) {
	g := newGrid(1, append([]string{name + " of " + a + " less that of"}, tasks...)...)
	for _, b := range rivals {
		cells := []string{b}
		for _, task := range tasks {
			c, err := s.compare("main", a, b, name, task)
			if err != nil {
				return "", err
			}
			cells = append(cells, fmt.Sprintf("%s (p %s)", number("%+.*f", c, c.Pairs.Mean), chance(c.Pairs.P)))
		}
		g.add(cells...)
	}
	return g.markdown()
}

// light has what lighter forms of CDC cost and what they are worth.
func (s *store) light(methods ...string) (string, error) {
	g := newGrid(1, "method", "images/s", "mean HM", "HM of cdc less that")
	for _, method := range methods {
		less := "-"
		if method != "cdc" {
			less = g.text(s.interval("main", "cdc", method, "HM"))
		}
		g.add(method, g.text(s.speedText(method)), g.text(s.meanText("main", method, "HM")), less)
	}
	return g.markdown()
}

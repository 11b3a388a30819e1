package report

import (
	"fmt"
	"math"
	"slices"

	"frontdoor/eval/metric"
	"frontdoor/eval/rundir"
)

// matrix holds figures by group, method, column and seed, for the tables whose
// columns are not of one row: shots, or datasets that a model was taken to.
type matrix struct {
	groups, methods []string
	columns         []string
	values          map[place]map[uint64]float64
}

// place is a cell of a matrix.
type place struct{ group, method, column string }

func (m *matrix) put(group, method, column string, seed uint64, v float64) {
	if m.values == nil {
		m.values = map[place]map[uint64]float64{}
	}
	m.groups, m.methods = appendNew(m.groups, group), appendNew(m.methods, method)
	p := place{group, method, column}
	if m.values[p] == nil {
		m.values[p] = map[uint64]float64{}
	}
	m.values[p][seed] = v
}

// stat is mean and spread of a cell over its seeds.
func (m *matrix) stat(group, method, column string) Stat {
	return statOf(m.values[place{group, method, column}])
}

// statOf returns mean and spread over seeds, added in the order of the seeds
// so that the sum has the same bits every time.
func statOf(bySeed map[uint64]float64) Stat {
	var values []float64
	for _, seed := range sortedSeeds(bySeed) {
		values = append(values, bySeed[seed])
	}
	return Stat{metric.Mean(values), metric.Std(values)}
}

func sortedSeeds(bySeed map[uint64]float64) []uint64 {
	var seeds []uint64
	for seed := range bySeed {
		seeds = append(seeds, seed)
	}
	slices.Sort(seeds)
	return seeds
}

// averageGroups adds a group that is the mean over the others, seed by seed,
// wherever a method has a value in all of them.
func (m *matrix) averageGroups() {
	groups := slices.Clone(m.groups)
	if len(groups) < 2 {
		return
	}
	for _, method := range m.methods {
		for _, column := range m.columns {
			var parts []map[uint64]float64
			for _, g := range groups {
				parts = append(parts, m.values[place{g, method, column}])
			}
			for seed, v := range meanOf(parts) {
				m.put(averageName, method, column, seed, v)
			}
		}
	}
}

// meanOf returns the mean over parts for the seeds that all of them have.
func meanOf(parts []map[uint64]float64) map[uint64]float64 {
	out := map[uint64]float64{}
	for seed := range parts[0] {
		sum, n := 0.0, 0
		for _, p := range parts {
			if v, ok := p[seed]; ok {
				sum, n = sum+v, n+1
			}
		}
		if n == len(parts) {
			out[seed] = sum / float64(n)
		}
	}
	return out
}

// fill adds the lines of one group to a table whose number columns begin at
// column first: a line for each method, and for each variant of CDC one with
// its difference to the best baseline of each column.
func (m *matrix) fill(g *Grid, group string, leading func(method string) []Cell) {
	begin := len(g.Rows)
	first := len(leading(""))
	for _, method := range m.methods {
		row := GridRow{Cells: leading(method)}
		known := false
		for _, column := range m.columns {
			s := m.stat(group, method, column)
			known = known || s.Known()
			row.Cells = append(row.Cells, Cell{Stat: s})
		}
		if known {
			g.Rows = append(g.Rows, row)
		}
	}
	if begin == len(g.Rows) {
		return
	}
	for i := range m.columns {
		g.markBest(first+i, begin, len(g.Rows), 1, func(GridRow) bool { return true })
	}
	g.Rows[begin].Rule = true
	for _, method := range m.methods {
		if row, ok := m.gains(group, method, leading); ok {
			g.Rows = append(g.Rows, row)
		}
	}
}

// gains returns the line with a method's differences to the best baseline of
// each column, if the method is ours and there is a baseline.
func (m *matrix) gains(group, method string, leading func(string) []Cell) (GridRow, bool) {
	row := GridRow{Cells: leading(method + " − best baseline")}
	known := false
	for _, column := range m.columns {
		mine := m.values[place{group, method, column}]
		best, found := unknown, map[uint64]float64(nil)
		for _, other := range m.methods {
			if s := m.stat(group, other, column); baseline(other) && s.Known() && !(s.Mean <= best.Mean) {
				best, found = s, m.values[place{group, other, column}]
			}
		}
		gain := unknown
		if len(mine) > 0 && len(found) > 0 && !baseline(method) {
			gain, known = Stat{statOf(mine).Mean - best.Mean, pairedStd(mine, found)}, true
		}
		row.Cells = append(row.Cells, Cell{Stat: gain, Signed: true})
	}
	return row, known
}

// pairedStd is the standard deviation of a - b over the seeds of both.
func pairedStd(a, b map[uint64]float64) float64 {
	var gains []float64
	for _, seed := range sortedSeeds(a) {
		if other, ok := b[seed]; ok {
			gains = append(gains, a[seed]-other)
		}
	}
	return metric.Std(gains)
}

// note says what the spread is, over the seeds of the widest cell.
func (m *matrix) note() string {
	lo, hi := math.MaxInt, 0
	for _, v := range m.values {
		lo, hi = min(lo, len(v)), max(hi, len(v))
	}
	return spreadOver(lo, hi)
}

// fewShotMatrix has a group for each dataset and their average, and a column
// for each number of shots, which it returns in rising order.
func fewShotMatrix(rows []rundir.Row) (m *matrix, shots []int) {
	m = new(matrix)
	shots = unique(rows, func(r rundir.Row) int { return r.Shots })
	slices.Sort(shots)
	label := func(n int) string {
		if n == 1 {
			return "1 shot"
		}
		return fmt.Sprintf("%d shots", n)
	}
	for _, n := range shots {
		m.columns = append(m.columns, label(n))
	}
	for _, r := range rows {
		if r.Accuracy != nil {
			m.put(r.Dataset, r.Method, label(r.Shots), r.Seed, *r.Accuracy)
		}
	}
	m.averageGroups()
	return m, shots
}

// fewShot returns the few-shot table: accuracy over all classes by the number
// of training images a class.
func fewShot(rows []rundir.Row) Grid {
	m, _ := fewShotMatrix(rows)
	g := Grid{Name: "fewshot", Title: "Few-shot learning, all classes, accuracy in percent",
		Columns: []Column{{Name: "dataset", Text: true}, {Name: "method", Text: true}}}
	for _, c := range m.columns {
		g.Columns = append(g.Columns, Column{Name: c, Digits: 2})
	}
	for _, group := range m.groups {
		begin := len(g.Rows)
		m.fill(&g, group, func(of string) []Cell { return []Cell{name(""), methodCell(of)} })
		if begin < len(g.Rows) {
			g.Rows[begin].Cells[0].Text = title(group)
		}
	}
	g.Notes = []string{m.note() + " Differences are to the best method of each column that is neither CDC nor a variant of it."}
	return g
}

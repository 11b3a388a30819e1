package report

import (
	"math"
	"strconv"

	"frontdoor/eval/metric"
	"frontdoor/eval/rundir"
	"frontdoor/internal/term"
)

// CostTable returns what each method costs, as measured in the run itself: how
// many numbers it trains, the seconds of a training step, how many
// preprocessed images it classifies in a second, and the greatest memory of
// the process while it was trained and tested. Seeds (and datasets) of a
// method are averaged, of memory the greatest counts.
func CostTable(rows []rundir.Row) Table {
	t := term.Table{
		Header: []string{"method", "trained", "step ms", "images/s", "peak"},
		Align:  []term.Align{term.Left, term.Right, term.Right, term.Right, term.Right},
	}
	for _, c := range costs(rows) {
		memory := "-"
		if c.peak > 0 {
			memory = term.Bytes(c.peak)
		}
		t.Rows = append(t.Rows, []string{c.method, strconv.Itoa(c.params), known(c.step, 1), known(c.speed, 0), memory})
	}
	return Table{t}
}

// Cost is CostTable with its numbers, for the files of a run.
func Cost(rows []rundir.Row) Grid {
	g := Grid{Name: "cost", Title: "Cost of each method, as measured in the run",
		Columns: []Column{{Name: "method", Text: true}, {Name: "trained numbers"}, {Name: "training step (ms)", Digits: 1},
			{Name: "classified images (1/s)"}, {Name: "peak memory (MiB)"}},
		Notes: []string{"Training step and images are wall-clock times on the machine of the run, with whatever else it did; peak memory is that of the whole process."}}
	for _, c := range costs(rows) {
		peak := math.NaN()
		if c.peak > 0 {
			peak = float64(c.peak) / (1 << 20)
		}
		row := GridRow{Cells: []Cell{methodCell(c.method)}}
		for _, v := range []float64{float64(c.params), c.step, c.speed, peak} {
			row.Cells = append(row.Cells, Cell{Stat: Stat{v, math.NaN()}})
		}
		g.Rows = append(g.Rows, row)
	}
	return g
}

// cost is what a method costs; unknown times are NaN, unknown memory is 0.
type cost struct {
	method      string
	params      int
	step, speed float64 // milliseconds, images a second
	peak        int64   // bytes
}

func costs(rows []rundir.Row) []cost {
	var all []cost
	for _, part := range groupBy(rows, func(r rundir.Row) string { return r.Method }) {
		var step, speed []float64
		c := cost{method: part[0].Method}
		for _, r := range part {
			if r.StepSeconds != nil {
				step = append(step, 1000**r.StepSeconds)
			}
			if r.ImagesPerSec != nil {
				speed = append(speed, *r.ImagesPerSec)
			}
			c.peak, c.params = max(c.peak, r.PeakBytes), max(c.params, r.Params)
		}
		c.step, c.speed = metric.Mean(step), metric.Mean(speed)
		all = append(all, c)
	}
	return all
}

// known writes v with so many decimals, and a dash if it is no number.
func known(v float64, digits int) string {
	if math.IsInf(v, 0) {
		v = math.NaN()
	}
	return term.Decimal(v, digits)
}

package report

import (
	"fmt"
	"math"
	"slices"
	"strconv"

	"frontdoor/eval/rundir"
	"frontdoor/internal/term"
)

// Table is a table of text for a terminal.
type Table struct{ cells term.Table }

// Fit returns the table in at most so many columns of a terminal, or any number
// for 0.
func (t Table) Fit(columns int) string { return t.cells.Fit(columns) }

// String returns the table as wide as it is.
func (t Table) String() string { return t.cells.String() }

// Lines is how many lines it has below the header.
func (t Table) Lines() int { return len(t.cells.Rows) }

// column is a figure that a summary table may show.
type column struct {
	name   string
	get    func(MethodSummary) Stat
	digits int     // decimals
	spread bool    // "mean ± std" rather than the mean alone
	better float64 // 1: more is better, -1: less is better, 0: no best one is marked
}

var columns = []column{
	{"base", func(s MethodSummary) Stat { return s.Base }, 1, true, 1},
	{"new", func(s MethodSummary) Stat { return s.New }, 1, true, 1},
	{"HM", func(s MethodSummary) Stat { return s.HM }, 1, true, 1},
	{"base decorrelated", func(s MethodSummary) Stat { return s.BaseDecorrelated }, 1, true, 1},
	{"accuracy", func(s MethodSummary) Stat { return s.Accuracy }, 1, true, 1},
	{"macro F1", func(s MethodSummary) Stat { return s.MacroF1 }, 1, true, 1},
	{"AUROC", func(s MethodSummary) Stat { return s.AUROC }, 3, true, 1},
	{"ECE", func(s MethodSummary) Stat { return s.ECE }, 3, true, -1},
	{"train s", func(s MethodSummary) Stat { return s.TrainSeconds }, 1, false, 0},
}

// Summary returns the final table of a run: a line for each method (and
// dataset, if there are several), "mean ± std" over seeds, and a star at the
// best value of each column and dataset. Of one's own images it has the number that was
// tested on and the 95% interval of the accuracy, and no star where the difference
// may be chance. Columns without any value are left
// out, so each protocol gets its own table.
func Summary(rows []rundir.Row) Table {
	return Table{summaryTable(summarize(rows))}
}

// SummaryNote says how the harmonic means of Summary are made, where there are
// several seeds and it makes a difference.
func SummaryNote(rows []rundir.Row) string {
	for _, s := range summarize(rows) {
		if s.HM.Known() && s.Seeds > 1 {
			return "HM is the harmonic mean of the mean base and the mean new accuracy"
		}
	}
	return ""
}

// summaryTable is Summary for results that are summarised already.
func summaryTable(all []MethodSummary) term.Table {
	var t term.Table
	t.Rows = make([][]string, len(all))
	add := func(name string, align term.Align, cells []string) {
		t.Header = append(t.Header, name)
		t.Align = append(t.Align, align)
		for i := range t.Rows {
			t.Rows[i] = append(t.Rows[i], cells[i])
		}
	}
	if !oneDataset(all) {
		add("dataset", term.Left, each(all, func(s MethodSummary) string { return s.Dataset }))
	}
	add("method", term.Left, each(all, func(s MethodSummary) string { return s.Method }))
	for _, c := range columns {
		if cells := c.cells(all); cells != nil {
			add(c.name, term.Right, cells)
		}
		if c.name == "accuracy" && slices.ContainsFunc(all, func(s MethodSummary) bool { return s.Images > 0 }) {
			add("images", term.Right, each(all, func(s MethodSummary) string { return fmt.Sprint(s.Images) }))
			add("95% interval", term.Right, each(all, func(s MethodSummary) string { return exactInterval(s.Accuracy.Mean, s.Images) }))
		}
	}
	peak := func(s MethodSummary) string {
		if s.PeakBytes == 0 {
			return "-"
		}
		return term.Bytes(s.PeakBytes)
	}
	if slices.ContainsFunc(all, func(s MethodSummary) bool { return s.PeakBytes != 0 }) {
		add("peak", term.Right, each(all, peak))
	}
	return t
}

// cells returns a column's texts, or nil if no method has a value.
func (c column) cells(all []MethodSummary) []string {
	known := false
	cells := each(all, func(s MethodSummary) string {
		v := c.get(s)
		known = known || v.Known()
		return c.format(v)
	})
	if !known {
		return nil
	}
	if c.better == 0 || !slices.ContainsFunc(all, func(s MethodSummary) bool { return c.isBest(all, s) }) {
		return cells
	}
	for i, s := range all {
		if c.isBest(all, s) {
			cells[i] += "*"
		} else {
			cells[i] += " " // keeps the digits of a column below each other
		}
	}
	return cells
}

// isBest says whether s is the best of its dataset as far as the printed
// digits tell; two that look the same are both best. A method alone is not.
func (c column) isBest(all []MethodSummary, s MethodSummary) bool {
	mine := c.get(s)
	rivals := 0
	for _, other := range all {
		v := c.get(other)
		if other.Dataset != s.Dataset || !v.Known() {
			continue
		}
		rivals++
		if s.Images > 0 && other.Method != s.Method && !c.beyondNoise(mine, v, s.Images) {
			return false
		}
		if c.better*c.rounded(v) > c.better*c.rounded(mine) {
			return false
		}
	}
	return mine.Known() && rivals > 1
}

// beyondNoise says whether a difference on n images is more than chance: of
// accuracies alone, since the noise of the others is not known.
func (c column) beyondNoise(a, b Stat, n int) bool {
	return c.name == "accuracy" && math.Abs(a.Mean-b.Mean) > noise(a.Mean, b.Mean, n)
}

func (c column) rounded(v Stat) float64 { return term.Rounded(v.Mean, c.digits) }

func (c column) format(v Stat) string {
	if !v.Known() {
		return "-"
	}
	text := term.Decimal(v.Mean, c.digits)
	if c.spread && !math.IsNaN(v.Std) {
		text += " ± " + term.Decimal(v.Std, c.digits)
	}
	return text
}

// ClassTable returns a line for each class: how many test images it has and
// how well they were recognised.
func ClassTable(rows []rundir.ClassRow) Table {
	t := term.Table{
		Header: []string{"class", "images", "precision", "recall", "F1"},
		Align:  []term.Align{term.Left, term.Right, term.Right, term.Right, term.Right},
	}
	percent := func(v *float64) string {
		if v == nil {
			return "-"
		}
		return term.Decimal(*v, 1)
	}
	for _, r := range rows {
		t.Rows = append(t.Rows, []string{r.Class, strconv.Itoa(r.Support), percent(r.Precision), percent(r.Recall), term.Decimal(r.F1, 1)})
	}
	return Table{t}
}

func each(all []MethodSummary, f func(MethodSummary) string) []string {
	out := make([]string, len(all))
	for i, s := range all {
		out[i] = f(s)
	}
	return out
}

func oneDataset(all []MethodSummary) bool {
	for _, s := range all {
		if s.Dataset != all[0].Dataset {
			return false
		}
	}
	return true
}

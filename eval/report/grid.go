package report

import (
	"math"
	"slices"

	"frontdoor/internal/term"
)

// Grid is a table whose cells are still numbers, so that it can be written as
// Markdown, CSV and LaTeX.
type Grid struct {
	Name    string // of its files, without an ending
	Title   string
	Columns []Column
	Rows    []GridRow
	Notes   []string // whole sentences below the table
}

// Column says how the cells of a column are written.
type Column struct {
	Name   string
	Text   bool // names rather than numbers
	Digits int  // decimals of a number
}

// GridRow is one line. Rule asks for a line above it, which parts groups.
type GridRow struct {
	Cells []Cell
	Rule  bool
}

// Cell is a name or a number. Signed writes it as a difference, with its sign;
// Best marks the best number of its group.
type Cell struct {
	Text         string
	Stat         Stat
	Signed, Best bool

	spelled string // of a method, for people
}

// name returns a cell with a text.
func name(text string) Cell { return Cell{Text: text, Stat: unknown} }

// unknown is the figure of a cell without one.
var unknown = Stat{math.NaN(), math.NaN()}

// show writes a cell with its sign of spread, plusMinus, as in " ± "; a number
// that is not known is a dash.
func (c Column) show(cell Cell, plusMinus string) string {
	if cell.spelled != "" {
		return cell.spelled
	}
	if c.Text || cell.Text != "" {
		return cell.Text
	}
	v := cell.Stat
	if !v.Known() {
		return "-"
	}
	text := term.Decimal(v.Mean, c.Digits)
	if cell.Signed && v.Mean >= 0 {
		text = "+" + text
	}
	if !math.IsNaN(v.Std) {
		text += plusMinus + term.Decimal(v.Std, c.Digits)
	}
	return text
}

// Text returns the grid as a table of text with a star behind the best
// numbers, and the methods as -method calls them.
func (g Grid) Text() Table {
	plain := g
	plain.Rows = slices.Clone(g.Rows)
	for i, r := range plain.Rows {
		plain.Rows[i].Cells = slices.Clone(r.Cells)
		for j := range r.Cells {
			plain.Rows[i].Cells[j].spelled = ""
		}
	}
	return Table{plain.table(func(s string) string { return s + "*" }, " ")}
}

// table writes the cells as text, the best ones through strong; pad follows
// the others of a column that has best ones, to keep digits in line.
func (g Grid) table(strong func(string) string, pad string) term.Table {
	var t term.Table
	for _, c := range g.Columns {
		t.Header = append(t.Header, c.Name)
		t.Align = append(t.Align, term.Right)
		if c.Text {
			t.Align[len(t.Align)-1] = term.Left
		}
	}
	for _, r := range g.Rows {
		var cells []string
		for i, c := range r.Cells {
			text := g.Columns[i].show(c, " ± ")
			if c.Best {
				text = strong(text)
			} else if g.anyBest(i) {
				text += pad
			}
			cells = append(cells, text)
		}
		t.Rows = append(t.Rows, cells)
	}
	return t
}

// anyBest says whether a column has a best number.
func (g Grid) anyBest(column int) bool {
	for _, r := range g.Rows {
		if column < len(r.Cells) && r.Cells[column].Best {
			return true
		}
	}
	return false
}

// markBest marks the best numbers of a column among the rows [lo, hi), as far
// as the printed digits tell; two that look the same are both best, one alone
// is not. sign is 1 where more is better, -1 where less is.
func (g Grid) markBest(column, lo, hi int, sign float64, rival func(GridRow) bool) {
	digits := g.Columns[column].Digits
	best, rivals := math.Inf(-1), 0
	for _, r := range g.Rows[lo:hi] {
		if v := r.Cells[column].Stat; v.Known() && rival(r) {
			best = max(best, sign*term.Rounded(v.Mean, digits))
			rivals++
		}
	}
	for _, r := range g.Rows[lo:hi] {
		v := r.Cells[column].Stat
		r.Cells[column].Best = rivals > 1 && v.Known() && rival(r) && sign*term.Rounded(v.Mean, digits) == best
	}
}

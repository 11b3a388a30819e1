package term

import (
	"strings"

	"github.com/rivo/uniseg"
)

// Align is the side on which the cells of a column stand.
type Align int

// Left suits names, Right suits numbers with the same number of decimals.
const (
	Left Align = iota
	Right
)

// Table is a table of text. Every row should have as many cells as the
// header; a short one is filled with empty cells, and what is too long is
// shown in further columns without a name. Columns beyond Align stand left.
type Table struct {
	Header []string
	Rows   [][]string
	Align  []Align
}

// String returns the table as text in aligned columns, with a rule under the
// header, ending in a newline. Widths are those that a terminal shows: a
// Chinese character takes two columns, an accent none.
func (t Table) String() string {
	header, rows := t.cells(Clean)
	widths := columnWidths(header, rows)
	var b strings.Builder
	t.line(&b, header, widths)
	for i, w := range widths {
		if i > 0 {
			b.WriteString("  ")
		}
		b.WriteString(strings.Repeat("-", w))
	}
	b.WriteByte('\n')
	for _, row := range rows {
		t.line(&b, row, widths)
	}
	return b.String()
}

// line writes one row; blanks at its end are left out, so that the text can
// be compared and kept under version control.
func (t Table) line(b *strings.Builder, row []string, widths []int) {
	var s strings.Builder
	for i, cell := range row {
		if i > 0 {
			s.WriteString("  ")
		}
		t.pad(&s, i, cell, widths[i])
	}
	b.WriteString(strings.TrimRight(s.String(), " "))
	b.WriteByte('\n')
}

// Markdown returns the table in GitHub's Markdown, columns aligned in the
// source too, ending in a newline. Characters that would break a cell are
// escaped.
func (t Table) Markdown() string {
	escape := strings.NewReplacer(`\`, `\\`, "|", `\|`, "*", `\*`, "_", `\_`, "`", "\\`", "<", "&lt;")
	header, rows := t.cells(func(s string) string { return escape.Replace(Clean(s)) })
	widths := columnWidths(header, rows)
	var b strings.Builder
	row := func(cells []string) {
		for i, cell := range cells {
			b.WriteString("| ")
			t.pad(&b, i, cell, widths[i])
			b.WriteByte(' ')
		}
		b.WriteString("|\n")
	}
	row(header)
	for i, w := range widths {
		if t.align(i) == Right {
			b.WriteString("| " + strings.Repeat("-", w-1) + ": ")
		} else {
			b.WriteString("| " + strings.Repeat("-", w) + " ")
		}
	}
	b.WriteString("|\n")
	for _, cells := range rows {
		row(cells)
	}
	return b.String()
}

func (t Table) align(column int) Align {
	if column < len(t.Align) {
		return t.Align[column]
	}
	return Left
}

func (t Table) pad(b *strings.Builder, column int, cell string, columns int) {
	blanks := strings.Repeat(" ", columns-width(cell))
	if t.align(column) == Right {
		b.WriteString(blanks + cell)
	} else {
		b.WriteString(cell + blanks)
	}
}

// cells returns header and rows with every cell mapped and all rows of equal
// length.
func (t Table) cells(f func(string) string) (header []string, rows [][]string) {
	n := len(t.Header)
	for _, row := range t.Rows {
		n = max(n, len(row))
	}
	mapped := func(in []string) []string {
		out := make([]string, n)
		for i, s := range in {
			out[i] = f(s)
		}
		return out
	}
	for _, row := range t.Rows {
		rows = append(rows, mapped(row))
	}
	return mapped(t.Header), rows
}

// columnWidths returns the columns that each column's widest cell takes, at
// least three, which Markdown's rule needs.
func columnWidths(header []string, rows [][]string) []int {
	widths := make([]int, len(header))
	for i, s := range header {
		widths[i] = max(3, width(s))
	}
	for _, row := range rows {
		for i, s := range row {
			widths[i] = max(widths[i], width(s))
		}
	}
	return widths
}

// width returns the columns that a terminal shows s in.
func width(s string) int { return uniseg.StringWidth(s) }

// cut shortens s to a number of columns, with three dots where something is gone.
func cut(s string, columns int) string {
	if width(s) <= columns {
		return s
	}
	var b strings.Builder
	used := 3
	for g := uniseg.NewGraphemes(s); g.Next(); {
		used += g.Width()
		if used > columns {
			break
		}
		b.WriteString(g.Str())
	}
	return strings.TrimRight(b.String(), " ") + "..."
}

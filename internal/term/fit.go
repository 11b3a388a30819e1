package term

import (
	"io"
	"os"
	"strings"

	xterm "golang.org/x/term"
)

// Columns returns how wide the terminal behind w is, 0 if w is none. A writer in
// front of a terminal tells by a method Unwrap what is behind it.
func Columns(w io.Writer) int {
	for {
		inner, ok := w.(interface{ Unwrap() io.Writer })
		if !ok {
			break
		}
		w = inner.Unwrap()
	}
	f, ok := w.(*os.File)
	if !ok || !isTerminal(f) {
		return 0
	}
	width, _, err := xterm.GetSize(int(f.Fd()))
	if err != nil {
		return 0
	}
	return width
}

// minName is to how many columns Fit shortens a column of text.
const minName = 12

// Fit returns the table as String does, but in at most so many columns, or any
// number for 0. Where it would be wider, the widest columns that stand left are
// shortened; if that is not enough, columns that have no room go below the
// others, with the first one again beside them.
func (t Table) Fit(columns int) string {
	header, rows := t.cells(Clean)
	widths := columnWidths(header, rows)
	if columns <= 0 || total(widths) <= columns {
		return t.String()
	}
	for total(widths) > columns {
		widest := -1
		for i, w := range widths {
			if t.align(i) == Left && w > minName && (widest < 0 || w > widths[widest]) {
				widest = i
			}
		}
		if widest < 0 {
			break
		}
		widths[widest]--
	}
	for _, row := range append([][]string{header}, rows...) {
		for i := range row {
			row[i] = cut(row[i], widths[i])
		}
	}
	var blocks []string
	for from := 1; ; {
		block := []int{0}
		used := widths[0]
		for ; from < len(header) && (len(block) == 1 || used+2+widths[from] <= columns); from++ {
			block = append(block, from)
			used += 2 + widths[from]
		}
		blocks = append(blocks, t.only(header, rows, block).String())
		if from >= len(header) {
			return strings.Join(blocks, "\n")
		}
	}
}

// total is the width of a line of columns.
func total(widths []int) int {
	sum := -2
	for _, w := range widths {
		sum += w + 2
	}
	return sum
}

// only is the table of some of the columns.
func (t Table) only(header []string, rows [][]string, columns []int) Table {
	pick := func(cells []string) (out []string) {
		for _, i := range columns {
			out = append(out, cells[i])
		}
		return out
	}
	part := Table{Header: pick(header)}
	for _, row := range rows {
		part.Rows = append(part.Rows, pick(row))
	}
	for _, i := range columns {
		part.Align = append(part.Align, t.align(i))
	}
	return part
}

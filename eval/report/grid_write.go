package report

import (
	"encoding/csv"
	"fmt"
	"io"
	"math"
	"path/filepath"
	"strconv"
	"strings"

	"frontdoor/internal/safefile"
	"frontdoor/internal/term"
)

// file is the name of a file of the grid.
func (g Grid) file(ending string) string { return safefile.Name(g.Name) + ending }

// save writes the grid to NAME.md, NAME.csv and NAME.tex in a folder of a run,
// which must exist.
func (g Grid) save(run safefile.Dir, folder string) error {
	for ending, write := range map[string]func(io.Writer) error{".md": g.Markdown, ".csv": g.CSV, ".tex": g.LaTeX} {
		if err := run.Write(filepath.Join(folder, g.file(ending)), write); err != nil {
			return err
		}
	}
	return nil
}

// Markdown writes title, table and notes in GitHub's Markdown, the best
// numbers bold.
func (g Grid) Markdown(w io.Writer) error {
	// Stars are text to term.Table, so bold goes through as two rare letters.
	const mark = "\ue000\ue000"
	text := g.table(func(s string) string { return mark + s + mark }, "").Markdown()
	if _, err := fmt.Fprintf(w, "**%s**\n\n%s", g.Title, strings.ReplaceAll(text, mark, "**")); err != nil {
		return err
	}
	for _, note := range g.Notes {
		if _, err := fmt.Fprintf(w, "\n%s\n", note); err != nil {
			return err
		}
	}
	return nil
}

// CSV writes the numbers in full, the mean and the standard deviation of a
// column beside each other; a column without any deviation has no second one,
// and what is not known is empty.
func (g Grid) CSV(w io.Writer) error {
	out := csv.NewWriter(w)
	var header []string
	spread := make([]bool, len(g.Columns))
	for i, c := range g.Columns {
		header = append(header, term.Cell(ascii(c.Name)))
		for _, r := range g.Rows {
			spread[i] = spread[i] || !c.Text && !math.IsNaN(r.Cells[i].Stat.Std)
		}
		if spread[i] {
			header = append(header, term.Cell(ascii(c.Name)+" std"))
		}
	}
	_ = out.Write(header) // errors stay until Flush
	group := ""           // stands in every line, unlike in what people read
	for _, r := range g.Rows {
		var record []string
		for i, c := range r.Cells {
			if i == 0 && c.Text != "" {
				group = c.Text
			}
			if i == 0 && g.Columns[0].Text {
				record = append(record, term.Cell(group))
				continue
			}
			if g.Columns[i].Text {
				record = append(record, term.Cell(ascii(c.Text)))
				continue
			}
			record = append(record, plain(c.Stat.Mean))
			if spread[i] {
				record = append(record, plain(c.Stat.Std))
			}
		}
		_ = out.Write(record)
	}
	out.Flush()
	return out.Error()
}

// ascii spells our own signs in a way that any program reads.
func ascii(text string) string {
	return strings.NewReplacer("−", "-", "Δ", "difference ").Replace(text)
}

// plain writes the shortest text that reads back as v, and nothing for NaN.
func plain(v float64) string {
	if math.IsNaN(v) {
		return ""
	}
	return strconv.FormatFloat(v, 'g', -1, 64)
}

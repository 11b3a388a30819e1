package report

import (
	"context"
	"fmt"
	"io"
	"net/url"
	"path/filepath"
	"slices"
	"strings"

	"frontdoor/eval/rundir"
	"frontdoor/internal/budget"
	"frontdoor/internal/safefile"
	"frontdoor/internal/term"
)

// Overview writes the page of a folder of runs that compares them: a line for each
// run, dataset, number of shots and method, with a link to the run's own page. It
// draws nothing. Runs that cannot be read are listed with the reason. It returns the
// number of runs, or the error of ctx as soon as that ends.
func Overview(ctx context.Context, path string) (n int, err error) {
	folders, err := runsIn(path)
	if err != nil {
		return 0, err
	}
	if len(folders) == 0 {
		return 0, fmt.Errorf("%s holds no run folders: name a folder of runs", path)
	}
	o := overview{Title: filepath.Base(path)}
	for _, folder := range folders {
		lines, err := budget.Within(ctx, func() ([]overviewLine, error) { return linesOf(folder) }, nil)
		if ctx.Err() != nil {
			return 0, ctx.Err()
		}
		if err != nil {
			o.Broken = append(o.Broken, fact{filepath.Base(folder), term.Clean(err.Error())})
			continue
		}
		o.Lines = append(o.Lines, lines...)
	}
	o.markBest()
	return len(folders), safefile.Dir(path).Write(pageFile, func(w io.Writer) error { return pageTemplate.ExecuteTemplate(term.Shown(w), "overview", o) })
}

// overview is what the page of several runs shows.
type overview struct {
	Title  string
	Lines  []overviewLine
	Broken []fact
}

// overviewLine is a method of a run on a dataset.
type overviewLine struct {
	Run, Link                   string
	When, Data, Protocol, Model string
	Shots                       int
	MethodSummary
	Best bool
}

// linesOf lists the methods of a run.
func linesOf(folder string) ([]overviewLine, error) {
	results, err := rundir.ReadResults(folder)
	if err != nil {
		return nil, err
	}
	c, err := readConfig(folder)
	if err != nil {
		return nil, err
	}
	history, err := rundir.ReadHistory(folder)
	if err != nil {
		return nil, err
	}
	run := overviewLine{Run: filepath.Base(folder), Model: modelText(c)}
	if safefile.Dir(folder).Has(pageFile) {
		run.Link = "./" + url.PathEscape(run.Run) + "/" + pageFile
	}
	if len(history) > 0 {
		run.When = history[0].Began.UTC().Format("2006-01-02 15:04")
	}
	var lines []overviewLine
	for _, part := range groupBy(labelled(results.Rows), func(r rundir.Row) string { return fmt.Sprint(r.Protocol, " ", r.Shots) }) {
		for _, s := range summarize(part) {
			line := run
			line.Protocol, line.Shots, line.Data, line.MethodSummary = part[0].Protocol, part[0].Shots, title(s.Dataset), s
			lines = append(lines, line)
		}
	}
	return lines, nil
}

// Figure writes one of the numbers of a line, with its spread.
func (l overviewLine) Figure(name string) string {
	i := slices.IndexFunc(columns, func(c column) bool { return c.name == name })
	return columns[i].format(columns[i].get(l.MethodSummary))
}

// Spelled is the method as it was published.
func (l overviewLine) Spelled() string { return spelled(l.Method) }

// Figures names the columns of numbers that some line has.
func (o overview) Figures() (names []string) {
	for _, c := range columns {
		if slices.ContainsFunc(o.Lines, func(l overviewLine) bool { return c.get(l.MethodSummary).Known() }) {
			names = append(names, c.name)
		}
	}
	return names
}

// markBest marks the lines with the greatest harmonic mean or accuracy among those
// of one dataset, protocol and number of shots, if there are several.
func (o *overview) markBest() {
	score := func(l overviewLine) float64 {
		if l.HM.Known() {
			return term.Rounded(l.HM.Mean, 1)
		}
		return term.Rounded(l.Accuracy.Mean, 1)
	}
	kind := func(l overviewLine) string {
		return strings.Join([]string{l.Data, l.Protocol, fmt.Sprint(l.Shots)}, "\n")
	}
	best, count := map[string]float64{}, map[string]int{}
	for _, l := range o.Lines {
		k := kind(l)
		if count[k]++; count[k] == 1 || score(l) > best[k] {
			best[k] = score(l)
		}
	}
	for i, l := range o.Lines {
		o.Lines[i].Best = count[kind(l)] > 1 && score(l) == best[kind(l)]
	}
}

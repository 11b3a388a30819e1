package runs

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"

	"frontdoor/eval/report"
	"frontdoor/eval/rundir"
	"frontdoor/internal/budget"
	"frontdoor/internal/cli"
	"frontdoor/internal/term"
)

// Compare prints how the first of some methods stands against each of the
// others, from the results of run folders alone.
func Compare(ctx context.Context, w io.Writer, methods, dirs []string) error {
	switch list := strings.Join(methods, ","); {
	case len(methods) < 2:
		return cli.Usagef("compare %s: name two methods or more, such as cdc,ensemble", list)
	case len(dirs) == 0:
		return cli.Usagef("compare %s: name the run folders behind it", list)
	}
	var rows []rundir.Row
	for _, dir := range dirs {
		results, err := budget.Within(ctx, func() (*rundir.Results, error) { return rundir.ReadResults(dir) }, nil)
		if err != nil {
			return err
		}
		rows = append(rows, results.Rows...)
	}
	if err := haveResults(methods, rows); err != nil {
		return err
	}
	for i, rival := range methods[1:] {
		if i > 0 {
			fmt.Fprintln(w)
		}
		if err := printComparison(w, rows, methods[0], rival); err != nil {
			return err
		}
	}
	return nil
}

// haveResults returns an error if a method has no result.
func haveResults(methods []string, rows []rundir.Row) error {
	var known []string
	for _, r := range rows {
		if !slices.Contains(known, r.Method) {
			known = append(known, r.Method)
		}
	}
	for _, m := range methods {
		if !slices.Contains(known, m) {
			return cli.Usagef("compare: the runs have no results of %q; they have %s", m, strings.Join(known, ", "))
		}
	}
	return nil
}

// printComparison prints the tables of two methods: all measures, and the
// harmonic mean or the accuracy on each dataset if there are several.
func printComparison(w io.Writer, rows []rundir.Row, a, b string) error {
	table, err := report.CompareTable(rows, a, b)
	if err != nil {
		return err
	}
	fmt.Fprintf(w, "%s against %s: mean difference ± half of its 95%% confidence interval\n%s", a, b, table.Fit(term.Columns(w)))
	if table.Lines() == 0 {
		fmt.Fprintln(w, "no dataset and seed has results of both")
		return nil
	}
	notes, err := report.CompareNotes(rows, a, b)
	if err != nil {
		return err
	}
	for _, note := range notes {
		fmt.Fprintf(w, "note: %s\n", note)
	}
	for _, m := range report.Measures {
		if m.Name != "HM" && m.Name != "accuracy" {
			continue
		}
		each, err := report.CompareDatasetsTable(rows, a, b, m)
		if err != nil {
			return err
		}
		if each.Lines() > 1 {
			fmt.Fprintf(w, "\n%s", each.String())
		}
	}
	return nil
}

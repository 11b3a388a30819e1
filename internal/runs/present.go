package runs

import (
	"context"
	"fmt"
	"io"
	"path/filepath"

	"frontdoor/clip"
	"frontdoor/eval"
	"frontdoor/eval/report"
	"frontdoor/eval/rundir"
	"frontdoor/internal/budget"
	"frontdoor/internal/cli"
	"frontdoor/internal/term"
)

// Show says which tables of a run are printed besides the results.
type Show struct {
	Costs bool // what each method costs, for those who compare that
	Study bool // the extra measurements
	Page  report.Options
}

// Present prints the tables of a run and writes its tables, figures and page into
// its folder. An error says that the results are there, and how to get the rest.
func Present(ctx context.Context, w io.Writer, dir string, rows []rundir.Row, show Show) error {
	printTables(w, rows)
	if show.Costs && report.SingleRun(rows) {
		fmt.Fprintf(w, "\n%s", report.CostTable(rows).Fit(term.Columns(w)))
	}
	if t := report.PlanTable(rows); t.Lines() > 0 {
		fmt.Fprintf(w, "\n%s", t.Fit(term.Columns(w)))
	}
	printClasses(w, rows)
	if show.Study {
		for _, g := range report.Measured(rows) {
			text := g.Text()
			fmt.Fprintf(w, "\n%s\n%s", g.Title, text.Fit(term.Columns(w)))
		}
	}
	if err := report.Write(ctx, dir, show.Page); err != nil {
		return fmt.Errorf("the results are there, but not all of the tables, figures and page: %w; to make them again: %s figures %s", err, cli.Call("runs"), cli.Quote(dir))
	}
	return nil
}

// Figures makes tables, figures and page of a run, or of a folder of runs, again
// from its results.
func Figures(ctx context.Context, w io.Writer, dir string, page report.Options) error {
	if err := report.Write(ctx, dir, page); err != nil {
		return err
	}
	fmt.Fprintf(w, "tables and figures: %s\n", dir)
	return nil
}

// Page writes a page that compares the runs of a folder.
func Page(ctx context.Context, w io.Writer, dir string) error {
	n, err := report.Overview(ctx, dir)
	if err != nil {
		return err
	}
	fmt.Fprintf(w, "runs compared: %d, in %s\n", n, filepath.Join(dir, "index.html"))
	return nil
}

// Export writes what a finished run has learned as PyTorch files in the names of
// the published code. model overrides where the run's model is; "" takes it from
// where it was.
func Export(ctx context.Context, w io.Writer, dir, model string) error {
	t, err := budget.Within(ctx, func() (*eval.Trained, error) { return eval.LoadRun(dir, model, clip.Options{}) }, nil)
	if err != nil {
		return err
	}
	paths, err := eval.Export(ctx, t)
	for _, path := range paths {
		fmt.Fprintf(w, "exported: %s\n", path)
	}
	if err == nil && len(paths) == 0 {
		fmt.Fprintln(w, "nothing to export: no method of the run has published code that could read it")
	}
	return err
}

// printTables prints one table of a single run, and the table of each protocol
// of a sweep or of a run that goes between datasets.
func printTables(w io.Writer, rows []rundir.Row) {
	if report.SingleRun(rows) {
		fmt.Fprint(w, report.Summary(rows).Fit(term.Columns(w)))
		if note := report.SummaryNote(rows); note != "" {
			fmt.Fprintf(w, "note: %s\n", note)
		}
		return
	}
	for i, g := range report.Tables(rows, "") {
		if i > 0 {
			fmt.Fprintln(w)
		}
		text := g.Text()
		fmt.Fprintf(w, "%s\n%s", g.Title, text.Fit(term.Columns(w)))
	}
}

// shownClasses is up to how many classes the per-class table is printed.
const shownClasses = 40

// printClasses prints precision and recall of each class for the last method,
// if the protocol gave them and the run is about one dataset.
func printClasses(w io.Writer, rows []rundir.Row) {
	if len(rows) == 0 || len(rows[len(rows)-1].PerClass) == 0 || !report.SingleRun(rows) || rows[0].Dataset != rows[len(rows)-1].Dataset {
		return
	}
	last := rows[len(rows)-1]
	fmt.Fprintf(w, "\n%s, seed %d, by class", last.Method, last.Seed)
	if n := len(last.PerClass); n > shownClasses {
		fmt.Fprintf(w, " (the first %d of %d; all are in results.json)", shownClasses, n)
		last.PerClass = last.PerClass[:shownClasses]
	}
	fmt.Fprintf(w, ":\n%s", report.ClassTable(last.PerClass).Fit(term.Columns(w)))
}

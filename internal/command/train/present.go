package train

import (
	"context"
	"fmt"
	"os"

	"frontdoor/data"
	"frontdoor/eval"
	"frontdoor/eval/report"
	"frontdoor/eval/rundir"
	"frontdoor/internal/cli"
	"frontdoor/internal/inspect"
	"frontdoor/internal/runs"
	"frontdoor/internal/term"
)

// present prints the tables of a finished run and writes them, its figures and its
// page. Its results are there by now: an error says so, and how to get the rest.
func (o *options) present(ctx context.Context, run *eval.Run, rows []rundir.Row) error {
	if err := o.examine(ctx, run); err != nil {
		fmt.Fprintf(stderr, "train: warning: the page says nothing about doubtful images: %v\n", err)
	}
	if !o.page.NoImages {
		if err := report.SaveThumbnails(run.Dir, run.Images(ctx)); err != nil {
			fmt.Fprintf(stderr, "train: warning: the page has no pictures of test images: %v\n", err)
		}
	}
	show := runs.Show{Costs: o.methods != o.defaultMethods(), Study: o.study, Page: o.page}
	err := runs.Present(ctx, stdout, run.Dir.Path, rows, show)
	if ctx.Err() != nil {
		return cli.Interrupted(fmt.Sprintf("%s figures %s", cli.Call("runs"), cli.Quote(run.Dir.Path)))
	}
	return err
}

// mostExamined is up to how many of one's own images are looked at for the page of
// a run; check looks at any number.
const mostExamined = 2_000

// examine notes what is doubtful about one's own images: equal ones and, where the
// model knows photographs, labels that may be wrong.
func (o *options) examine(ctx context.Context, run *eval.Run) error {
	ds := run.Dataset
	kind, err := data.KindOf(run.Config.Sets()[0].Name)
	if n := len(ds.Train) + len(ds.Val) + len(ds.Test); err != nil || kind != data.Own || n > mostExamined {
		return err
	}
	m := run.Model
	if run.Config.Model == "tiny" {
		m = nil
	}
	progress := func(label string) (func(done, total int), func()) { return term.Counter(os.Stderr, label) }
	found, err := inspect.OfRun(ctx, ds, m, run.Loader(), inspect.Options{Progress: progress})
	if err != nil {
		return err
	}
	leaks := 0
	for _, t := range found.Twins {
		if t.Leak() {
			leaks++
		}
	}
	if leaks > 0 {
		fmt.Fprintf(stderr, "train: warning: there are equal images in training and in test (groups of them: %d), so that the accuracies are too high; %s -data names them\n", leaks, cli.Call("check"))
	}
	return run.Dir.WriteJSON(rundir.FindingsFile, found)
}

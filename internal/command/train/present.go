package train

import (
	"context"
	"fmt"

	"frontdoor/eval"
	"frontdoor/eval/report"
	"frontdoor/eval/rundir"
	"frontdoor/internal/runs"
)

// present prints the tables of a finished run and writes them, its figures and its
// page. Its results are there by now, so that what goes wrong is a warning.
func (o *options) present(ctx context.Context, run *eval.Run, rows []rundir.Row) {
	if !o.page.NoImages {
		if err := report.SaveThumbnails(run.Dir, run.Images(ctx)); err != nil {
			fmt.Fprintf(stderr, "train: warning: the page has no pictures of test images: %v\n", err)
		}
	}
	show := runs.Show{Costs: o.methods != o.defaultMethods(), Study: o.study, Page: o.page}
	if err := runs.Present(stdout, run.Dir.Path, rows, show); err != nil {
		fmt.Fprintf(stderr, "train: warning: tables, figures and page are not written: %v\n", err)
	}
}

package train

import (
	"context"
	"fmt"

	"frontdoor/data"
	"frontdoor/eval"
	"frontdoor/internal/runs"
)

// promise makes the promise of -risk about the cells of a finished run that
// predict takes: of the method that is compared with the others and the first
// seed, on each dataset and for each number of shots.
func (o *options) promise(ctx context.Context, run *eval.Run) error {
	t := run.Trained()
	for _, cell := range t.Cells() {
		if cell.Method != t.Default() || cell.Seed != t.Seeds[0] {
			continue
		}
		report := new(data.Report)
		ds, err := o.open(ctx, cell.Dataset, run.Model, &report)
		if err != nil {
			return err
		}
		c := &eval.Calibration{Run: t, Cell: cell, Dataset: ds, Report: report, Risk: float64(o.risk)}
		fmt.Fprintln(stdout)
		if err := runs.Calibrate(ctx, stdout, c, run.Dir); err != nil {
			return err
		}
	}
	return nil
}

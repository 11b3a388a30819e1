// Package calibrate is the command that turns images a run was not trained on
// into a promise about its answers.
package calibrate

import (
	"cmp"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"

	"frontdoor/clip"
	"frontdoor/cuda"
	"frontdoor/eval"
	"frontdoor/eval/kept"
	"frontdoor/eval/rundir"
	"frontdoor/internal/budget"
	"frontdoor/internal/cli"
	"frontdoor/internal/runs"
	"frontdoor/internal/term"
	"frontdoor/simd"
)

const help = `Usage: go run ./cmd/calibrate RUN -risk 5% [flags]

Sets two thresholds for the answers of a run, on images that it was not trained on:
an image beyond the first is unfamiliar, one below the second unsure, and of the
other answers at most the risk is wrong, with 95% confidence. predict then prints
known, unsure or unfamiliar. The thresholds are kept in RUN/promise.json.

  go run ./cmd/calibrate runs/photos -risk 5%
  go run ./cmd/calibrate runs/photos -risk 10% -folds 5    few images: those of the training too
  go run ./cmd/calibrate runs/photos -folds 5 -thorough    asked of the method, not of a head

A folder _other beside those of the classes holds strangers: images of none of
them. Without it the classes are left out in turn, each a stranger to the others.

`

// options are the flags.
type options struct {
	run, model, method, data, dataset, device string
	cache                                     string
	seed                                      int64
	shots, count, folds, threads              int
	risk                                      cli.Risk
	thorough                                  bool
}

func parse(args []string) (*options, error) {
	o := &options{risk: 0.05}
	fs := flag.NewFlagSet("calibrate", flag.ContinueOnError)
	fs.Var(&o.risk, "risk", "largest `SHARE` of wrong answers, such as 5% or 0.05")
	fs.IntVar(&o.folds, "folds", 0, "also ask about the training images, in `N` parts, each answered by a head that was fitted without it (default: only images that were not trained on)")
	fs.BoolVar(&o.thorough, "thorough", false, "with -folds: train the method itself N times in place of a head")
	fs.StringVar(&o.model, "model", "", "`FILE` of the run's model, if it has moved")
	fs.StringVar(&o.data, "data", "", "`DIR` of the run's images, if it has moved")
	fs.StringVar(&o.method, "method", "", "`NAME` of a method of the run (default as predict takes it)")
	fs.Int64Var(&o.seed, "seed", -1, "seed of the run to use (default its first)")
	fs.StringVar(&o.dataset, "dataset", "", "`NAME` of a dataset of the run, if it has several")
	fs.IntVar(&o.shots, "shots", 0, "images of each class that were trained on, if the run has several numbers")
	fs.IntVar(&o.count, "templates", 0, "learned templates, if the run has several numbers")
	fs.StringVar(&o.cache, "cache", os.Getenv(cli.CacheVariable), cli.CacheFlag)
	fs.StringVar(&o.device, "device", "cpu", cli.DeviceFlag)
	fs.IntVar(&o.threads, "threads", 0, "threads to use (default all cores)")
	if err := cli.Parse(fs, args, help); err != nil {
		return nil, err
	}
	switch {
	case fs.NArg() != 1:
		return nil, cli.Usagef("name one run folder: calibrate runs/photos -risk 5%% (-h explains)")
	case o.folds < 0 || o.folds == 1:
		return nil, cli.Usagef("-folds %d: must be at least 2, or 0 for none", o.folds)
	case o.seed < -1:
		return nil, cli.Usagef("-seed %d: must be 0 or more", o.seed)
	case o.thorough && o.folds == 0:
		return nil, cli.Usagef("-thorough goes with -folds, such as -folds 5")
	}
	o.run = fs.Arg(0)
	return o, cli.Threads(o.threads)
}

// Run does what the arguments of the command say.
func Run(ctx context.Context, args []string) error {
	return calibrate(ctx, args, term.Shown(cli.Stdout))
}

func calibrate(ctx context.Context, args []string, w io.Writer) error {
	o, err := parse(args)
	if err != nil {
		return err
	}
	gpu, err := cli.Device("calibrate", o.device)
	if err != nil {
		return err
	}
	if gpu == nil {
		return o.calibrate(ctx, nil, w)
	}
	defer gpu.Close() // its failures come out through Err
	return errors.Join(o.calibrate(ctx, gpu, w), gpu.Err())
}

// calibrate computes on a GPU, or on the CPU if that is nil.
func (o *options) calibrate(ctx context.Context, gpu *cuda.Device, w io.Writer) error {
	t, err := budget.Within(ctx, func() (*eval.Trained, error) { return eval.LoadRun(o.run, o.model, clip.Options{}) }, nil)
	if err != nil {
		return err
	}
	defer t.Model.Close()
	if gpu != nil {
		t.Model.Vision.Device, t.Model.Text.Device = gpu, gpu
	}
	for _, note := range t.Model.Notes {
		fmt.Fprintf(term.Shown(os.Stderr), "calibrate: note: %s\n", note)
	}
	want := rundir.Cell{Dataset: o.dataset, Shots: o.shots, M: o.count, Method: o.method, Seed: uint64(o.seed)}
	if o.method == "" {
		want.Method = t.Default()
	}
	if o.seed < 0 {
		want.Seed = t.Seeds[0]
	}
	cell, err := t.Pick(want)
	if err != nil {
		return cli.Usage{Err: err}
	}
	var check func() error
	kernel := simd.Rounding()
	if gpu != nil {
		check, kernel = gpu.Err, gpu.Arithmetic()
	}
	var folder *kept.Folder
	if o.cache != "" {
		if folder, err = kept.Open(o.cache, cmp.Or(o.data, t.Data), t.Model, kernel); err != nil {
			return err
		}
	}
	ds, report, err := t.OpenDataset(ctx, cell, o.data, folder)
	if err != nil {
		return err
	}
	dir, err := rundir.Open(o.run)
	if err != nil {
		return err
	}
	defer dir.Close()
	c := &eval.Calibration{Run: t, Cell: cell, Dataset: ds, Report: report, Risk: float64(o.risk), Folds: o.folds, Thorough: o.thorough, Kept: folder, Check: check}
	return errors.Join(runs.Calibrate(ctx, w, c, dir), folder.Save())
}

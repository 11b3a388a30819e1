// Package train is the command that adapts a CLIP to classes from a few images
// of each and tells how well it worked. Without flags it adapts the embedded
// tiny CLIP to the embedded synthetic world by every method and prints one
// table.
package train

import (
	"context"
	"errors"
	"fmt"
	"os"
	"runtime/debug"
	"time"

	"frontdoor/clip"
	"frontdoor/cuda"
	"frontdoor/data"
	"frontdoor/eval"
	"frontdoor/eval/rundir"
	"frontdoor/eval/train"
	"frontdoor/internal/budget"
	"frontdoor/internal/cli"
	"frontdoor/internal/runs"
	"frontdoor/internal/term"
)

const help = `Usage: go run ./cmd/train [flags]

Trains and evaluates methods and leaves a run folder.

  go run ./cmd/train                                    CDC and its rivals on the synthetic world
  go run ./cmd/train -data photos -shots 8              your own images, one folder a class
  go run ./cmd/train -dataset caltech101 -data ROOT     a published dataset, ROOT/caltech-101
  go run ./cmd/train -plan -method all                  what would that take on this machine?
  go run ./cmd/train -protocol fewshot -dataset world   all tasks with 1, 2, 4, 8 and 16 shots
  go run ./cmd/train -method cdc -templates 1,2,4,8     every list multiplies
  go run ./cmd/train -resume runs/RUN                   go on with an interrupted run

`

// groups are the flags by what they are about; the first ones are those of most
// runs.
var groups = []cli.Group{
	{Title: "What to train, on what", Flags: "data dataset model method shots seeds protocol epochs out resume plan device threads"},
	{Title: "More examples", Text: `
  go run ./cmd/train -dataset coltex -seeds 1,2,3,4,5   another task of the world
  go run ./cmd/train -check -dataset all -data ROOT     are the published datasets complete?
  go run ./cmd/train -method cdc -templates 2 -epochs 3
  go run ./cmd/train -protocol xd                       train on texshape, test on the other tasks
  go run ./cmd/train -protocol dg                       test on shifted variants of texshape
  go run ./cmd/train -dataset world -out RUN -shard 0/3 a third of a run, for a job array
  go run ./cmd/train -merge RUN                         put the shards in RUN together
  go run ./cmd/train -study -seeds 1                    also: causes, and trust in the answers
  go run ./cmd/train -compare cdc,maple runs/RUN ...    is the difference more than chance?
  go run ./cmd/train -figures runs/RUN                  make its tables and figures again
`},
	{Title: "How it is trained", Flags: "lr batch templates tokens depth words position draws load"},
	{Title: "What is tested and measured", Flags: "risk targets curve study"},
	{Title: "Data", Flags: "vocab exif strict cache check quick"},
	{Title: "Time and memory", Flags: "memory recompute shard"},
	{Title: "Finished runs", Flags: "merge compare figures no-images export"},
}

// What the command prints names files and classes, which are shown safely.
var stdout, stderr = term.Shown(cli.Stdout), term.Shown(os.Stderr)

// garbage is the percent of the heap that may be garbage, unless GOGC says
// another. Most of the heap is
// the model and the memory of a step, which stay, so that a collection is cheap.
const garbage = 25

// Run does what the arguments of the command say.
func Run(ctx context.Context, args []string) error {
	o, err := parse(args)
	if err != nil {
		return err
	}
	if err := cli.Threads(o.threads); err != nil {
		return err
	}
	switch {
	case o.compare != "":
		return runs.Compare(ctx, stdout, split(o.compare), o.runs)
	case o.verify:
		return o.checkData(ctx)
	case o.merge != "":
		return runs.Merge(ctx, stdout, stderr, "train", o.runs, o.out)
	case o.figures != "":
		return runs.Figures(ctx, stdout, o.figures, o.page)
	}
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(garbage)
	}
	return o.train(ctx)
}

// train makes the run that the flags ask for, and computes it on the device that
// they name.
func (o *options) train(ctx context.Context) error {
	gpu, err := cli.Device("train", o.device)
	if err != nil {
		return err
	}
	if gpu != nil {
		defer gpu.Close() // its failures come out through Check
	}
	return o.trainOn(ctx, gpu)
}

// trainOn is train on a GPU, or on the CPU if that is nil.
func (o *options) trainOn(ctx context.Context, gpu *cuda.Device) (err error) {
	begin := time.Now()
	o.gpu = gpu
	m, err := budget.Within(ctx, func() (*clip.Model, error) { return clip.Load(o.model, clip.Options{Vocabulary: o.vocab}) }, nil)
	if err != nil {
		return err
	}
	for _, note := range m.Notes {
		fmt.Fprintf(stderr, "train: note: %s\n", note)
	}
	if gpu != nil {
		m.Vision.Device, m.Text.Device = gpu, gpu
	}
	loaded := time.Since(begin)
	if err := o.openKept(m); err != nil {
		return err
	}
	report := new(data.Report)
	config, ds, err := o.config(ctx, m, &report)
	if err != nil {
		return err
	}
	if config.Model == "tiny" && config.Exif != nil {
		cli.WarnToy(stderr, "train")
	}
	ctx, stop := o.strictly(ctx, report)
	defer stop()
	if ds, err = o.prepareAll(ctx, config, ds, m, report); err != nil {
		return err
	}
	run := &eval.Run{Config: config, Model: m, Dataset: ds, Report: report, Shard: o.shard.Shard, Kept: o.kept}
	if gpu != nil {
		run.Check = gpu.Err
	}
	run.Open = func(ctx context.Context, name string) (*data.Dataset, error) { return o.reopen(ctx, name, m, report) }
	if err := o.forecast(ctx, run, loaded); err != nil || o.plan {
		return err
	}
	if run.Dir, err = o.folder(config, ds); err != nil {
		return err
	}
	// A lock that somebody else took over meanwhile is no success.
	defer func() { err = errors.Join(err, run.Dir.Close()) }()
	results, err := o.compute(ctx, run)
	if err != nil {
		return err
	}
	if !o.shard.Whole() {
		o.presentShard(config, results.Rows)
		return nil
	}
	shown := o.present(ctx, run, results.Rows)
	if ctx.Err() != nil {
		return shown
	}
	if o.export {
		if err := runs.Export(ctx, stdout, run.Dir.Path, o.model); err != nil {
			return err
		}
	}
	if o.risk > 0 {
		if err := o.promise(ctx, run); err != nil {
			return err
		}
	}
	fmt.Fprintf(stdout, "\nrun folder: %s\n", run.Dir.Path)
	return shown // which need not keep the rest from being done
}

// compute computes a run, shows how far it is, and says which images were left
// out.
func (o *options) compute(ctx context.Context, run *eval.Run) (*rundir.Results, error) {
	if text := run.Report.String(); text != "" {
		fmt.Fprintf(stderr, "train: warning: %s", text)
	}
	before := len(run.Report.Problems())
	announce(run)
	if o.resume.on {
		sayFinished(run)
	}
	bar := term.NewProgress(os.Stderr, run.Steps(), "train")
	run.Show = bar
	begin := time.Now()
	results, err := run.Do(ctx)
	bar.Done()
	if failed := run.Dir.AddStretch(begin, run.Config.Device); failed != nil {
		fmt.Fprintf(stderr, "train: warning: %v\n", failed)
	}
	if text := run.Report.Since(before); text != "" {
		fmt.Fprintf(stderr, "train: warning: %s", text)
	}
	if err != nil && (errors.Is(err, context.Canceled) || context.Cause(ctx) != nil) {
		return nil, interrupted(ctx, o.again())
	}
	if errors.As(err, new(*train.ImageError)) {
		return nil, fmt.Errorf("%w; what was trained is kept: put the image back, then go on with: %s", err, o.again())
	}
	return results, err
}

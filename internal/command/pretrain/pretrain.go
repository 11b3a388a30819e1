// Package pretrain is the command that trains the tiny CLIP from scratch on the
// synthetic world and writes it as a safetensors file. It is how the embedded
// model was made.
//
// The loss is CLIP's contrastive one (clip.Model.Contrastive), plus the cross
// entropy of an auxiliary linear head that predicts the four named factors from
// the image feature, which is not kept. Every batch is sampled anew and depends
// on the seed and the step alone, so an interrupted run that resumes ends with
// the same bits.
package pretrain

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"time"

	"frontdoor/internal/cli"
	"frontdoor/internal/term"
)

const help = `Usage: go run ./cmd/pretrain [flags]

Trains a small CLIP from scratch on the synthetic world.

  go run ./cmd/pretrain -steps 200 -out trial.safetensors     a quick trial
  go run ./cmd/pretrain -out clip/tiny.safetensors            as the embedded model was made

`

// mostPairs bounds a batch, whose logits are one for each two of its pairs.
const mostPairs = 1 << 14

// Run does what the arguments of the command say.
func Run(ctx context.Context, args []string) error {
	o := options{}
	fs := flag.NewFlagSet("pretrain", flag.ContinueOnError)
	fs.IntVar(&o.Steps, "steps", 5000, "training steps")
	fs.IntVar(&o.Batch, "batch", 128, "image-caption pairs a step")
	fs.Float64Var(&o.LR, "lr", 1.5e-3, "peak learning rate")
	fs.Uint64Var(&o.Seed, "seed", 1, "seed of weights, pictures and captions")
	fs.StringVar(&o.State, "state", "", "`FILE` for work in progress; an interrupted run with the same flags resumes from it (default OUT.state)")
	fs.IntVar(&o.Every, "every", 250, "steps between reports and writes of the state")
	out := fs.String("out", "clip-tiny.safetensors", "`FILE` to write the model to")
	threads := fs.Int("threads", 0, "threads to use (default all cores)")
	device := fs.String("device", "cpu", cli.DeviceFlag)
	if err := cli.Parse(fs, args, help); err != nil {
		return err
	}
	switch {
	case fs.NArg() > 0:
		return cli.Usagef("unexpected argument %q", fs.Arg(0))
	case o.Steps < 1 || o.Every < 1 || !(o.LR > 0) || o.Batch < 2 || o.Batch > mostPairs:
		return cli.Usagef("-steps, -every and -lr must be positive, -batch 2 to %d", mostPairs)
	}
	if err := cli.Threads(*threads); err != nil {
		return err
	}
	if o.State == "" {
		o.State = *out + ".state"
	}
	var err error
	if o.GPU, err = cli.Device("pretrain", *device); err != nil {
		return err
	}
	if o.GPU != nil {
		defer o.GPU.Close() // its failures come out through train
	}
	err = trainTo(ctx, o, *out)
	if errors.Is(err, context.Canceled) {
		return cli.Interrupted("the same command again, which reads " + o.State)
	}
	return err
}

// trainTo trains a model and writes it to the file out.
func trainTo(ctx context.Context, o options, out string) error {
	m, err := newModel(tinyConfig, o.Seed)
	if err != nil {
		return err
	}
	bar := term.NewProgress(os.Stderr, o.Steps, "pretrain")
	var last status
	o.Tick = func() { bar.Add(1) }
	o.Report = func(s status) {
		last = s
		bar.Printf(cli.Stdout, "step %5d  %6s  loss %.3f  scale %.1f  zero-shot: %v\n",
			s.Step, s.Elapsed.Round(time.Second), s.Loss, s.Scale, s.ZeroShot)
	}
	err = train(ctx, m, o)
	bar.Done()
	if err != nil {
		return err
	}
	meta := map[string]string{
		"pretrain.command":  fmt.Sprintf("go run ./cmd/pretrain -steps %d -batch %d -lr %g -seed %d", o.Steps, o.Batch, o.LR, o.Seed),
		"pretrain.zeroshot": last.ZeroShot.String(),
	}
	if err := m.Save(out, meta); err != nil {
		return err
	}
	os.Remove(o.State)
	_, err = fmt.Fprintln(term.Shown(cli.Stdout), "wrote", out)
	return err
}

// Command predict classifies images with what a run of train has learned.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"

	"frontdoor/eval"
	"frontdoor/internal/cli"
	"frontdoor/prompt"
)

const help = `Usage: go run ./cmd/predict -run RUN [flags] IMAGES|DIRS

Classifies images (JPEG, PNG, GIF, WebP) with a trained run: class,
probability, uncertainty, and what each template says on its own.

  go run ./cmd/predict -run runs/RUN photo.jpg more/
  go run ./cmd/predict -run runs/RUN -abstain 0.3 more/     "don't know" above an uncertainty of 0.3
  go run ./cmd/predict -run runs/RUN -json more/ | jq .class

`

// options are the flags.
type options struct {
	run, model, method, classes string
	seed                        int64
	json                        bool
	abstain                     float64
	threads                     int
	images                      []string
}

func main() {
	cli.Main("predict", func(ctx context.Context) error { return predict(ctx, os.Args[1:], os.Stdout) })
}

func parse(args []string) (*options, error) {
	o := &options{}
	fs := flag.NewFlagSet("predict", flag.ContinueOnError)
	fs.StringVar(&o.run, "run", "", "`DIR`: run folder that train left")
	fs.StringVar(&o.model, "model", "", "`FILE` of the run's model, if it has moved")
	fs.StringVar(&o.method, "method", "", "`NAME` of a method of the run (default cdc, or its last one)")
	fs.Int64Var(&o.seed, "seed", -1, "seed of the run to use (default its first)")
	fs.StringVar(&o.classes, "classes", "all", "`all`, base or new: which half of the classes to choose among")
	fs.BoolVar(&o.json, "json", false, "print one JSON object a line")
	fs.Float64Var(&o.abstain, "abstain", 1, "answer \"don't know\" above this uncertainty (0 to 1)")
	fs.IntVar(&o.threads, "threads", 0, "threads to use (default all cores)")
	if err := cli.Parse(fs, args, help); err != nil {
		return nil, err
	}
	o.images = fs.Args()
	switch {
	case o.run == "":
		return nil, cli.Usagef("-run RUN is missing: the folder that train left (-h explains)")
	case !(o.abstain >= 0 && o.abstain <= 1):
		return nil, cli.Usagef("-abstain %v: must be 0 to 1", o.abstain)
	case len(o.images) == 0:
		return nil, cli.Usagef("name images or folders of images to classify")
	}
	return o, cli.Threads(o.threads)
}

func predict(ctx context.Context, args []string, w io.Writer) error {
	o, err := parse(args)
	if err != nil {
		return err
	}
	files, err := collect(o.images)
	if err != nil {
		return err
	}
	t, err := eval.LoadRun(o.run, o.model)
	if err != nil {
		return err
	}
	learner, names, err := o.learner(t)
	if err != nil {
		return err
	}
	var out printer = &table{w: w, abstain: o.abstain}
	if o.json {
		out = &lines{w: w, abstain: o.abstain}
	}
	failed, err := each(ctx, t.Model, learner, names, files, out)
	if err := errors.Join(err, out.end()); err != nil {
		return err
	}
	if failed > 0 {
		return fmt.Errorf("%d of %d images could not be read", failed, len(files))
	}
	return nil
}

// learner picks method, seed and classes of the run.
func (o *options) learner(t *eval.Trained) (prompt.Learner, []string, error) {
	if o.method == "" {
		o.method = t.Methods[len(t.Methods)-1]
		for _, m := range t.Methods {
			if m == "cdc" {
				o.method = m
			}
		}
	}
	if o.seed < 0 {
		o.seed = int64(t.Seeds[0])
	}
	names, err := t.Half(o.classes)
	if err != nil {
		return nil, nil, cli.Usage{Err: fmt.Errorf("-classes: %w", err)}
	}
	l, err := t.Learner(o.method, uint64(o.seed), names)
	return l, names, err
}

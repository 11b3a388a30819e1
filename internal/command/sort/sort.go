// Package sort is the command that puts photographs into folders by the class
// that a run gives them. It never overwrites or removes a file, goes on where it
// stopped, and its memory does not grow with the photographs but for 8 bytes of
// each that it has sorted before.
package sort

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"runtime/debug"
	"time"

	"frontdoor"
	"frontdoor/internal/cli"
	"frontdoor/internal/term"
)

const help = `Usage: go run ./cmd/frontdoor sort PHOTOS -run RUN -into DIR [flags]

Puts copies of the photographs below the folder PHOTOS, or links to them, into
folders of DIR: one for each class, _unsure for those whose class is not certain, and
_unfamiliar for what is like no class. Without -apply it only says what it would do.

No file is ever overwritten, moved or removed. DIR/sorted.csv has a row for each
photograph; what stands there is not looked at again, so that the same command goes on
after an interruption and takes what is new.

  go run ./cmd/frontdoor sort photos -run runs/RUN -into sorted
  go run ./cmd/frontdoor sort photos -run runs/RUN -into sorted -apply -link
  go run ./cmd/frontdoor sort inbox -run runs/RUN -into sorted -apply -watch

What is certain follows from the run's promise (train -risk). Without one, -unsure and
-unfamiliar say it, or every photograph goes to its most probable class.

`

// options are the flags.
type options struct {
	photos, run, into, model, method, device string
	cache                                    string
	seed                                     int64
	apply, link, xmp, watch                  bool
	every                                    time.Duration
	unsure, unfamiliar                       float64
	threads                                  int
}

// Run does what the arguments of the command say.
func Run(ctx context.Context, args []string) error {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(10) // most of the heap is weights, which stay
	}
	o, err := parse(args)
	if err != nil {
		return err
	}
	return o.sort(ctx, term.Shown(cli.Stdout), os.Stderr)
}

func parse(args []string) (*options, error) {
	o := &options{}
	fs := flag.NewFlagSet("sort", flag.ContinueOnError)
	fs.StringVar(&o.run, "run", "", "run folder `RUN` that train left")
	fs.StringVar(&o.into, "into", "", "`DIR` to sort into")
	fs.BoolVar(&o.apply, "apply", false, "do it (default say what would be done)")
	fs.BoolVar(&o.link, "link", false, "make hard links instead of copies, which take no room")
	fs.BoolVar(&o.xmp, "xmp", false, "also write what was found beside each photograph, as NAME.xmp")
	fs.BoolVar(&o.watch, "watch", false, "with -apply: look again from time to time, until Ctrl-C")
	fs.DurationVar(&o.every, "every", 10*time.Second, "with -watch: `TIME` to wait before each look")
	fs.Float64Var(&o.unsure, "unsure", 0, "a probability below `P` goes to _unsure, if the run has no promise")
	fs.Float64Var(&o.unfamiliar, "unfamiliar", 1, "an uncertainty above `U` goes to _unfamiliar, if the run has no promise")
	fs.StringVar(&o.model, "model", "", "`FILE` of the run's model, if it has moved")
	fs.StringVar(&o.method, "method", "", "`NAME` of a method of the run (default as predict)")
	fs.Int64Var(&o.seed, "seed", -1, "seed of the run to use (default its first)")
	fs.StringVar(&o.cache, "cache", os.Getenv(cli.CacheVariable), cli.CacheFlag)
	fs.StringVar(&o.device, "device", "cpu", cli.DeviceFlag)
	fs.IntVar(&o.threads, "threads", 0, "threads to use (default all cores)")
	if err := cli.Parse(fs, args, help); err != nil {
		return nil, err
	}
	switch {
	case fs.NArg() != 1:
		return nil, cli.Usagef("name one folder of photographs")
	case o.run == "":
		return nil, cli.Usagef("-run RUN is needed: the folder that train left")
	case o.into == "":
		return nil, cli.Usagef("-into DIR is needed: the folder to sort into")
	case o.seed < -1:
		return nil, cli.Usagef("-seed %d: must be 0 or more", o.seed)
	case o.watch && !o.apply:
		return nil, cli.Usagef("-watch goes with -apply")
	case o.every < time.Second:
		return nil, cli.Usagef("-every %v: must be at least 1s", o.every)
	case !(o.unsure >= 0 && o.unsure <= 1) || !(o.unfamiliar >= 0 && o.unfamiliar <= 1):
		return nil, cli.Usagef("-unsure and -unfamiliar must be 0 to 1")
	}
	o.photos = fs.Arg(0)
	info, err := os.Stat(o.photos)
	if err != nil {
		return nil, cli.Usage{Err: err}
	}
	if !info.IsDir() {
		return nil, cli.Usagef("%s is no folder", o.photos)
	}
	return o, cli.Threads(o.threads)
}

// sort sorts once, or again and again.
func (o *options) sort(ctx context.Context, w, errs io.Writer) error {
	opts := []frontdoor.Option{frontdoor.WithModel(o.model), frontdoor.WithMethod(o.method), frontdoor.WithDevice(o.device), frontdoor.WithCache(o.cache)}
	if o.seed >= 0 {
		opts = append(opts, frontdoor.WithSeed(uint64(o.seed)))
	}
	c, err := frontdoor.Open(ctx, o.run, opts...)
	if errors.As(err, new(*frontdoor.OptionError)) {
		return cli.Usage{Err: err}
	}
	if err != nil {
		return err
	}
	defer c.Close()
	for _, note := range c.Info().Notes {
		fmt.Fprintf(term.Shown(errs), "sort: note: %s\n", note)
	}
	if c.Info().Model == "tiny" && c.Info().Photographs {
		cli.WarnToy(errs, "sort")
	}
	if c.Promise() != nil && (o.unsure != 0 || o.unfamiliar != 1) {
		return cli.Usagef("-unsure and -unfamiliar are for runs without a promise; the thresholds of %s are those of calibrate", cli.Quote(o.run))
	}
	d, err := o.open(c)
	if err != nil {
		return err
	}
	err = o.passes(ctx, c, d, w, errs)
	return errors.Join(err, d.close())
}

// passes goes through the photographs, with -watch until ctx ends.
func (o *options) passes(ctx context.Context, c *frontdoor.Classifier, d *destination, w, errs io.Writer) error {
	for {
		p := &pass{options: o, classifier: c, destination: d, out: w, errs: errs, counts: map[string]int{}}
		if err := p.do(ctx); err != nil {
			if o.watch && errors.Is(err, context.Canceled) {
				return nil
			}
			return err
		}
		if !o.watch || p.seen > 0 {
			p.summary()
		}
		if !o.watch {
			return p.err()
		}
		select {
		case <-ctx.Done():
			return nil // the way to end it
		case <-time.After(o.every):
		}
	}
}

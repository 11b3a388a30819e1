// Package check is the command that looks at image data before anything is
// trained on it: a folder of one's own, or published datasets.
package check

import (
	"context"
	"flag"
	"io"
	"os"
	"strings"

	"frontdoor/internal/cli"
	"frontdoor/internal/inspect"
	"frontdoor/internal/term"
)

const help = `Usage: go run ./cmd/check -data DIR [flags]

Looks at image data and trains nothing. Every image is decoded; what cannot be
read is listed, and makes the command fail.

  go run ./cmd/check -data photos                        your own images, one folder a class
  go run ./cmd/check -data ROOT -dataset caltech101,dtd  published datasets, ROOT/caltech-101
  go run ./cmd/check -data ROOT -dataset all -quick      all of them, without decoding

Published datasets are compared with what was published: classes, images of each
split and class, images that are missing or listed twice, and files of equal
content in two splits.

`

// Run does what the arguments of the command say.
func Run(ctx context.Context, args []string) error {
	return check(ctx, args, term.Shown(cli.Stdout), os.Stderr)
}

func check(ctx context.Context, args []string, out, errs io.Writer) error {
	fs := flag.NewFlagSet("check", flag.ContinueOnError)
	opt := inspect.Options{Progress: func(label string) (func(done, total int), func()) { return term.Counter(errs, label) }}
	fs.StringVar(&opt.Data, "data", "", "`DIR` of your own images, one folder a class, or the folder that holds published datasets")
	fs.BoolVar(&opt.Quick, "quick", false, "look at the header of each image instead of decoding it")
	dataset := fs.String("dataset", "", "`NAMES` of published datasets, with commas between them, or all")
	threads := fs.Int("threads", 0, "threads to use (default all cores)")
	if err := cli.Parse(fs, args, help); err != nil {
		return err
	}
	if fs.NArg() > 0 {
		return cli.Usagef("unexpected %q: the folder is named by -data", fs.Arg(0))
	}
	if opt.Data == "" {
		return cli.Usagef("-data DIR says what to check: a folder with one folder of images for each class, or with -dataset the folder that holds caltech-101 and so on")
	}
	if err := cli.Threads(*threads); err != nil {
		return err
	}
	look := inspect.Own
	if *dataset != "" {
		look = func(ctx context.Context, opt inspect.Options) (*inspect.Findings, error) {
			return inspect.Published(ctx, strings.Split(*dataset, ","), opt)
		}
	}
	findings, err := look(ctx, opt)
	if err != nil {
		return err
	}
	return findings.Print(out, term.Shown(errs), "check", opt.Data)
}

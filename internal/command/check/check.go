// Package check is the command that looks at image data before anything is
// trained on it: a folder of one's own, or published datasets.
package check

import (
	"cmp"
	"context"
	"flag"
	"io"
	"os"
	"strings"

	"frontdoor/clip"
	"frontdoor/eval/kept"
	"frontdoor/internal/cli"
	"frontdoor/internal/inspect"
	"frontdoor/internal/term"
	"frontdoor/simd"
)

const help = `Usage: go run ./cmd/check -data DIR [flags]

Looks at image data and trains nothing. Every image is decoded.

  go run ./cmd/check -data photos                        your own images, one folder a class
  go run ./cmd/check -data photos -model ViT-B-16.pt     labels and images that are doubtful, too
  go run ./cmd/check -data ROOT -dataset caltech101,dtd  published datasets, ROOT/caltech-101
  go run ./cmd/check -data ROOT -dataset all -quick      all of them, without decoding

Of your own images it lists what cannot be read or is tiny, classes of few images,
and images that are the same or nearly so, such as one that was saved again
smaller. With a model: labels that may be wrong, images unlike the others of their
class, and class names that CLIP finds alike. It fails only if a test image is
trained on as well.

Published datasets are compared with what was published: classes, images of each
split and class, images that are missing or listed twice, and files of equal
content in two splits. What is not as published makes the command fail.

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
	model := fs.String("model", "", "`FILE` of a CLIP that looks at your own images, or tiny for the embedded one, which knows no photographs")
	vocab := fs.String("vocab", "", "`FILE` of the model's vocabulary, if it is not beside it or in the cache")
	cache := fs.String("cache", os.Getenv(cli.CacheVariable), "keep features of images in `DIR`, for this command and for train (default $"+cli.CacheVariable+")")
	asJSON := fs.Bool("json", false, "print all that is found as JSON")
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
	if *dataset != "" {
		if *model != "" || *asJSON {
			return cli.Usagef("-model and -json go with your own images, not with -dataset")
		}
		findings, err := inspect.Published(ctx, strings.Split(*dataset, ","), opt)
		if err != nil {
			return err
		}
		return findings.Print(out, term.Shown(errs), "check", opt.Data)
	}
	if *model != "" {
		m, err := clip.Load(*model, clip.Options{Vocabulary: *vocab})
		if err != nil {
			return err
		}
		defer m.Close()
		opt.Model.Model = m
		if *cache != "" {
			if opt.Model.Kept, err = kept.Open(*cache, opt.Data, m, simd.Rounding()); err != nil {
				return err
			}
		}
	}
	return own(ctx, opt, *asJSON, out)
}

// own checks one's own images.
func own(ctx context.Context, opt inspect.Options, asJSON bool, out io.Writer) error {
	photos, err := inspect.Own(ctx, opt)
	if err != nil {
		return err
	}
	show := photos.Print
	if asJSON {
		show = photos.JSON
	}
	return cmp.Or(show(out), photos.Leak())
}

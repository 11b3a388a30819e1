// Package fetch is the command that downloads published models, CLIP's
// vocabulary and data sets, and converts models to one file that loads fastest.
package fetch

import (
	"cmp"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"frontdoor/clip"
	"frontdoor/data/coop"
	"frontdoor/internal/cache"
	"frontdoor/internal/cli"
	"frontdoor/internal/download"
	"frontdoor/internal/term"
)

const help = `Usage: go run ./cmd/fetch [flags] NAME...
       go run ./cmd/fetch -convert OUT.safetensors FILE|NAME

Downloads published files: checks size and SHA-256 where they are known, takes
up broken transfers where they stopped, and keeps what is already there.
Models go to a cache folder, where the other commands find them by file name.

  go run ./cmd/fetch                                list what there is
  go run ./cmd/fetch vit-b-16                       the model, and the vocabulary
  go run ./cmd/fetch caltech101                     to datasets/caltech-101
  go run ./cmd/fetch -url https://mirror/x.pt vit-b-16
  go run ./cmd/fetch -convert vit.safetensors vit-b-16
  go run ./cmd/fetch -convert vit.safetensors ViT-B-16.pt

`

// options are the flags.
type options struct {
	dir, url, convert, vocabulary, activation string
	names                                     []string
}

// Run does what the arguments of the command say.
func Run(ctx context.Context, args []string) error {
	return fetch(ctx, args, term.Shown(cli.Stdout), os.Stderr, &download.Client{})
}

func parse(args []string) (*options, error) {
	o := &options{}
	flags := flag.NewFlagSet("fetch", flag.ContinueOnError)
	flags.StringVar(&o.dir, "dir", "", "`DIR` to download to (default a cache folder for models, ./datasets for data)")
	flags.StringVar(&o.url, "url", "", "`URL` to download from instead: of the file, or with a slash at its end of a folder that has it")
	flags.StringVar(&o.convert, "convert", "", "`FILE` to write the model to as safetensors, complete with its vocabulary")
	flags.StringVar(&o.vocabulary, "vocab", "", "`FILE` of the model's vocabulary for -convert, if it is not beside the model")
	flags.StringVar(&o.activation, "activation", "", "`NAME` of the model's activation for -convert, quick_gelu or gelu")
	if err := cli.Parse(flags, args, help); err != nil {
		return nil, err
	}
	o.names = flags.Args()
	switch {
	case o.convert != "" && len(o.names) != 1:
		return nil, cli.Usagef("-convert takes one model, a name or a file")
	case o.url != "" && !strings.HasSuffix(o.url, "/") && len(o.names) != 1:
		return nil, cli.Usagef("-url %s is one file; give one name with it, or the URL of a folder with / at its end", o.url)
	}
	return o, nil
}

func fetch(ctx context.Context, args []string, out, progress io.Writer, client *download.Client) error {
	o, err := parse(args)
	if err != nil {
		return err
	}
	if len(o.names) == 0 {
		return list(out)
	}
	if o.convert != "" {
		return o.convertOne(ctx, out, progress, client)
	}
	for _, name := range o.names {
		if err := o.check(name); err != nil {
			return err
		}
	}
	for _, name := range o.names {
		if _, err := o.get(ctx, name, out, progress, client); err != nil {
			return err
		}
	}
	return nil
}

// check returns an error if a name stands for nothing that can be downloaded.
func (o *options) check(name string) error {
	if _, ok := items[name]; ok {
		return nil
	}
	if set, ok := coop.ByName(name); ok {
		return fmt.Errorf("%s has to be fetched by hand: %s", name, set.Wants(cmp.Or(o.dir, datasets)))
	}
	hint := ""
	if best := cli.Nearest(name, append(names(), coop.Names()...)); best != "" {
		hint = fmt.Sprintf("did you mean %s? ", best)
	}
	return cli.Usagef("nothing is known by the name %q; %sthe names are %s", name, hint, strings.Join(names(), ", "))
}

// datasets is the folder that data sets go to, if no other is named.
const datasets = "datasets"

// list prints the table.
func list(out io.Writer) error {
	t := term.Table{Header: []string{"name", "what", "checked by"}}
	for _, name := range names() {
		sums := 0
		for _, f := range items[name].files {
			if f.SHA256 != "" {
				sums++
			}
		}
		checked := "SHA-256"
		if sums < len(items[name].files) {
			checked = "nothing: no sum is known"
		}
		t.Rows = append(t.Rows, []string{name, items[name].about, checked})
	}
	for _, name := range coop.Names() {
		if _, ok := items[name]; !ok {
			set, _ := coop.ByName(name)
			t.Rows = append(t.Rows, []string{name, set.Title, "by hand; naming it says from where"})
		}
	}
	_, err := io.WriteString(out, t.Fit(term.Columns(out)))
	return err
}

// get downloads what a name stands for, and returns where its first file is.
func (o *options) get(ctx context.Context, name string, out, progress io.Writer, client *download.Client) (string, error) {
	it := items[name]
	dir := o.dir
	switch {
	case dir != "":
	case it.data:
		dir = datasets
	default:
		var err error
		if dir, err = cache.Dir(); err != nil {
			return "", err
		}
	}
	for i, f := range it.files {
		if i == 0 || strings.HasSuffix(o.url, "/") {
			f = f.mirrored(o.url)
		}
		if err := one(ctx, f, f.destination(dir), out, progress, client); err != nil {
			return "", err
		}
	}
	if it.then != "" {
		fmt.Fprintf(out, "left to do in %s: %s\n", dir, it.then)
	}
	return it.files[0].destination(dir), nil
}

// one downloads a file with a progress bar.
func one(ctx context.Context, f file, path string, out, progress io.Writer, client *download.Client) error {
	bar := &bar{w: progress, label: filepath.Base(path) + " (MB)"}
	defer bar.end()
	err := client.File(ctx, path, f.Want, bar.show)
	bar.end()
	if err != nil {
		return byHand(err, path)
	}
	how := "SHA-256 verified"
	if f.SHA256 == "" {
		sum, err := download.Sum(ctx, path)
		if err != nil {
			return err
		}
		how = "no sum is known to check it by; its SHA-256 is " + sum
	}
	_, err = fmt.Fprintf(out, "%s: %s\n", path, how)
	return err
}

// byHand adds to the error what to do without this program.
func byHand(err error, path string) error {
	if errors.Is(err, context.Canceled) {
		return err
	}
	why := ""
	if download.Offline(err) {
		why = "this machine cannot reach the server; "
	}
	return fmt.Errorf("%w; %srun it again to go on, give another source with -url, or get it in another way and put it at %s", err, why, path)
}

// convertOne converts a model that is a file, or known by name.
func (o *options) convertOne(ctx context.Context, out, progress io.Writer, client *download.Client) error {
	from := o.names[0]
	if it, ok := items[from]; ok {
		if it.data || slices.Equal(it.files, []file{vocabulary}) {
			return cli.Usagef("-convert: %s is no model", from)
		}
		var err error
		if from, err = o.get(ctx, from, out, progress, client); err != nil {
			return err
		}
	} else if _, err := os.Stat(from); errors.Is(err, fs.ErrNotExist) {
		if _, ok := cache.Find(from); !ok {
			return cli.Usagef("-convert: %s is neither a file nor a name; the names are %s", from, strings.Join(names(), ", "))
		}
	}
	notes, err := clip.Convert(from, o.convert, clip.Options{Vocabulary: o.vocabulary, Activation: o.activation})
	if err != nil {
		return err
	}
	for _, note := range notes {
		fmt.Fprintf(term.Shown(progress), "fetch: note: %s\n", note)
	}
	_, err = fmt.Fprintf(out, "%s: converted from %s\n", o.convert, from)
	return err
}

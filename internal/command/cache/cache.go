// Package cache is the command that looks after the folder in which other
// commands keep features of images.
package cache

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"frontdoor/data"
	"frontdoor/eval/kept"
	"frontdoor/internal/cli"
	"frontdoor/internal/featurecache"
	"frontdoor/internal/term"
)

const help = `Usage: go run ./cmd/cache [-cache DIR] ls|verify|clear

Looks after the features of images that train, calibrate, predict, sort and serve
keep with -cache DIR. They share them, and decode no image whose features are there.

  go run ./cmd/cache -cache DIR ls       what there is, by model and view of the images
  go run ./cmd/cache -cache DIR verify   read all, and take the digest of all images anew
  go run ./cmd/cache -cache DIR clear    remove all features, and decoded test images

DIR is by default what $` + cli.CacheVariable + ` says. Features that are damaged are computed
again when they are needed; verify makes the command fail if there are any, or if an
image changed without its size and time.

`

// Run does what the arguments of the command say.
func Run(ctx context.Context, args []string) error { return run(ctx, args, term.Shown(cli.Stdout)) }

func run(ctx context.Context, args []string, out io.Writer) error {
	flags := flag.NewFlagSet("cache", flag.ContinueOnError)
	dir := flags.String("cache", os.Getenv(cli.CacheVariable), "`DIR` of the features (default $"+cli.CacheVariable+")")
	if err := cli.Parse(flags, args, help); err != nil {
		return err
	}
	switch {
	case *dir == "":
		return cli.Usagef("-cache DIR names the folder of features, or the environment variable %s", cli.CacheVariable)
	case flags.NArg() != 1:
		return cli.Usagef("say what to do: ls, verify or clear")
	}
	_, err := os.Stat(filepath.Join(*dir, "features")) // Open would make it, among photographs as well
	if errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("-cache %s: no features are kept there", cli.Quote(*dir))
	}
	if err != nil {
		return fmt.Errorf("-cache: %w", err)
	}
	c, err := featurecache.Open(*dir, kept.Bytes)
	if err != nil {
		return err
	}
	switch what := flags.Arg(0); what {
	case "ls":
		return list(ctx, c, *dir, out)
	case "verify":
		return verify(ctx, c, out)
	case "clear":
		return clearAll(c, *dir)
	default:
		return cli.Usagef("unknown %q: choose from ls, verify, clear", what)
	}
}

// list prints what each space takes, and the decoded test images.
func list(ctx context.Context, c *featurecache.Cache, dir string, out io.Writer) error {
	all, err := c.List(ctx)
	if err != nil {
		return err
	}
	files, err := data.CachedTests(dir)
	if err != nil {
		return err
	}
	text := table(all).String()
	for _, path := range files {
		if info, err := os.Lstat(path); err == nil {
			text += fmt.Sprintf("%s of decoded test images, last used %s: %s\n", term.Bytes(info.Size()), info.ModTime().Format(time.DateTime), filepath.Base(path))
		}
	}
	_, err = io.WriteString(out, text)
	return err
}

func table(all []featurecache.Usage) *term.Table {
	t := &term.Table{Header: []string{"features", "size", "damaged", "last used", "model", "view"},
		Align: []term.Align{term.Right, term.Right, term.Right, term.Left, term.Left, term.Left}}
	for _, u := range all {
		model, view := kept.Words(u.Model, u.View)
		t.Rows = append(t.Rows, []string{fmt.Sprint(u.Records), term.Bytes(u.Bytes), fmt.Sprint(u.Damaged),
			time.Unix(u.Used, 0).Format(time.DateTime), model, view})
	}
	return t
}

// verify prints the same and fails if anything is wrong.
func verify(ctx context.Context, c *featurecache.Cache, out io.Writer) error {
	all, changed, err := c.Verify(ctx)
	if err != nil {
		return err
	}
	if _, err := io.WriteString(out, table(all).String()); err != nil {
		return err
	}
	damaged := 0
	for _, u := range all {
		damaged += u.Damaged
	}
	for _, path := range changed {
		fmt.Fprintf(out, "%s changed, and kept its size and time\n", path)
	}
	if damaged+len(changed) > 0 {
		return fmt.Errorf("%d features or files of them are damaged and %d images changed unnoticed: what they are needed for is computed again", damaged, len(changed))
	}
	return nil
}

// clearAll removes what train keeps with -cache.
func clearAll(c *featurecache.Cache, dir string) error {
	pixels, err := data.CachedTests(dir)
	if err != nil {
		return err
	}
	for _, path := range pixels {
		if err := os.Remove(path); err != nil {
			return err
		}
	}
	return c.Clear()
}

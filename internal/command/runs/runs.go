// Package runs is the command that works on finished runs: it puts shards
// together, compares methods, and makes tables and figures again. It trains
// nothing.
package runs

import (
	"context"
	"flag"
	"io"
	"os"
	"strings"

	"frontdoor/eval/report"
	"frontdoor/internal/cli"
	"frontdoor/internal/runs"
	"frontdoor/internal/term"
)

const help = `Usage: go run ./cmd/runs COMMAND [flags] ...

  go run ./cmd/runs merge RUN                       put the shards in RUN together
  go run ./cmd/runs merge -out RUN PART PART ...    the same, of shards that lie elsewhere
  go run ./cmd/runs compare cdc,maple RUN ...       is the difference more than chance?
  go run ./cmd/runs figures RUN                     make its tables, figures and page again
  go run ./cmd/runs page runs                       compare all runs of a folder in runs/index.html

`

// Run does what the arguments of the command say.
func Run(ctx context.Context, args []string) error {
	return command(ctx, args, term.Shown(cli.Stdout), term.Shown(os.Stderr))
}

// command does what the arguments say.
func command(ctx context.Context, args []string, out, errs io.Writer) error {
	name := ""
	if len(args) > 0 && !strings.HasPrefix(args[0], "-") {
		name, args = args[0], args[1:]
	}
	fs := flag.NewFlagSet("runs", flag.ContinueOnError)
	folder := ""
	if name == "merge" {
		fs.StringVar(&folder, "out", "", "`RUN` folder to write (default the first that is named)")
	}
	var page report.Options
	if name == "figures" {
		fs.BoolVar(&page.NoImages, "no-images", false, "leave pictures of test images out of the page")
	}
	if err := cli.Parse(fs, args, help); err != nil {
		return err
	}
	switch {
	case name == "":
		return cli.Usagef("name a command: merge, compare, figures or page")
	case name != "merge" && name != "compare" && name != "figures" && name != "page":
		return cli.Usagef("unknown command %q: choose from merge, compare, figures, page", name)
	case fs.NArg() == 0:
		return cli.Usagef("%s: name a run folder", name)
	case (name == "figures" || name == "page") && fs.NArg() > 1:
		return cli.Usagef("%s: unexpected %q: one folder at a time", name, fs.Arg(1))
	case name == "figures":
		return runs.Figures(ctx, out, fs.Arg(0), page)
	case name == "page":
		return runs.Page(ctx, out, fs.Arg(0))
	case name == "compare":
		return runs.Compare(ctx, out, strings.Split(fs.Arg(0), ","), fs.Args()[1:])
	}
	if folder == "" {
		folder = fs.Arg(0)
	}
	return runs.Merge(ctx, out, errs, "runs", fs.Args(), folder)
}

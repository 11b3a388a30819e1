// Package export is the command that writes what a finished run has learned as
// PyTorch files, in the tensor names and folders of the published code.
package export

import (
	"context"
	"flag"
	"io"

	"frontdoor/internal/cli"
	"frontdoor/internal/runs"
	"frontdoor/internal/term"
)

const help = `Usage: go run ./cmd/export [flags] RUN

Writes RUN/export/METHOD/seedS, which the published code takes as its model
folder; in a sweep RUN/export/DATASET-16shot/METHOD/seedS.

  go run ./cmd/export runs/texshape-20261125-094843

Flags:
`

// Run does what the arguments of the command say.
func Run(ctx context.Context, args []string) error { return export(ctx, args, term.Shown(cli.Stdout)) }

func export(ctx context.Context, args []string, out io.Writer) error {
	fs := flag.NewFlagSet("export", flag.ContinueOnError)
	model := fs.String("model", "", "`FILE` of the run's model, if it is not where it was")
	if err := cli.Parse(fs, args, help); err != nil {
		return err
	}
	if fs.NArg() != 1 {
		return cli.Usagef("name one run folder")
	}
	return runs.Export(ctx, out, fs.Arg(0), *model)
}

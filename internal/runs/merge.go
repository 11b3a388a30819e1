package runs

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"frontdoor/eval/rundir"
	"frontdoor/internal/cli"
	"frontdoor/internal/shellword"
)

// Merge puts the parts of a run together in the folder out and prints its
// tables. What is missing comes first, cell by cell on errs, with the commands
// that compute it, and makes the call fail; the tables then show what is there.
// name is that of the command that reports.
func Merge(ctx context.Context, w, errs io.Writer, name string, parts []string, out string) error {
	m, err := rundir.Merge(ctx, parts, out)
	if err != nil {
		return err
	}
	if len(m.Kernels) > 1 {
		fmt.Fprintf(errs, "%s: the parts were computed with different kernels (%s), which round differently in the last bits\n", name, strings.Join(m.Kernels, ", "))
	}
	incomplete := missing(errs, name, m, parts[0], out)
	if len(m.Results.Rows) > 0 {
		err := Present(ctx, w, out, m.Results.Rows, Show{Costs: true})
		if ctx.Err() != nil {
			return ctx.Err()
		}
		fmt.Fprintf(w, "\nrun folder: %s\n", out)
		incomplete = errors.Join(incomplete, err)
	}
	return incomplete
}

// missing lists the cells that no part has; nil if there is none. Shards lie
// below root.
func missing(errs io.Writer, name string, m *rundir.Merged, root, out string) error {
	if len(m.Missing) == 0 {
		return nil
	}
	all := m.Config.Cells()
	fmt.Fprintf(errs, "%s: %d of %d cells are missing:\n", name, len(m.Missing), len(all))
	if m.Shards == 0 {
		for _, cell := range m.Missing {
			fmt.Fprintf(errs, "  %s\n", cell)
		}
	}
	for i := range m.Shards {
		s := rundir.Shard{I: i, N: m.Shards}
		own := common(s.Of(all), m.Missing)
		for _, cell := range own {
			fmt.Fprintf(errs, "  %s\n", cell)
		}
		if len(own) > 0 {
			if shellword.Trains(m.Config.Command) { // somebody will paste it
				fmt.Fprintf(errs, "    %s -out %s -shard %s\n", m.Config.Command, cli.Quote(root), s)
			}
		}
	}
	return fmt.Errorf("%s is not complete; compute what is missing with: %s -resume %s (or shard by shard as above, and merge again)", out, cli.Call("train"), cli.Quote(out))
}

// common returns the cells that are in both lists.
func common(a, b []rundir.Cell) []rundir.Cell {
	in := map[rundir.Cell]bool{}
	for _, cell := range b {
		in[cell] = true
	}
	var out []rundir.Cell
	for _, cell := range a {
		if in[cell] {
			out = append(out, cell)
		}
	}
	return out
}

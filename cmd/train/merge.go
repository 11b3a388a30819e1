package main

import (
	"flag"
	"fmt"
	"os"
	"strings"

	"frontdoor/eval/report"
	"frontdoor/eval/rundir"
	"frontdoor/internal/cli"
)

// parseMerge reads the folders behind "-merge RUN", among which there may be
// flags.
func (o *options) parseMerge(fs *flag.FlagSet) error {
	o.runs = []string{o.merge}
	for fs.NArg() > 0 {
		o.runs = append(o.runs, fs.Arg(0))
		if err := cli.Parse(fs, fs.Args()[1:], help); err != nil {
			return err
		}
	}
	if o.out == "" {
		o.out = o.merge
	}
	return nil
}

// mergeRuns puts the shards of a run together and prints its tables. Cells
// that are missing are named, with the commands that compute them, and make
// the command fail.
func (o *options) mergeRuns() error {
	m, err := rundir.Merge(o.runs, o.out)
	if err != nil {
		return err
	}
	o.methods = strings.Join(m.Config.Methods, ",")
	if len(m.Kernels) > 1 {
		fmt.Fprintf(os.Stderr, "train: the parts were computed with different kernels (%s), which round differently in the last bits\n", strings.Join(m.Kernels, ", "))
	}
	if len(m.Results.Rows) > 0 {
		if err := o.present(o.out, m.Results.Rows); err != nil {
			return err
		}
		fmt.Printf("\nrun folder: %s\n", o.out)
	}
	return o.missing(m)
}

// missing names the cells that no part has; nil if there is none.
func (o *options) missing(m *rundir.Merged) error {
	if len(m.Missing) == 0 {
		return nil
	}
	name := func(cell rundir.Cell) { fmt.Fprintf(os.Stderr, "  %s\n", cell) }
	all := m.Config.Cells()
	fmt.Fprintf(os.Stderr, "train: %d of %d cells are missing:\n", len(m.Missing), len(all))
	if m.Shards == 0 {
		for _, cell := range m.Missing {
			name(cell)
		}
	}
	for i := range m.Shards {
		s := rundir.Shard{I: i, N: m.Shards}
		own := common(s.Of(all), m.Missing)
		for _, cell := range own {
			name(cell)
		}
		if len(own) > 0 {
			fmt.Fprintf(os.Stderr, "    %s -out %s -shard %s\n", m.Config.Command, o.merge, s)
		}
	}
	return fmt.Errorf("%s is not complete; compute what is missing with: go run ./cmd/train -resume %s (or shard by shard as above, and merge again)", o.out, o.out)
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

// presentShard prints the table of a shard, which has no rows if there are fewer
// cells than shards.
func (o *options) presentShard(c *rundir.Config, rows []rundir.Row) {
	if len(rows) > 0 {
		fmt.Print(report.Summary(rows).String())
	} else {
		fmt.Printf("nothing to compute: the run has %d cells for %d shards\n", len(c.Cells()), o.shard.N)
	}
	fmt.Printf("\nshard %s: %s; when all are there: go run ./cmd/train -merge %s\n", &o.shard, o.path(), o.out)
}

// again is the command that goes on with an interrupted run.
func (o *options) again() string {
	if o.shard.Whole() {
		return "go run ./cmd/train -resume " + o.out
	}
	return fmt.Sprintf("go run ./cmd/train -resume %s -shard %s", o.out, &o.shard)
}

package train

import (
	"flag"
	"fmt"

	"frontdoor/eval/report"
	"frontdoor/eval/rundir"
	"frontdoor/internal/cli"
	"frontdoor/internal/term"
)

// parseMerge reads the folders behind "-merge RUN", among which there may be
// flags.
func (o *options) parseMerge(fs *flag.FlagSet) error {
	o.runs = []string{o.merge}
	for fs.NArg() > 0 {
		o.runs = append(o.runs, fs.Arg(0))
		if err := cli.Parse(fs, fs.Args()[1:], help, groups...); err != nil {
			return err
		}
	}
	if o.out == "" {
		o.out = o.merge
	}
	return nil
}

// presentShard prints the table of a shard, which has no rows if there are fewer
// cells than shards.
func (o *options) presentShard(c *rundir.Config, rows []rundir.Row) {
	if len(rows) > 0 {
		fmt.Fprint(stdout, report.Summary(rows).Fit(term.Columns(stdout)))
	} else {
		fmt.Fprintf(stdout, "nothing to compute: the run has %d cells for %d shards\n", len(c.Cells()), o.shard.N)
	}
	fmt.Fprintf(stdout, "\nshard %s: %s; when all are there: %s -merge %s\n", &o.shard, o.path(), cli.Call("train"), cli.Quote(o.out))
}

// again is the command that goes on with an interrupted run.
func (o *options) again() string {
	command := cli.Call("train") + " -resume " + cli.Quote(o.out)
	if !o.shard.Whole() {
		command += " -shard " + o.shard.String()
	}
	return command
}

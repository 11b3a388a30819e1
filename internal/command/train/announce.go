package train

import (
	"fmt"
	"slices"
	"strings"

	"frontdoor/eval"
	"frontdoor/eval/rundir"
)

// announce says in a few lines what is about to happen.
func announce(r *eval.Run) {
	c := r.Config
	what := fmt.Sprintf("dataset %s: %d classes", r.Dataset.Name, len(c.Classes))
	if sets := c.Sets(); len(sets) > 1 {
		var names []string
		for _, s := range sets {
			names = append(names, fmt.Sprintf("%s (%d classes)", s.Name, len(s.Classes)))
		}
		what = "datasets " + strings.Join(names, ", ")
	}
	fmt.Fprintf(stdout, "model %s, %s, %s shots, protocol %s, seeds %v\n", c.Model, what, joined(c.AllShots()), c.Protocol, c.Seeds)
	if len(c.Targets) > 0 {
		fmt.Fprintf(stdout, "tested on %s\n", strings.Join(c.Targets, ", "))
	}
	for _, line := range settings(c) {
		fmt.Fprintln(stdout, line)
	}
	if c.Load != "" {
		fmt.Fprintf(stdout, "loaded from %s\n", c.Load)
	}
	all := c.Cells()
	switch own := len(r.Shard.Of(all)); {
	case !r.Shard.Whole():
		fmt.Fprintf(stdout, "shard %s: %d of %d cells\n", r.Shard, own, len(all))
	case c.Sweep():
		fmt.Fprintf(stdout, "%d cells\n", own)
	}
}

// sayFinished says that a run which is resumed has nothing left to compute; its
// tables follow again.
func sayFinished(r *eval.Run) {
	own := r.Shard.Of(r.Config.Cells())
	// Cells that cannot be read are an error of the run itself.
	if done, err := r.Dir.ReadCells(own); err == nil && len(done) == len(own) {
		fmt.Fprintf(stdout, "%s is finished: nothing is left to compute\n", r.Dir.Path)
	}
}

// settings has a line for each method, number of templates and way of training
// it that occurs.
func settings(c *rundir.Config) []string {
	var lines []string
	for _, cell := range c.Cells() {
		name := cell.Method
		if cell.M > 0 {
			name += fmt.Sprintf(" M=%d", cell.M)
		}
		if line := name + ": " + c.For(cell).Describe(); cell.How().Trained() && !slices.Contains(lines, line) {
			lines = append(lines, line)
		}
	}
	return lines
}

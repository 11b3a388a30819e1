// Package inspect checks image data for the commands and prints what it found: of
// published datasets what is not as it was published ([Published]), of one's own
// images what is doubtful about them ([Own]).
package inspect

import (
	"context"
	"fmt"
	"io"
	"strings"

	"frontdoor/data/coop"
	"frontdoor/internal/cli"
	"frontdoor/internal/term"
)

// Options say what to check.
type Options struct {
	// Data is the data root of published datasets, or a folder of one's own.
	Data string
	// Quick looks at the header and the end of each image only.
	Quick bool
	// Model, if there is one, looks at one's own images beyond their pixels.
	Model Model
	// Progress begins to show the progress of a job, and returns what is told
	// how many images have been read, and what ends the show.
	Progress func(label string) (step func(done, total int), end func())
}

// Findings are what a check of published datasets found.
type Findings struct {
	Table term.Table
	// Notes are worth knowing; Problems are wrong.
	Notes, Problems []string
}

// Published compares published datasets below opt.Data with what was published.
// "all", or no name, stands for all of them.
func Published(ctx context.Context, names []string, opt Options) (*Findings, error) {
	if len(names) == 0 || len(names) == 1 && names[0] == "all" {
		names = coop.Names()
	}
	var sets []*coop.Dataset
	for _, name := range names {
		set, ok := coop.ByName(name)
		if !ok {
			return nil, cli.Usagef("unknown -dataset %q: those that can be checked are all, %s", name, strings.Join(coop.Names(), ", "))
		}
		sets = append(sets, set)
	}
	f := &Findings{Table: term.Table{Header: []string{"dataset", "classes", "train", "val", "test", "per class", "problems"},
		Align: []term.Align{term.Left, term.Right, term.Right, term.Right, term.Right, term.Right, term.Right}}}
	for _, set := range sets {
		c, err := one(ctx, set, opt)
		if err != nil {
			return nil, err
		}
		f.Table.Rows = append(f.Table.Rows, row(c))
		f.Notes, f.Problems = append(f.Notes, c.Notes...), append(f.Problems, c.Problems...)
	}
	return f, nil
}

// one checks a published dataset and shows how far it has come.
func one(ctx context.Context, set *coop.Dataset, opt Options) (*coop.Check, error) {
	step, end := opt.Progress("check " + set.Name)
	defer end()
	return set.CheckFiles(ctx, opt.Data, coop.CheckOptions{Quick: opt.Quick, Progress: step})
}

// row is a published dataset's line of the table.
func row(c *coop.Check) []string {
	state := "ok"
	if n := len(c.Problems); n > 0 {
		state = fmt.Sprint(n)
	}
	if c.Classes == 0 {
		return []string{c.Name, "-", "-", "-", "-", "-", state}
	}
	return []string{c.Name, fmt.Sprint(c.Classes), fmt.Sprint(c.Train), fmt.Sprint(c.Val), fmt.Sprint(c.Test),
		fmt.Sprintf("%d-%d", c.Least, c.Most), state}
}

// Print writes the table and the notes to out and the problems to errs, and
// returns an error if there are problems. command begins their lines; data is
// what was checked.
func (f *Findings) Print(out, errs io.Writer, command, data string) error {
	fmt.Fprint(out, f.Table.String())
	for _, n := range f.Notes {
		fmt.Fprintf(out, "note: %s\n", n)
	}
	for _, p := range f.Problems {
		fmt.Fprintf(errs, "%s: %s\n", command, p)
	}
	switch n := len(f.Problems); n {
	case 0:
		return nil
	case 1:
		return fmt.Errorf("found 1 problem in %s; it is listed above", data)
	default:
		return fmt.Errorf("found %d problems in %s; they are listed above", n, data)
	}
}

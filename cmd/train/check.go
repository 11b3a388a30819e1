package main

import (
	"context"
	"fmt"
	"os"
	"strconv"

	"frontdoor/data"
	"frontdoor/internal/cli"
	"frontdoor/internal/term"
)

// checkData compares official datasets below a data root with what was
// published, and prints a table and what is worth knowing. Everything that is
// wrong is listed on standard error, and makes the command fail.
func (o *options) checkData(ctx context.Context) error {
	if o.data == "" {
		return cli.Usagef("-check needs -data DIR, the folder that holds caltech-101 and so on")
	}
	names := split(o.dataset)
	if o.dataset == "all" || len(names) == 0 {
		names = data.OfficialNames()
	}
	var sets []*data.Official
	for _, name := range names {
		official, ok := data.OfficialByName(name)
		if !ok {
			return cli.Usagef("-check: unknown -dataset %q: choose from all, %s", name, officialList())
		}
		sets = append(sets, official)
	}
	t := term.Table{Header: []string{"dataset", "classes", "train", "val", "test", "per class", "problems"},
		Align: []term.Align{term.Left, term.Right, term.Right, term.Right, term.Right, term.Right, term.Right}}
	var notes, problems []string
	for _, official := range sets {
		c, err := checkOne(ctx, official, o.data, o.quick)
		if err != nil {
			return err
		}
		t.Rows = append(t.Rows, checkRow(c))
		notes, problems = append(notes, c.Notes...), append(problems, c.Problems...)
	}
	fmt.Print(t.String())
	for _, n := range notes {
		fmt.Printf("note: %s\n", n)
	}
	if len(problems) == 0 {
		return nil
	}
	for _, p := range problems {
		fmt.Fprintf(os.Stderr, "train: %s\n", p)
	}
	found := fmt.Sprintf("%d problems in %s; they are", len(problems), o.data)
	if len(problems) == 1 {
		found = fmt.Sprintf("1 problem in %s; it is", o.data)
	}
	return fmt.Errorf("-check found %s listed above", found)
}

// checkOne checks a dataset and shows how far it has come.
func checkOne(ctx context.Context, official *data.Official, root string, quick bool) (*data.Check, error) {
	progress, end := bar("check " + official.Name)
	defer end()
	return data.CheckOfficial(ctx, official, root, data.CheckOptions{Quick: quick, Progress: progress})
}

// checkRow is a dataset's line of the table.
func checkRow(c *data.Check) []string {
	state := "ok"
	if n := len(c.Problems); n > 0 {
		state = strconv.Itoa(n)
	}
	if c.Classes == 0 {
		return []string{c.Name, "-", "-", "-", "-", "-", state}
	}
	return []string{c.Name, strconv.Itoa(c.Classes), strconv.Itoa(c.Train), strconv.Itoa(c.Val), strconv.Itoa(c.Test),
		fmt.Sprintf("%d-%d", c.Least, c.Most), state}
}

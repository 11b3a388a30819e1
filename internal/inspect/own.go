package inspect

import (
	"context"
	"fmt"
	"slices"

	"frontdoor/data"
	"frontdoor/internal/term"
)

// Own opens the images in opt.Data as training would and, unless opt.Quick is
// set, decodes them all: the table counts the images of each class, a note
// tells each file that is no image of a class, and a problem each image that
// cannot be read.
func Own(ctx context.Context, opt Options) (*Findings, error) {
	ds, report, err := data.Open(ctx, data.FolderName, data.OpenOptions{Data: opt.Data})
	if err != nil {
		return nil, err
	}
	lists := []*[]data.Item{&ds.Train, &ds.Val, &ds.Test}
	if !opt.Quick {
		all := slices.Concat(ds.Train, ds.Val, ds.Test)
		step, end := opt.Progress("check " + ds.Name)
		defer end()
		good, err := data.Readable(ctx, all, report, step)
		if err != nil {
			return nil, err
		}
		readable := map[string]bool{}
		for _, it := range good {
			readable[it.Name()] = true
		}
		for _, list := range lists {
			*list = slices.DeleteFunc(slices.Clone(*list), func(it data.Item) bool { return !readable[it.Name()] })
		}
	}
	f := &Findings{Table: classTable(ds)}
	for _, p := range report.Problems() {
		text := p.Path + ": " + p.Reason
		if report.Unreadable(p.Path) {
			f.Problems = append(f.Problems, text)
		} else {
			f.Notes = append(f.Notes, text)
		}
	}
	return f, nil
}

// classTable counts the images of each class.
func classTable(ds *data.Dataset) term.Table {
	counts := make([][3]int, len(ds.Classes)+1) // the last one counts all
	for i, list := range [][]data.Item{ds.Train, ds.Val, ds.Test} {
		for _, it := range list {
			counts[it.Label][i]++
			counts[len(ds.Classes)][i]++
		}
	}
	t := term.Table{Header: []string{"class", "train", "val", "test"}, Align: []term.Align{term.Left, term.Right, term.Right, term.Right}}
	for i, name := range append(slices.Clone(ds.Classes), "all") {
		t.Rows = append(t.Rows, []string{name, fmt.Sprint(counts[i][0]), fmt.Sprint(counts[i][1]), fmt.Sprint(counts[i][2])})
	}
	return t
}

package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"frontdoor"
	"frontdoor/clip"
	"frontdoor/data"
	"frontdoor/eval"
	"frontdoor/eval/rundir"
	"frontdoor/eval/train"
	"frontdoor/internal/term"
	"frontdoor/prompt"
)

// draws is one row of the table of folds: promises about few images, each with
// training images of its own.
type draws struct {
	made, kept               int
	promised, risk, coverage float64
}

// folds measures promises that were made in folds, by a head and by the method
// itself, of a number of draws of the training images: no other image calibrates.
func (j job) folds(ctx context.Context, n int) error {
	m, err := clip.Tiny()
	if err != nil {
		return err
	}
	ds, err := j.open(ctx)
	if err != nil {
		return err
	}
	base := data.Subset(ds, data.Base)
	load := train.NewLoader(m, new(data.Report))
	load.KeepNoImages()
	var rows [2]draws
	for seed := range uint64(n) {
		if err := j.draw(ctx, m, base, load, seed+1, &rows); err != nil {
			return err
		}
	}
	t := term.Table{Header: []string{"folds by", "promises made", "mean risk promised", "promise kept in", "mean risk", "coverage"},
		Align: []term.Align{term.Left, term.Right, term.Right, term.Right, term.Right, term.Right}}
	for i, by := range []string{"a head", "the method"} {
		r := rows[i]
		made := float64(max(r.made, 1))
		t.Rows = append(t.Rows, []string{by, fmt.Sprintf("%d of %d", r.made, n), percent(r.promised / made), fmt.Sprintf("%d of %d", r.kept, r.made), percent(r.risk / made), percent(r.coverage / made)})
	}
	fmt.Printf("%s on %s: %d images of each class, in 5 folds; %d draws\n\n%s\n", j.method, j.dataset, j.shots, n, t.String())
	return nil
}

// draw trains on one draw and measures both promises.
func (j job) draw(ctx context.Context, m *clip.Model, base *data.Dataset, load *train.Loader, seed uint64, rows *[2]draws) error {
	tmp, err := os.MkdirTemp("", "trust-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(tmp)
	few := *base.FewShot(j.shots, int64(seed))
	few.Test = base.Test[:1] // which a run needs; it does not calibrate
	dir := filepath.Join(tmp, "run")
	c, err := frontdoor.Train(ctx, "tiny", &few, frontdoor.TrainOptions{Dir: dir, Method: j.method, Shots: j.shots, Seed: seed})
	if err != nil {
		return err
	}
	if err := c.Close(); err != nil {
		return err
	}
	run, err := eval.LoadRun(dir, "", clip.Options{})
	if err != nil {
		return err
	}
	cell := run.Cells()[0]
	l, err := run.CellLearner(cell, base.Classes)
	if err != nil {
		return err
	}
	known, err := ask(ctx, load, l, untrained(base, j.shots))
	if err != nil {
		return err
	}
	few.Test, few.Val = nil, nil
	for i := range rows {
		p, err := promised(ctx, run, cell, &few, i == 1)
		if err != nil {
			return err
		}
		rows[i].add(p, known)
	}
	return nil
}

func promised(ctx context.Context, run *eval.Trained, cell rundir.Cell, few *data.Dataset, thorough bool) (*rundir.Promise, error) {
	c := &eval.Calibration{Run: run, Cell: cell, Dataset: few, Report: new(data.Report), Risk: 0.2, Folds: 5, Thorough: thorough}
	return c.Promise(ctx)
}

// ask returns the answers of a learner to images.
func ask(ctx context.Context, load *train.Loader, l prompt.Learner, items []data.Item) (all []answer, err error) {
	for part := range load.Batches(items) {
		b, err := load.Extract(ctx, l, part)
		if err != nil {
			return nil, err
		}
		p := l.Classify(b.Features)
		for i, y := range b.Labels {
			all = append(all, newAnswer(p, p, i, y))
		}
	}
	return all, nil
}

// add counts what a promise was worth.
func (d *draws) add(p *rundir.Promise, known []answer) {
	if !p.Known.Kept {
		return
	}
	d.made++
	d.promised += p.Known.Risk
	given, wrong := 0, 0
	for _, a := range known {
		doubt := a.doubt[uncertainty]
		if p.Signal == rundir.ByLogit {
			doubt = a.doubt[largestLogit]
		}
		if doubt <= p.Familiar.Threshold && a.top >= p.Known.Threshold {
			given++
			if !a.right {
				wrong++
			}
		}
	}
	t := tally{given: given, wrong: wrong, of: len(known)}
	if t.risk() <= p.Known.Risk {
		d.kept++
	}
	d.risk += t.risk()
	d.coverage += t.coverage()
}

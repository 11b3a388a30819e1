package eval

import (
	"bytes"
	"context"
	"errors"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"frontdoor/clip"
	"frontdoor/data"
	"frontdoor/data/world"
	"frontdoor/eval/protocol"
	"frontdoor/eval/rundir"
	"frontdoor/internal/term"
	"frontdoor/method"
	"frontdoor/simd"
)

// sweepRun is a run of two methods and three seeds that takes a second or two.
func sweepRun(t testing.TB, dir *rundir.Dir, show term.Reporter, change func(*rundir.Config)) *Run {
	t.Helper()
	m, err := clip.Tiny()
	if err != nil {
		t.Fatal(err)
	}
	open := func(_ context.Context, name string) (*data.Dataset, error) {
		task, err := world.TaskByName(name)
		if err != nil {
			return nil, err
		}
		return data.World(task, data.WorldOptions{TrainPerClass: 4, TestPerClass: 1}), nil
	}
	c := &rundir.Config{
		Version: rundir.Version, Model: "tiny", Fingerprint: m.Fingerprint(), Dataset: "shape", Protocol: "base2new",
		Methods: []string{"maple", "cdc"}, Seeds: []uint64{1, 2, 3}, Shots: 2, Kernel: simd.Rounding(),
	}
	var templates []int
	if change != nil {
		change(c)
		templates = c.TemplatesList
	}
	names := []string{c.Dataset}
	if len(c.Datasets) > 0 {
		names = nil
		for _, s := range c.Datasets {
			names = append(names, s.Name)
		}
	}
	var first *data.Dataset
	var sets []rundir.Set
	for _, name := range names {
		ds, err := open(context.Background(), name)
		if err != nil {
			t.Fatal(err)
		}
		if first == nil {
			first = ds
		}
		sets = append(sets, rundir.Set{Name: name, Classes: ds.Classes, Template: ds.Template})
	}
	c.Classes, c.Template = sets[0].Classes, sets[0].Template
	if len(sets) > 1 {
		c.Datasets = sets
	}
	if templates == nil {
		templates = []int{2}
	}
	c.Resolve(m, method.Settings{Epochs: 1, Batch: 4}, templates)
	if err := protocol.Check(c); err != nil {
		t.Fatal(err)
	}
	return &Run{Config: c, Model: m, Dataset: first, Open: open, Report: new(data.Report), Dir: dir, Show: show}
}

// whole computes a run at a stretch and returns its files.
func whole(t *testing.T, change func(*rundir.Config)) map[string][]byte {
	t.Helper()
	path := filepath.Join(t.TempDir(), "whole")
	if _, err := sweepRun(t, start(t, path), term.Silent{}, change).Do(context.Background()); err != nil {
		t.Fatal(err)
	}
	return outputs(t, path)
}

func compareFiles(t *testing.T, path string, want map[string][]byte) {
	t.Helper()
	for name, got := range outputs(t, path) {
		if !bytes.Equal(got, want[name]) {
			t.Errorf("%s differs from that of the run at a stretch", name)
		}
	}
}

// Cut off twice, anywhere, a sweep ends with the same files, and what was
// finished is not computed again.
func TestSweepCutOffTwice(t *testing.T) {
	want := whole(t, nil)
	path := filepath.Join(t.TempDir(), "broken")
	dir := start(t, path)
	steps := sweepRun(t, nil, nil, nil).Steps()
	done := map[string]os.FileInfo{}
	for range 2 {
		ctx, cancel := context.WithCancel(context.Background())
		_, err := sweepRun(t, dir, &breaker{left: 1 + rand.IntN(steps/2), cancel: cancel}, nil).Do(ctx)
		cancel()
		if !errors.Is(err, context.Canceled) {
			t.Fatalf("error %v, want an interruption", err)
		}
		files, err := filepath.Glob(filepath.Join(path, "cells", "*.json"))
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			info, err := os.Stat(file)
			if err != nil {
				t.Fatal(err)
			}
			if old := done[file]; old != nil && !old.ModTime().Equal(info.ModTime()) {
				t.Errorf("%s was computed again", file)
			}
			done[file] = info
		}
	}
	if _, err := sweepRun(t, dir, term.Silent{}, nil).Do(context.Background()); err != nil {
		t.Fatal(err)
	}
	compareFiles(t, path, want)
}

// Three shards in any order, merged, are the run.
func TestShardsMerge(t *testing.T) {
	want := whole(t, nil)
	out := filepath.Join(t.TempDir(), "run")
	for done, i := range []int{2, 0, 1} {
		s := rundir.Shard{I: i, N: 3}
		dir := start(t, filepath.Join(out, s.Folder()))
		r := sweepRun(t, dir, term.Silent{}, nil)
		r.Shard = s
		if err := dir.WriteJSON(rundir.ConfigFile, r.Config); err != nil {
			t.Fatal(err)
		}
		if _, err := r.Do(context.Background()); err != nil {
			t.Fatal(err)
		}
		m, err := rundir.Merge(t.Context(), []string{out}, out)
		if err != nil {
			t.Fatal(err)
		}
		if len(m.Missing) != 6-2*(done+1) || m.Shards != 3 || len(m.Results.Rows) != 2*(done+1) {
			t.Errorf("after %d shards %d cells of %d shards are missing, %d rows", done+1, len(m.Missing), m.Shards, len(m.Results.Rows))
		}
	}
	compareFiles(t, out, want)

	// A whole run can be a part too: copied, it is the same.
	again := filepath.Join(t.TempDir(), "again")
	if _, err := rundir.Merge(t.Context(), []string{out}, again); err != nil {
		t.Fatal(err)
	}
	compareFiles(t, again, want)
}

// A sweep over datasets, shots and templates: its cells, and a learner of one.
func TestListsMultiply(t *testing.T) {
	lists := func(c *rundir.Config) {
		c.Methods, c.Seeds = []string{"zeroshot", "cdc"}, []uint64{1}
		c.Datasets, c.ShotsList, c.TemplatesList = []rundir.Set{{Name: "shape"}, {Name: "coltex"}}, []int{1, 2}, []int{1, 2}
	}
	dir := start(t, filepath.Join(t.TempDir(), "run"))
	r := sweepRun(t, dir, term.Silent{}, lists)
	if err := dir.WriteJSON(rundir.ConfigFile, r.Config); err != nil {
		t.Fatal(err)
	}
	results, err := r.Do(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	if len(r.Config.Cells()) != 12 || len(results.Rows) != 12 { // zero-shot has no templates
		t.Fatalf("%d cells, %d rows", len(r.Config.Cells()), len(results.Rows))
	}
	if row := results.Rows[11]; row.Dataset != "coltex" || row.Shots != 2 || row.M != 2 || row.Method != "cdc" || row.New == nil {
		t.Errorf("last row %+v", row)
	}
	trained, err := LoadRun(dir.Path, "", clip.Options{})
	if err != nil {
		t.Fatal(err)
	}
	_, err = trained.Pick(rundir.Cell{Method: "cdc", Seed: 1, Shots: 1, M: 1})
	wantError(t, err, "choose dataset, one of", "shape", "coltex")
	_, err = trained.Pick(rundir.Cell{Method: "cdc", Seed: 1, Shots: 3, M: 1, Dataset: "shape"})
	wantError(t, err, "shots 3", "[1 2]")
	cell, err := trained.Pick(rundir.Cell{Method: "cdc", Seed: 1, Shots: 2, M: 2, Dataset: "coltex"})
	if err != nil {
		t.Fatal(err)
	}
	opened := &Run{Config: r.Config, Model: r.Model, Report: r.Report}
	if opened.Dataset, err = r.Open(context.Background(), "coltex"); err != nil {
		t.Fatal(err)
	}
	half := data.Subset(opened.Dataset, data.Base)
	l, err := trained.CellLearner(cell, half.Classes)
	if err != nil {
		t.Fatal(err)
	}
	if right := rightOn(t, opened, l); right != *results.Rows[11].Base {
		t.Errorf("the loaded learner is right on %v%%, the trained one on %v%%", right, *results.Rows[11].Base)
	}
}

func wantError(t *testing.T, err error, parts ...string) {
	t.Helper()
	if err == nil {
		t.Fatal("no error")
	}
	for _, p := range parts {
		if !strings.Contains(err.Error(), p) {
			t.Errorf("error %q does not mention %q", err, p)
		}
	}
}

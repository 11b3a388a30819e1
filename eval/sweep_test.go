package eval

import (
	"bytes"
	"context"
	"errors"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"frontdoor/clip"
	"frontdoor/data"
	"frontdoor/data/world"
	"frontdoor/internal/term"
	"frontdoor/simd"
)

// sweepRun is a run of two methods and three seeds that takes a second or two.
func sweepRun(t testing.TB, dir *RunDir, show term.Reporter, change func(*Config)) *Run {
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
	c := &Config{
		Version: Version, Model: "tiny", Fingerprint: m.Fingerprint(), Dataset: "shape", Protocol: "base2new",
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
	var sets []Set
	for _, name := range names {
		ds, err := open(context.Background(), name)
		if err != nil {
			t.Fatal(err)
		}
		if first == nil {
			first = ds
		}
		sets = append(sets, Set{name, ds.Classes, ds.Template})
	}
	c.Classes, c.Template = sets[0].Classes, sets[0].Template
	if len(sets) > 1 {
		c.Datasets = sets
	}
	if templates == nil {
		templates = []int{2}
	}
	c.Settle(m, Settings{Epochs: 1, Batch: 4}, templates)
	if err := c.Check(); err != nil {
		t.Fatal(err)
	}
	return &Run{Config: c, Model: m, Dataset: first, Open: open, Report: new(data.Report), Dir: dir, Show: show}
}

// whole computes a run at a stretch and returns its files.
func whole(t *testing.T, change func(*Config)) map[string][]byte {
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
		files, err := filepath.Glob(filepath.Join(path, cellsFolder, "*.json"))
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
		s := Shard{i, 3}
		dir := start(t, filepath.Join(out, s.Folder()))
		r := sweepRun(t, dir, term.Silent{}, nil)
		r.Shard = s
		if err := dir.WriteJSON(ConfigFile, r.Config); err != nil {
			t.Fatal(err)
		}
		if _, err := r.Do(context.Background()); err != nil {
			t.Fatal(err)
		}
		m, err := Merge([]string{out}, out)
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
	if _, err := Merge([]string{out}, again); err != nil {
		t.Fatal(err)
	}
	compareFiles(t, again, want)
}

func TestMergeRefusesOtherRuns(t *testing.T) {
	out := t.TempDir()
	for i := range 2 {
		dir := start(t, filepath.Join(out, Shard{i, 2}.Folder()))
		c := sweepRun(t, nil, nil, func(c *Config) { c.Flags = map[string]string{"shots": []string{"2", "4"}[i]} }).Config
		if err := dir.WriteJSON(ConfigFile, c); err != nil {
			t.Fatal(err)
		}
	}
	_, err := Merge([]string{out}, filepath.Join(out, "all"))
	wantError(t, err, "-shots 2 and 4", "different runs")
	_, err = Merge([]string{t.TempDir()}, out)
	wantError(t, err, "no run")
}

func TestShardsAreAPartition(t *testing.T) {
	c := sweepRun(t, nil, nil, nil).Config
	for n := 1; n <= 8; n++ {
		var all []Cell
		for i := range n {
			all = append(all, Shard{i, n}.Of(c.Cells())...)
		}
		for _, cell := range c.Cells() {
			if !slices.Contains(all, cell) {
				t.Errorf("no shard of %d has %v", n, cell)
			}
		}
		if len(all) != len(c.Cells()) {
			t.Errorf("%d shards have %d cells of %d", n, len(all), len(c.Cells()))
		}
	}
	for i := range 2 { // as many shards as methods: no shard has one method alone
		methods := map[string]bool{}
		for _, cell := range (Shard{i, 2}).Of(c.Cells()) {
			methods[cell.Method] = true
		}
		if len(methods) != 2 {
			t.Errorf("shard %d of 2 has only %v", i, methods)
		}
	}
}

// A sweep over datasets, shots and templates: its cells, and a learner of one.
func TestListsMultiply(t *testing.T) {
	lists := func(c *Config) {
		c.Methods, c.Seeds = []string{"zeroshot", "cdc"}, []uint64{1}
		c.Datasets, c.ShotsList, c.TemplatesList = []Set{{Name: "shape"}, {Name: "coltex"}}, []int{1, 2}, []int{1, 2}
	}
	dir := start(t, filepath.Join(t.TempDir(), "run"))
	r := sweepRun(t, dir, term.Silent{}, lists)
	if err := dir.WriteJSON(ConfigFile, r.Config); err != nil {
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
	trained, err := LoadRun(dir.Path, "")
	if err != nil {
		t.Fatal(err)
	}
	_, err = trained.Pick(Cell{Method: "cdc", Seed: 1, Shots: 1, M: 1})
	wantError(t, err, "-dataset", "shape", "coltex")
	_, err = trained.Pick(Cell{Method: "cdc", Seed: 1, Shots: 3, M: 1, Dataset: "shape"})
	wantError(t, err, "-shots 3", "[1 2]")
	cell, err := trained.Pick(Cell{Method: "cdc", Seed: 1, Shots: 2, M: 2, Dataset: "coltex"})
	if err != nil {
		t.Fatal(err)
	}
	half := data.Subset(r.Dataset, data.Base)
	l, err := trained.CellLearner(cell, half.Classes)
	if err != nil {
		t.Fatal(err)
	}
	o, err := classify(context.Background(), l, half.Test, newLoader(trained.Model, new(data.Report)))
	if err != nil {
		t.Fatal(err)
	}
	if o.accuracy() != *results.Rows[11].Base {
		t.Errorf("the loaded learner is right on %v%%, the trained one on %v%%", o.accuracy(), *results.Rows[11].Base)
	}
}

package rundir

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"
)

// sixCells is a run of two methods and three seeds.
func sixCells() *Config {
	return &Config{Dataset: "shape", Classes: []string{"star", "ring"}, Protocol: "base2new", Methods: []string{"maple", "cdc"}, Seeds: []uint64{1, 2, 3}, Shots: 2}
}

func TestMergeRefusesOtherRuns(t *testing.T) {
	out := filepath.Join(t.TempDir(), "a [b]")
	for i := range 2 {
		dir := create(t, filepath.Join(out, Shard{i, 2}.Folder()))
		c := sixCells()
		c.Flags = map[string]string{"shots": []string{"2", "4"}[i]}
		if err := errors.Join(dir.WriteJSON(ConfigFile, c), dir.Close()); err != nil {
			t.Fatal(err)
		}
	}
	_, err := Merge(t.Context(), []string{out}, filepath.Join(out, "all"))
	wantError(t, err, "-shots 2 and 4", "different runs")
	_, err = Merge(t.Context(), []string{t.TempDir()}, out)
	wantError(t, err, "no run")
}

// Runs that no command line tells apart are told apart by what they are of.
func TestDiffersNamesTheField(t *testing.T) {
	for want, change := range map[string]func(c *Config){
		"":                                      func(c *Config) { c.Device, c.Data = "gpu", "elsewhere" },
		"shots in their config.json is 2 and 3": func(c *Config) { c.Shots = 3 },
		`targets in their config.json is missing and ["dtd"]`: func(c *Config) { c.Targets = []string{"dtd"} },
	} {
		a, b := sixCells(), sixCells()
		a.Shots, b.Shots = 2, 2
		change(b)
		if got := a.Differs(b); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

// A run that was put together says when and on what its parts were computed, each
// once however often it is merged.
func TestMergeKeepsTheHistory(t *testing.T) {
	out := t.TempDir()
	began := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	for i := range 2 {
		dir := create(t, filepath.Join(out, Shard{i, 2}.Folder()))
		stretch := Stretch{Began: began.Add(-time.Duration(i) * time.Hour), Seconds: 10, Processor: "p"}
		if err := errors.Join(dir.WriteJSON(ConfigFile, sixCells()), dir.WriteJSON(HistoryFile, []Stretch{stretch}), dir.Close()); err != nil {
			t.Fatal(err)
		}
	}
	for range 2 {
		if _, err := Merge(t.Context(), []string{out}, out); err != nil {
			t.Fatal(err)
		}
		all, err := ReadHistory(out)
		if err != nil || len(all) != 2 || !all[1].Began.Equal(began) || !all[0].Began.Before(began) {
			t.Errorf("the history %v, %v", all, err)
		}
	}
}

func TestShardsAreAPartition(t *testing.T) {
	c := sixCells()
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

// What lies in a part in the place of answers or tensors is read, and not copied as
// it is: a file with a hole of gigabytes would be as many on the disk.
func TestMergeCopiesNoStrangeFiles(t *testing.T) {
	c := sixCells()
	cell := c.Cells()[0]
	for name, says := range map[string]string{cell.answersFile(): "is damaged", cell.stateFile(): "file of zeros"} {
		part := create(t, filepath.Join(t.TempDir(), "part"))
		row := Row{Method: cell.Method, Dataset: cell.Dataset, Protocol: c.Protocol, Seed: cell.Seed, Shots: cell.Shots}
		err := errors.Join(part.WriteJSON(ConfigFile, c), part.folder().Make(cellsFolder), part.WriteCell(&CellFile{Cell: cell, Rows: []Row{row}}),
			os.WriteFile(part.File(name), nil, 0o644), os.Truncate(part.File(name), 1<<30), part.Close())
		if err != nil {
			t.Fatal(err)
		}
		out := filepath.Join(t.TempDir(), "out")
		_, err = Merge(t.Context(), []string{part.Path}, out)
		wantError(t, err, part.File(name), says)
		if _, err := os.Stat(filepath.Join(out, name)); err == nil {
			t.Errorf("%s was copied", name)
		}
	}
}

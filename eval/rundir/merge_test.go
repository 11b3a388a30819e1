package rundir

import (
	"errors"
	"path/filepath"
	"slices"
	"testing"
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

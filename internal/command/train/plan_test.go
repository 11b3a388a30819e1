package train

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"frontdoor/eval/rundir"
)

func TestPlanMakesNoRunFolder(t *testing.T) {
	t.Chdir(t.TempDir())
	args := "-plan -seeds 1 -epochs 1 -templates 2 -method zeroshot,coop,cdc"
	if err := Run(context.Background(), strings.Fields(args)); err != nil {
		t.Fatal(err)
	}
	if left, err := os.ReadDir("."); err != nil || len(left) > 0 {
		t.Errorf("-plan left %v, %v", left, err)
	}
}

// A run with little memory says so, keeps its choice for a resumed run, and its
// results hold what was expected.
func TestMemoryLimit(t *testing.T) {
	out := filepath.Join(t.TempDir(), "run")
	args := "-data " + photos(t, 4) + " -shots 2 -epochs 1 -batch 2 -templates 2 -method cdc -memory 20MiB -out " + out
	if err := Run(context.Background(), strings.Fields(args)); err != nil {
		t.Fatal(err)
	}
	c, err := rundir.ReadConfig(out)
	if err != nil {
		t.Fatal(err)
	}
	for _, cell := range c.Cells() {
		if memory := c.Memory["folder-2shot-cdc"]; !memory.Recompute {
			t.Errorf("%s: with 20 MiB the run kept everything: %+v", cell, c.Memory)
		}
	}
	results, err := rundir.ReadResults(out)
	if err != nil {
		t.Fatal(err)
	}
	if p := results.Rows[0].Plan; p == nil || p.StepSeconds <= 0 || p.PeakBytes <= 0 || p.Tested <= 0 {
		t.Errorf("the row expects %+v", p)
	}
	if err := Run(context.Background(), []string{"-resume", out}); err != nil {
		t.Error(err)
	}
}

func TestMemorySizes(t *testing.T) {
	for text, want := range map[string]memorySize{
		"4GiB": 4 << 30, "4G": 4 << 30, "1.5g": 3 << 29, "800MB": 800e6, "4000000000": 4e9, "64 KiB": 64 << 10, "10B": 10,
	} {
		var m memorySize
		if err := m.Set(text); err != nil || m != want {
			t.Errorf("%s is %d bytes, %v; want %d", text, m, err, want)
		}
	}
	for _, text := range []string{"", "G", "-1G", "0", "NaN", "1e30", "4 apples", "4GiBs"} {
		var m memorySize
		if err := m.Set(text); err == nil {
			t.Errorf("%q is %d bytes", text, m)
		}
	}
}

package runs

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"frontdoor/eval/rundir"
	"frontdoor/internal/cli"
)

// A shard of a sweep in which no seed is there on all datasets: what is missing
// and the commands for it come first, and a figure that would be empty is left
// out.
func TestMergeOfAnIncompleteSweep(t *testing.T) {
	run := filepath.Join(t.TempDir(), "run")
	c := &rundir.Config{
		Version: rundir.Version, Protocol: "base2new", Methods: []string{"cdc"}, Seeds: []uint64{1, 2}, Shots: 2,
		Datasets: []rundir.Set{{Name: "shape", Classes: []string{"star"}}, {Name: "coltex", Classes: []string{"red"}}}, Command: "go run ./cmd/train -dataset shape,coltex",
	}
	shard := rundir.Shard{I: 0, N: 2}
	dir, err := rundir.Create(filepath.Join(run, shard.Folder()))
	if err != nil {
		t.Fatal(err)
	}
	if err := dir.WriteJSON(rundir.ConfigFile, c); err != nil {
		t.Fatal(err)
	}
	cells := shard.Of(c.Cells())
	if _, err := dir.ReadCells(cells); err != nil { // makes the folder of cells
		t.Fatal(err)
	}
	for _, cell := range cells {
		row := rundir.Row{Method: "cdc", Dataset: cell.Dataset, Protocol: c.Protocol, Seed: cell.Seed, Shots: 2, M: 2,
			Base: rundir.Value(70), New: rundir.Value(60), HM: rundir.Value(64.6),
			Templates: []string{"S1", "S2", "hand-crafted"}, TemplatesBase: []float64{1, 2, 3}, TemplatesNew: []float64{1, 2, 3}}
		if err := dir.WriteCell(&rundir.CellFile{Cell: cell, Rows: []rundir.Row{row}}); err != nil {
			t.Fatal(err)
		}
	}
	if err := dir.Close(); err != nil {
		t.Fatal(err)
	}
	var errs strings.Builder
	err = command(t.Context(), []string{"merge", run}, io.Discard, &errs)
	if err == nil || !strings.Contains(err.Error(), "is not complete") {
		t.Errorf("error %v", err)
	}
	for _, want := range []string{"2 of 4 cells are missing", "cdc on coltex, 2 shots, seed 1", "-out " + run + " -shard 1/2"} {
		if !strings.Contains(errs.String(), want) {
			t.Errorf("%q is not in\n%s", want, errs.String())
		}
	}
	if _, err := os.Stat(filepath.Join(run, "index.html")); err != nil {
		t.Errorf("what is there is not shown: %v", err)
	}
}

// A context that has ended ends every command, and no file is made.
func TestInterrupted(t *testing.T) {
	finished := filepath.Join("..", "train", "testdata", "runs", "finished")
	ctx, stop := context.WithCancel(t.Context())
	stop()
	for _, args := range []string{"merge -out OUT RUN", "compare cdc,coop RUN", "figures OUT", "page OUT"} {
		out := t.TempDir()
		if err := os.CopyFS(filepath.Join(out, "finished"), os.DirFS(finished)); err != nil {
			t.Fatal(err)
		}
		args := strings.Fields(strings.NewReplacer("RUN", finished, "OUT", out).Replace(args))
		if err := command(ctx, args, io.Discard, io.Discard); !errors.Is(err, context.Canceled) {
			t.Errorf("runs %s: %v", args, err)
		}
		if files, err := filepath.Glob(filepath.Join(out, "*.*")); err != nil || len(files) > 0 {
			t.Errorf("runs %s made %v, %v", args, files, err)
		}
	}
}

func TestWrongCalls(t *testing.T) {
	for args, want := range map[string]string{
		"": "merge, compare, figures or page", "draw x": "choose from merge", "merge": "name a run folder", "figures": "name a run folder",
		"compare cdc,maple": "name the run folders", "figures a b": "one folder", "page a b": "one folder", "page": "name a run folder",
	} {
		err := command(t.Context(), strings.Fields(args), io.Discard, io.Discard)
		if !errors.As(err, new(cli.Usage)) || !strings.Contains(err.Error(), want) {
			t.Errorf("runs %s: %v, want %q", args, err, want)
		}
	}
}

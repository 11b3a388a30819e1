package eval

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"frontdoor/clip"
	"frontdoor/data"
	"frontdoor/eval/rundir"
	"frontdoor/eval/score"
	"frontdoor/eval/train"
	"frontdoor/internal/evaltest"
	"frontdoor/internal/parallel"
	"frontdoor/internal/term"
	"frontdoor/prompt"
	"frontdoor/weights"
)

// smallRun is a run of some methods, three if none are named, that takes a
// second or two.
func smallRun(t testing.TB, dir *rundir.Dir, show term.Reporter, methods ...string) *Run {
	t.Helper()
	if methods == nil {
		methods = []string{"zeroshot", "maple", "cdc"}
	}
	d := evaltest.Data(t, methods...)
	return &Run{Config: d.Config, Model: d.Model, Dataset: d.Dataset, Report: new(data.Report), Dir: dir, Show: show}
}

// rightOn returns the accuracy of a learner on the base classes of a run.
func rightOn(t *testing.T, r *Run, l prompt.Learner) float64 {
	t.Helper()
	half := data.Subset(r.Dataset, data.Base)
	o, err := score.Classify(context.Background(), l, half.Test, train.NewLoader(r.Model, new(data.Report)))
	if err != nil {
		t.Fatal(err)
	}
	return o.Accuracy()
}

// start makes a run folder with its configuration.
func start(t testing.TB, path string) *rundir.Dir {
	t.Helper()
	dir, err := rundir.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { dir.Close() })
	return dir
}

// breaker cancels a run after some training steps.
type breaker struct {
	left   int
	cancel context.CancelFunc
}

func (b *breaker) Describe(string) {}

func (b *breaker) Add(n int) {
	if b.left -= n; b.left <= 0 {
		b.cancel()
	}
}

// outputs reads the files that must not depend on interruptions.
func outputs(t *testing.T, path string) map[string][]byte {
	t.Helper()
	files := map[string][]byte{}
	for _, name := range []string{rundir.CheckpointFile, rundir.MetricsFile, rundir.ResultsFile, rundir.PredictionsFile, rundir.MistakesFile} {
		text, err := os.ReadFile(filepath.Join(path, name))
		if err != nil {
			t.Fatal(err)
		}
		files[name] = text
	}
	return files
}

func TestRunWithoutItsParts(t *testing.T) {
	if _, err := new(Run).Do(context.Background()); err == nil || !strings.Contains(err.Error(), "needs Config") {
		t.Errorf("error %v", err)
	}
}

func TestInterruptedRunEndsWithTheSameBits(t *testing.T) {
	plain := filepath.Join(t.TempDir(), "plain")
	whole, err := smallRun(t, start(t, plain), term.Silent{}).Do(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	want := outputs(t, plain)

	// MaPLe has 4·3 steps, CDC follows: break within an epoch of each.
	path := filepath.Join(t.TempDir(), "broken")
	dir := start(t, path)
	for _, steps := range []int{6, 8, 1} {
		ctx, cancel := context.WithCancel(context.Background())
		_, err := smallRun(t, dir, &breaker{left: steps, cancel: cancel}).Do(ctx)
		cancel()
		if !errors.Is(err, context.Canceled) {
			t.Fatalf("after %d steps: %v, want an interruption", steps, err)
		}
		if err := dir.Close(); err != nil {
			t.Fatal(err)
		}
		if err := dir.WriteJSON(rundir.ConfigFile, struct{}{}); err != nil { // as train does at the start
			t.Fatal(err)
		}
		if dir, err = rundir.Open(path); err != nil {
			t.Fatal(err)
		}
	}
	resumed, err := smallRun(t, dir, term.Silent{}).Do(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	for name, got := range outputs(t, path) {
		if !bytes.Equal(got, want[name]) {
			t.Errorf("%s differs from that of the uninterrupted run", name)
		}
	}
	for i, row := range resumed.Rows {
		if *row.HM != *whole.Rows[i].HM || row.Method != whole.Rows[i].Method {
			t.Errorf("%s: HM %v, uninterrupted %s %v", row.Method, *row.HM, whole.Rows[i].Method, *whole.Rows[i].HM)
		}
	}
	if left, err := filepath.Glob(filepath.Join(path, "cells", "*.safetensors")); len(left) > 0 || err != nil {
		t.Errorf("the state files of cells were left behind: %v %v", left, err)
	}
	if err := dir.Close(); err != nil {
		t.Fatal(err)
	}
}

func TestThreadsDoNotChangeABit(t *testing.T) {
	before := parallel.Threads()
	defer parallel.SetThreads(before)
	var want []byte
	for _, n := range []int{1, 3} {
		parallel.SetThreads(n)
		path := filepath.Join(t.TempDir(), "run")
		if _, err := smallRun(t, start(t, path), term.Silent{}).Do(context.Background()); err != nil {
			t.Fatal(err)
		}
		got := outputs(t, path)[rundir.CheckpointFile]
		if want == nil {
			want = got
		} else if !bytes.Equal(got, want) {
			t.Errorf("the checkpoint with %d threads differs from that with one", n)
		}
	}
}

func TestLoadRun(t *testing.T) {
	path := filepath.Join(t.TempDir(), "run")
	dir := start(t, path)
	r := smallRun(t, dir, term.Silent{})
	if err := dir.WriteJSON(rundir.ConfigFile, r.Config); err != nil {
		t.Fatal(err)
	}
	if _, err := r.Do(context.Background()); err != nil {
		t.Fatal(err)
	}
	trained, err := LoadRun(path, "", clip.Options{})
	if err != nil {
		t.Fatal(err)
	}
	base, err := trained.Half("base")
	if err != nil {
		t.Fatal(err)
	}
	l, err := trained.Learner("cdc", 7, base)
	if err != nil {
		t.Fatal(err)
	}
	right := rightOn(t, r, l)
	for _, row := range r.results.Rows {
		if row.Method == "cdc" && right != *row.Base {
			t.Errorf("the loaded learner is right on %v%% of the base test, the trained one on %v%%", right, *row.Base)
		}
	}
	for name, f := range map[string]func() error{
		"unknown method": func() error { _, err := trained.Learner("coop", 7, base); return err },
		"unknown seed":   func() error { _, err := trained.Learner("cdc", 8, base); return err },
		"unknown half":   func() error { _, err := trained.Half("old"); return err },
		"other model": func() error {
			trained.Model.Vision.Class.Data[0]++
			_, err := trained.Learner("cdc", 7, base)
			return err
		},
	} {
		if f() == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

// A finished run whose checkpoint is damaged, of something else or gone says what to
// train again, and makes no checkpoint that lacks it.
func TestRunThatLostItsCheckpoint(t *testing.T) {
	path := filepath.Join(t.TempDir(), "run")
	dir := start(t, path)
	if _, err := smallRun(t, dir, term.Silent{}, "zeroshot", "coop").Do(context.Background()); err != nil {
		t.Fatal(err)
	}
	checkpoint := filepath.Join(path, rundir.CheckpointFile)
	foreign, err := weights.Marshal([]weights.Tensor{weights.NewF32("x", []int{1}, []float32{1})}, nil)
	if err != nil {
		t.Fatal(err)
	}
	for want, damage := range map[string]func() error{
		"cells to train again":              func() error { return os.Truncate(checkpoint, 100) },
		"coop-seed7.json to train it again": func() error { return os.WriteFile(checkpoint, foreign, 0o644) },
	} {
		if err := damage(); err != nil {
			t.Fatal(err)
		}
		_, err := smallRun(t, dir, term.Silent{}, "zeroshot", "coop").Do(context.Background())
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want %q", err, want)
		}
	}
	if err := os.Remove(checkpoint); err != nil {
		t.Fatal(err)
	}
	_, err = smallRun(t, dir, term.Silent{}, "zeroshot", "coop").Do(context.Background())
	if err == nil || !strings.Contains(err.Error(), "coop-seed7.json to train it again") {
		t.Errorf("error %v", err)
	}
	if _, err := os.Stat(checkpoint); err == nil {
		t.Error("a checkpoint without what was learned is there")
	}
}

package train

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"frontdoor/eval/rundir"
	"frontdoor/internal/cli"
	"frontdoor/internal/setting"
)

// small is a sweep of four cells that takes a second or two.
const small = "-dataset shape,coltex -method zeroshot,maple -seeds 1 -shots 2 -epochs 2 -curve"

// TestHelperTrains is not a test: it is the process that TestKilledSweep starts
// and kills.
func TestHelperTrains(t *testing.T) {
	args := os.Getenv("TRAIN_TEST_ARGS")
	if args == "" {
		t.Skip("runs only as a child of TestKilledSweep")
	}
	if err := Run(context.Background(), strings.Fields(args)); err != nil {
		t.Fatal(err)
	}
}

// killOnce starts a run and kills it, without any warning, when a file is
// there.
func killOnce(t *testing.T, args, file string) {
	t.Helper()
	cmd := exec.Command(os.Args[0], "-test.run=TestHelperTrains")
	cmd.Env = append(os.Environ(), "TRAIN_TEST_ARGS="+args)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	for {
		select {
		case err := <-ended:
			t.Logf("the run ended before it could be killed: %v", err)
			return
		case <-time.After(time.Millisecond):
		}
		if _, err := os.Stat(file); err == nil {
			if err := cmd.Process.Kill(); err != nil && !errors.Is(err, os.ErrProcessDone) {
				t.Fatal(err)
			}
			<-ended
			return
		}
	}
}

func sameFiles(t *testing.T, a, b string) {
	t.Helper()
	for _, name := range []string{rundir.CheckpointFile, rundir.MetricsFile, rundir.ResultsFile, rundir.PredictionsFile, rundir.MistakesFile} {
		x, err1 := os.ReadFile(filepath.Join(a, name))
		y, err2 := os.ReadFile(filepath.Join(b, name))
		if err := errors.Join(err1, err2); err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(x, y) {
			t.Errorf("%s differs", name)
		}
	}
}

func TestKilledSweep(t *testing.T) {
	dir := t.TempDir()
	whole, broken := filepath.Join(dir, "whole"), filepath.Join(dir, "broken")
	if err := Run(context.Background(), strings.Fields(small+" -out "+whole)); err != nil {
		t.Fatal(err)
	}
	cell := func(name string) string { return filepath.Join(broken, "cells", name) }
	killOnce(t, small+" -out "+broken, cell("shape-2shot-maple-seed1.safetensors")) // in the middle of this one
	killOnce(t, "-resume "+broken, cell("coltex-2shot-zeroshot-seed1.json"))
	if err := Run(context.Background(), []string{"-resume", broken}); err != nil {
		t.Fatal(err)
	}
	sameFiles(t, whole, broken)
	if diff := cmp.Diff(writtenBy(t, whole), writtenBy(t, broken)); diff != "" {
		t.Errorf("-whole +resumed:\n%s", diff)
	}
}

// Shards are started by one command each, as often as need be, and merged into
// the run; what is missing is an error until it is there.
func TestShardsOfACommand(t *testing.T) {
	dir := t.TempDir()
	whole, out := filepath.Join(dir, "whole"), filepath.Join(dir, "shards")
	run := func(args string) error { return Run(context.Background(), strings.Fields(args)) }
	if err := run(small + " -out " + whole); err != nil {
		t.Fatal(err)
	}
	for range 2 { // the second time there is nothing left to do
		if err := run(small + " -out " + out + " -shard 1/2"); err != nil {
			t.Fatal(err)
		}
	}
	if err := run(strings.Replace(small, "-shots 2", "-shots 3", 1) + " -out " + out + " -shard 1/2"); err == nil || !strings.Contains(err.Error(), "-shots") {
		t.Errorf("a shard of another run in the same folder: %v", err)
	}
	err := run("-merge " + out)
	if err == nil || errors.As(err, new(cli.Usage)) || !strings.Contains(err.Error(), "-resume "+out) {
		t.Errorf("merging half of the shards: %v", err)
	}
	if _, err := os.Stat(filepath.Join(out, rundir.CheckpointFile)); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("an incomplete run has a checkpoint: %v", err)
	}
	if err := run(small + " -out " + out + " -shard 0/2"); err != nil {
		t.Fatal(err)
	}
	if err := run("-merge " + out); err != nil {
		t.Fatal(err)
	}
	sameFiles(t, whole, out)
	apart := filepath.Join(dir, "apart") // the shards as if copied from elsewhere
	if err := run("-merge " + filepath.Join(out, "shard-0-of-2") + " " + filepath.Join(out, "shard-1-of-2") + " -out " + apart); err != nil {
		t.Fatal(err)
	}
	sameFiles(t, whole, apart)
}

func TestWrongSweeps(t *testing.T) {
	root := textures(t)
	for _, c := range []struct {
		args  string
		usage bool
		want  string
	}{
		{"-shard 3/3 -out x", true, "0/3, 1/3 and 2/3"},
		{"-shard 1 -out x", true, "I/N"},
		{"-shard 0/2", true, "-out"},
		{"-dataset world,foo", true, "world"},
		{"-dataset shape,shape", true, "twice"},
		{"-dataset folder,shape -data " + root, true, "alone"},
		{"-dataset all", true, "-data"},
		{"-dataset all -data " + t.TempDir(), false, "caltech-101"},
		{"-shots 1,x", true, `"x"`},
		{"-shots 1,1", true, "twice"},
		{"-shots ,", true, "names no number"},
		{"-templates ,", true, "names no number"},
		{"-templates 2,0", true, "at least 1"},
		{"-templates 4,65", true, "-templates 65"},
		{"-protocol foo", true, "fewshot"},
		{"-targets shape", true, "xd or dg"},
		{"-protocol xd -targets foo", true, "coltex"},
		{"-protocol dg -dataset dtd -data " + root, true, "imagenet"},
		{"-protocol xd -dataset dtd -data " + root, false, "caltech-101"}, // nothing to go to
		{"-protocol xd -dataset shape,dtd -data " + root, true, "one kind"},
		{"-protocol xd -dataset folder -data " + root, true, "folder"},
		{"-merge " + root, false, "no run"},
	} {
		err := Run(context.Background(), strings.Fields(c.args))
		switch {
		case err == nil:
			t.Errorf("train %s: no error", c.args)
		case !strings.Contains(setting.Message(err), c.want):
			t.Errorf("train %s: error %q does not name %q", c.args, setting.Message(err), c.want)
		case errors.As(err, new(cli.Usage)) != c.usage:
			t.Errorf("train %s: usage error %v, want %v (%v)", c.args, !c.usage, c.usage, err)
		}
	}
}

package train

import (
	"context"
	"math"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"frontdoor/autograd"
	"frontdoor/clip"
	"frontdoor/eval"
	"frontdoor/eval/rundir"
	"frontdoor/prompt"
	"frontdoor/simd"
)

// The run folders in testdata/runs were written by version 0.1.0, on AVX2
// kernels. Run folders stay readable: these must open, resume, predict, merge
// and be drawn by every later version.

// oldRun copies a run folder, so that it can be written.
func oldRun(t *testing.T, name string) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), name)
	if err := os.CopyFS(dir, os.DirFS(filepath.Join("testdata", "runs", name))); err != nil {
		t.Fatal(err)
	}
	return dir
}

// A training of CDC that was interrupted in its second epoch goes on, and ends
// with the bits of one that was not interrupted.
func TestOldRunResumes(t *testing.T) {
	interrupted := oldRun(t, "interrupted")
	if simd.Rounding() != "avx2" {
		t.Skipf("it was computed with kernels that round as avx2, these as %s", simd.Rounding())
	}
	if err := Run(context.Background(), []string{"-resume", interrupted}); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(digests(t, filepath.Join("testdata", "runs", "finished")), digests(t, interrupted)); diff != "" {
		t.Errorf("-uninterrupted +resumed:\n%s", diff)
	}
}

func TestOldShardsMerge(t *testing.T) {
	dir := oldRun(t, "shards")
	if err := Run(context.Background(), []string{"-merge", dir}); err != nil {
		t.Fatal(err)
	}
	want := map[string]string{
		rundir.CheckpointFile: "ffdf548bc2f5817f8a9f1c841d2b654f",
		rundir.MetricsFile:    "cb798d6731f862c359ca897cf11ef48b",
		rundir.ResultsFile:    "04231c746fc856276fed1774512e0a05",
	}
	if diff := cmp.Diff(want, digests(t, dir)); diff != "" {
		t.Errorf("-was +is:\n%s", diff)
	}
}

func TestOldRunPredicts(t *testing.T) {
	run, err := eval.LoadRun(filepath.Join("testdata", "runs", "finished"), "", clip.Options{})
	if err != nil {
		t.Fatal(err)
	}
	images := autograd.Zeros(1, 3, 48, 48)
	for i := range images.Data {
		images.Data[i] = float32(math.Sin(float64(i) / 7))
	}
	for method, want := range map[string][]float32{
		"zeroshot": {0.020074546, 0.97992545, 0.019527402, 0.0005472089},
		"coop":     {0.012421548, 0.98757845, 0.0118515855, 0.0005699746},
		"cdc":      {0.9153147, 0.97602963, 0.02301517, 0.00095517415},
	} {
		l, err := run.Learner(method, 1, []string{"circle", "square", "star"})
		if err != nil {
			t.Fatal(err)
		}
		p := prompt.Predict(run.Model, l, images)
		have := append([]float32{p.Uncertainty[0]}, p.Prob.Row(0)...)
		if len(have) != len(want) {
			t.Errorf("%s: %v, want %v", method, have, want)
			continue
		}
		for i := range want {
			if math.Abs(float64(have[i]-want[i])) > 1e-5 {
				t.Errorf("%s: uncertainty and probabilities %v, want %v", method, have, want)
				break
			}
		}
	}
}

func TestOldRunIsDrawnAndCompared(t *testing.T) {
	dir := oldRun(t, "finished")
	for _, args := range [][]string{{"-figures", dir}, {"-compare", "cdc,coop", dir}} {
		if err := Run(context.Background(), args); err != nil {
			t.Errorf("train %v: %v", args, err)
		}
	}
	if _, err := os.Stat(filepath.Join(dir, "index.html")); err != nil {
		t.Error(err)
	}
}

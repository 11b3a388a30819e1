package calibrate

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"frontdoor/eval/rundir"
	"frontdoor/internal/cli"
)

// oldRun is a copy of the finished run that the tests of train have.
func oldRun(t *testing.T) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "run")
	if err := os.CopyFS(dir, os.DirFS(filepath.Join("..", "train", "testdata", "runs", "finished"))); err != nil {
		t.Fatal(err)
	}
	return dir
}

func run(args ...string) (string, error) {
	var out bytes.Buffer
	err := calibrate(context.Background(), args, &out)
	return out.String(), err
}

// The promise is said, kept in the run folder, and replaced by the next one.
func TestCalibrate(t *testing.T) {
	dir := oldRun(t)
	for _, risk := range []float64{0.3, 0.45} {
		text, err := run(dir, "-method", "zeroshot", "-risk", (func() string { r := cli.Risk(risk); return r.String() })())
		if err != nil {
			t.Fatal(err)
		}
		all, err := rundir.ReadPromises(dir)
		if err != nil || len(all) != 1 {
			t.Fatalf("%d promises, %v", len(all), err)
		}
		p := all[0]
		// 8 base classes: 32 images of each to train on, none of which zero-shot
		// takes, and 25 to test.
		if p.Asked != risk || p.Known.N != 8*57 || len(p.Classes) != 8 || p.Cell.Method != "zeroshot" || len(p.Others) != 3 || len(p.Worst) == 0 {
			t.Errorf("%+v", p)
		}
		if p.Known.Kept && p.Known.Bound > p.Known.Risk || p.Familiar.Known != p.Known.N || p.Familiar.Strange != 8*25 {
			t.Errorf("%+v", p)
		}
		for _, want := range []string{"with 95% confidence", "strangers: the classes that were not trained on", "*", "taken for"} {
			if !strings.Contains(text, want) {
				t.Errorf("no %q in\n%s", want, text)
			}
		}
	}
}

func TestUsage(t *testing.T) {
	dir := oldRun(t)
	for want, args := range map[string][]string{
		"one run folder":    {"-risk", "5%"},
		"such as 5%":        {dir, "-risk", "5"},
		"at least 2":        {dir, "-folds", "1"},
		"goes with -folds":  {dir, "-thorough"},
		"no method":         {dir, "-method", "maple"},
		"not the folder":    {t.TempDir()},
		"trains on nothing": {dir, "-method", "zeroshot", "-folds", "2"},
	} {
		_, err := run(args...)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v: error %v, want %q", args, err, want)
		}
		if usage := errors.As(err, new(cli.Usage)); usage != (want != "not the folder" && want != "trains on nothing") {
			t.Errorf("%v: an error of usage: %v", args, usage)
		}
	}
}

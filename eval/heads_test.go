package eval

import (
	"context"
	"path/filepath"
	"runtime"
	"testing"

	"frontdoor/eval/rundir"
	"frontdoor/internal/term"
	"frontdoor/method"
)

// headRun is a run of one head of each way to be fitted.
func headRun(t *testing.T, dir *rundir.Dir, show term.Reporter) *Run {
	r := smallRun(t, dir, show, "gda", "tipf", "lpp", "taskres", "prolip")
	shorten(t, r, method.Settings{Epochs: 3, Batch: 8, Draws: 2})
	return r
}

// Heads give the same bits with one thread or three, interrupted or not; those of
// gonum count, too.
func TestHeadsRepeat(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(3))
	repeats(t, headRun)
}

// The epochs of heads that are trained are in metrics.csv like others.
func TestEpochsOfHeads(t *testing.T) {
	dir := start(t, filepath.Join(t.TempDir(), "run"))
	r := headRun(t, dir, term.Silent{})
	if _, err := r.Do(context.Background()); err != nil {
		t.Fatal(err)
	}
	rows, err := rundir.ReadEpochs(dir.Path)
	if err != nil {
		t.Fatal(err)
	}
	count := map[string]int{}
	for _, row := range rows {
		if count[row.Method]++; !(row.Loss > 0) || row.LR < 0 {
			t.Errorf("%+v", row)
		}
	}
	seeds := len(r.Config.Seeds)
	for name, epochs := range map[string]int{"gda": 0, "tipf": 3, "lpp": 3, "taskres": 3, "prolip": 3} {
		if count[name] != epochs*seeds {
			t.Errorf("%s: %d rows, want %d", name, count[name], epochs*seeds)
		}
	}
}

package eval

import (
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

package eval

import (
	"context"
	"path/filepath"
	"testing"

	"frontdoor/data"
	"frontdoor/eval/rundir"
	"frontdoor/internal/term"
	"frontdoor/method"
)

// A promise can be made of every method that there is: its uncertainty, within
// [0, 1], or its largest logit tells strangers from images of the classes, one way
// or the other.
func TestVerdictsOfEveryMethod(t *testing.T) {
	if testing.Short() {
		t.Skip("trains every method")
	}
	dir := start(t, filepath.Join(t.TempDir(), "run"))
	var names []string
	for _, m := range method.All {
		names = append(names, m.Name)
	}
	r := smallRun(t, dir, term.Silent{}, names...)
	shorten(t, r, method.Settings{Epochs: 1, Batch: 16, Templates: 2, Draws: 1})
	if err := dir.WriteJSON(rundir.ConfigFile, r.Config); err != nil {
		t.Fatal(err)
	}
	if _, err := r.Do(context.Background()); err != nil {
		t.Fatal(err)
	}
	for _, cell := range r.Config.Cells() {
		c := &Calibration{Run: r.Trained(), Cell: cell, Dataset: r.Dataset, Report: new(data.Report), Risk: 0.5}
		p, err := c.Promise(context.Background())
		if err != nil {
			t.Errorf("%s: %v", cell, err)
			continue
		}
		differ := false
		for _, a := range c.answered {
			if a.doubt-a.doubt != 0 || p.Signal == rundir.ByUncertainty && !(a.doubt >= 0 && a.doubt <= 1) {
				t.Fatalf("%s: a doubt of %v by %q", cell, a.doubt, p.Signal)
			}
			differ = differ || a.doubt != c.answered[0].doubt
		}
		if !differ || p.Familiar.Known == 0 || p.Familiar.Strange == 0 {
			t.Errorf("%s: %d images and %d strangers; doubts differ: %v", cell, p.Familiar.Known, p.Familiar.Strange, differ)
		}
	}
}

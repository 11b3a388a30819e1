package eval

import (
	"context"
	"path/filepath"
	"strings"
	"testing"

	"frontdoor/data"
	"frontdoor/eval/rundir"
	"frontdoor/internal/term"
	"frontdoor/method"
)

// With folds the training images are asked about too, each by a learner that was
// not trained on it, and without strangers the classes are left out in turn.
func TestCalibrateWithFolds(t *testing.T) {
	dir := start(t, filepath.Join(t.TempDir(), "run"))
	r := smallRun(t, dir, term.Silent{}, "coop")
	r.Config.Protocol = "all"
	shorten(t, r, method.Settings{Epochs: 1, Batch: 8})
	if err := dir.WriteJSON(rundir.ConfigFile, r.Config); err != nil {
		t.Fatal(err)
	}
	if _, err := r.Do(context.Background()); err != nil {
		t.Fatal(err)
	}
	cell := r.Config.Cells()[0]
	c := &Calibration{Run: r.Trained(), Cell: cell, Dataset: r.Dataset, Report: new(data.Report), Risk: 0.5, Folds: 2}
	p, err := c.Promise(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	all := len(r.Dataset.Train) + len(r.Dataset.Test)
	if p.Known.N != all || !p.Approximate || p.Familiar.Known != all || !strings.Contains(p.Images, "in 2 folds") {
		t.Errorf("%+v, want %d images", p, all)
	}
	if want := all - cell.Shots*len(r.Dataset.Classes); p.Familiar.Strange != want || !strings.Contains(p.Strangers, "left out in turn") {
		t.Errorf("%d strangers, want %d: %s", p.Familiar.Strange, want, p.Strangers)
	}
}

// The progress bar is as long as the training, also where classes have fewer
// images than shots.
func TestStepsOfFewImages(t *testing.T) {
	dir := start(t, filepath.Join(t.TempDir(), "run"))
	r := smallRun(t, dir, term.Silent{}, "coop")
	r.Config.Shots = 100 // of the 6 images that each class has
	shorten(t, r, method.Settings{Epochs: 2, Batch: 8})
	base := data.Subset(r.Dataset, data.Base)
	if want := 1 + 2*(len(base.Train)/8); r.Steps() != want {
		t.Errorf("%d steps, want %d", r.Steps(), want)
	}
	s := r.Config.Settings["coop"]
	s.Batch, s.EveryImage = 9, true // else some would be left out
	r.Config.Settings["coop"] = s
	if want := 1 + 2*((len(base.Train)+8)/9); r.Steps() != want || len(base.Train)%9 == 0 {
		t.Errorf("%d steps of every image, want %d", r.Steps(), want)
	}
	done := &counter{}
	r.Show = done
	if _, err := r.Do(context.Background()); err != nil {
		t.Fatal(err)
	}
	if done.steps != r.Steps() {
		t.Errorf("the bar counted %d of %d steps", done.steps, r.Steps())
	}
}

// counter counts the steps of a progress bar.
type counter struct{ steps int }

func (c *counter) Add(n int)       { c.steps += n }
func (c *counter) Describe(string) {}

package eval

import (
	"context"
	"fmt"
	"math"
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
	r := smallRun(t, dir, term.Silent{}, "coop", "cdc")
	r.Config.Protocol = "all"
	shorten(t, r, method.Settings{Epochs: 1, Batch: 8, Templates: 1})
	if err := dir.WriteJSON(rundir.ConfigFile, r.Config); err != nil {
		t.Fatal(err)
	}
	if _, err := r.Do(context.Background()); err != nil {
		t.Fatal(err)
	}
	for _, cell := range r.Config.Cells() {
		checkFolds(t, r, cell)
	}
}

func checkFolds(t *testing.T, r *Run, cell rundir.Cell) {
	t.Helper()
	all := len(r.Dataset.Train) + len(r.Dataset.Test)
	held := all - cell.Shots*len(r.Dataset.Classes)
	for _, thorough := range []bool{false, true} {
		c := &Calibration{Run: r.Trained(), Cell: cell, Dataset: r.Dataset, Report: new(data.Report), Risk: 0.5, Folds: 2, Thorough: thorough}
		p, err := c.Promise(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		if p.Known.N != all || !p.Approximate || p.Familiar.Known != all || !strings.Contains(p.Images, "in 2 folds") || (p.StandIn == "") != thorough {
			t.Errorf("%s, thorough %v: %+v, want %d images", cell, thorough, p, all)
		}
		// The method is asked about the images that were held out, the head about
		// those of the training.
		want := held
		if !thorough {
			want = all - held
		}
		if p.Familiar.Strange != want || !strings.Contains(p.Strangers, "left out in turn") {
			t.Errorf("%s, thorough %v: %d strangers, want %d: %s", cell, thorough, p.Familiar.Strange, want, p.Strangers)
		}
		if c.Folds = math.MaxInt; !thorough {
			if p, err := c.Promise(context.Background()); err != nil || !strings.Contains(p.Images, fmt.Sprintf("in %d folds", cell.Shots)) {
				t.Errorf("%s: of more folds than images: %+v, %v", cell, p, err)
			}
		}
		evidence := cell.How().Proposed // the other has a softmax, as the head has
		if (p.Signal == rundir.ByUncertainty) != evidence || evidence && (p.Familiar.Threshold < 0 || p.Familiar.Threshold > 1) {
			t.Errorf("%s, thorough %v: signal %q with the threshold %v", cell, thorough, p.Signal, p.Familiar.Threshold)
		}
	}
}

// What a head says counts by its rank among what it says of all images.
func TestScale(t *testing.T) {
	list := func(v ...float64) (all []answered) {
		for _, x := range v {
			all = append(all, answered{doubt: x})
		}
		return all
	}
	s := newScale(list(30, 10, 20, 40), list(0.9, 0.2), func(a answered) float64 { return a.doubt })
	for x, want := range map[float64]float64{5: 0.2, 10: 0.2, 20: 0.2, 25: 0.9, 40: 0.9, 41: math.Nextafter(0.9, 1)} {
		if got := s.of(x); got != want {
			t.Errorf("%v is carried to %v, want %v", x, got, want)
		}
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
	if done.steps != r.Steps() || done.skipped != 0 {
		t.Errorf("the bar counted %d and skipped %d of %d steps", done.steps, done.skipped, r.Steps())
	}
	again := &counter{}
	r.Show = again
	if _, err := r.Do(context.Background()); err != nil || again.steps != 0 || again.skipped != r.Steps() {
		t.Errorf("of a finished run the bar counted %d and skipped %d of %d steps: %v", again.steps, again.skipped, r.Steps(), err)
	}
}

// counter counts the steps of a progress bar.
type counter struct{ steps, skipped int }

func (c *counter) Add(n int)       { c.steps += n }
func (c *counter) Skip(n int)      { c.skipped += n }
func (c *counter) Describe(string) {}

// What is missing is an error, not a panic.
func TestTrainWithoutData(t *testing.T) {
	if _, err := Train(context.Background(), nil, nil, "coop", 1, 1); err == nil {
		t.Error("trained on nothing")
	}
}

package frontdoor

import (
	"os"
	"path/filepath"
	"testing"

	"frontdoor/eval/promise"
	"frontdoor/eval/rundir"
)

// The thresholds decide in this order: nothing promised, unfamiliar, unsure.
func TestJudge(t *testing.T) {
	p := &rundir.Promise{Known: promise.Promise{Threshold: 0.6, Kept: true}, Familiar: promise.Strangers{Threshold: 0.5}}
	for _, c := range []struct {
		p           *rundir.Promise
		prob, doubt float32
		want        Verdict
	}{
		{nil, 0.9, 0.1, Unjudged},
		{p, 0.9, 0.1, Known},
		{p, 0.601, 0.5, Known},
		{p, 0.59, 0.1, Unsure},
		{p, 0.9, 0.51, Unfamiliar},
		{p, 0.1, 0.9, Unfamiliar},
		{&rundir.Promise{Familiar: promise.Strangers{Threshold: 0.5}}, 0.99, 0.1, Unsure}, // no promise could be made
	} {
		if got := judge(c.p, Answer{Probability: c.prob, Uncertainty: c.doubt}, 0); got != c.want {
			t.Errorf("%v and %v: %v, want %v", c.prob, c.doubt, got, c.want)
		}
	}
}

// Without evidence the largest logit tells the unfamiliar.
func TestJudgeByLogit(t *testing.T) {
	p := &rundir.Promise{Signal: rundir.ByLogit, Known: promise.Promise{Threshold: 0.6, Kept: true}, Familiar: promise.Strangers{Threshold: -20}}
	for logit, want := range map[float32]Verdict{25: Known, 20: Known, 19.9: Unfamiliar} {
		if got := judge(p, Answer{Probability: 0.9, Uncertainty: 0.1}, logit); got != want {
			t.Errorf("a logit of %v: %v, want %v", logit, got, want)
		}
	}
}

// A promise beside a run is found for its classes, and for no others.
func TestPromiseOfARun(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"config.json", "checkpoint.safetensors"} {
		text, err := os.ReadFile(filepath.Join(finished, name))
		if err != nil {
			t.Fatal(err)
		}
		writeFile(t, dir, name, string(text))
	}
	half := opened(t, WithHalf("base"))
	writeFile(t, dir, rundir.PromiseFile, `{"promises": [{"cell": {"dataset": "shape", "shots": 1, "seed": 1, "method": "cdc"},
		"classes": ["ring", "square", "pentagon", "cross", "circle", "diamond", "ellipse", "heart"],
		"known": {"risk": 0.1, "threshold": 0, "n": 40, "accepted": 30, "mistakes": 0, "bound": 0.095, "kept": true},
		"familiar": {"threshold": 1}}]}`)
	c := closing(t)(Open(background, dir, WithHalf("base")))
	if p := c.Promise(); p == nil || !p.Kept || p.Risk != 0.1 || p.Coverage != 0.75 || p.Images != 40 || half.Promise() != nil {
		t.Fatalf("%+v", p)
	}
	if a, err := c.Classify(background, disc(0)); err != nil || a[0].Verdict != Known {
		t.Errorf("%+v, %v", a, err)
	}
	if err := c.SetClasses(background, "ring", "heart"); err != nil {
		t.Fatal(err)
	}
	if a, err := c.Classify(background, disc(0)); err != nil || a[0].Verdict != Unjudged || c.Promise() != nil {
		t.Errorf("of other classes: %+v, %v", a, err)
	}
}

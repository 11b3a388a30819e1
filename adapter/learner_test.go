package adapter

import (
	"context"
	"errors"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"frontdoor/autograd"
	"frontdoor/clip"
	"frontdoor/data"
	"frontdoor/data/augment"
	"frontdoor/nn"
	"frontdoor/prompt"
)

var kinds = map[string]Kind{
	"gda": GDAOptions{}, "gda, new": GDAOptions{NewClasses: true}, "tip": DefaultTip(), "tipf": DefaultTipF(), "lpp": DefaultLPP(nil),
	"clap": DefaultCLAP(true), "taskres": DefaultTaskRes(4), "prolip": DefaultProLIP(4),
}

var threeClasses = []string{"red star", "blue ring", "green cross"}

// shots are made-up pooled features of three classes.
func shots(m *clip.Model) prompt.Shots {
	r := rand.New(rand.NewPCG(1, 1))
	var s prompt.Shots
	for range 2 {
		x := autograd.Zeros(12, m.Config.Vision.Width)
		nn.Normal(x.Data, 0.3, r)
		for i := range 12 {
			x.Row(i)[i%3] += 2
		}
		s.Views = append(s.Views, x)
	}
	for i := range 12 {
		s.Labels = append(s.Labels, i%3)
	}
	s.Val, s.ValLabels = s.Views[0], s.Labels
	return s
}

// newLearner returns a learner of three classes.
func newLearner(t *testing.T, m *clip.Model, kind Kind) *Learner {
	t.Helper()
	l := NewLearner(m, kind, "head", data.DefaultTemplate, augment.Crop(0.5), 1)
	if err := l.SetClasses(threeClasses); err != nil {
		t.Fatal(err)
	}
	return l
}

// classified returns the probabilities of pooled features.
func classified(m *clip.Model, l *Learner, x *autograd.Tensor) []float32 {
	unit := (*autograd.Tape)(nil).L2Normalize(m.Project(x), 0)
	return l.Classify(prompt.Features{Frozen: unit, Pooled: x}).Prob.Data
}

// Every head learns its classes from pooled features, and another learner that is
// given its tensors predicts the same.
func TestLearnersRestore(t *testing.T) {
	m, err := clip.Tiny()
	if err != nil {
		t.Fatal(err)
	}
	s := shots(m)
	for name, kind := range kinds {
		l := newLearner(t, m, kind)
		before := slices.Clone(classified(m, l, s.Views[1]))
		if err := l.Fit(context.Background(), s); err != nil {
			t.Fatal(name, err)
		}
		want := classified(m, l, s.Views[1])
		if slices.Equal(before, want) {
			t.Errorf("%s: the fit changed nothing", name)
		}
		again := newLearner(t, m, kind)
		if err := again.Restore(l.State()); err != nil {
			t.Fatal(name, err)
		}
		if !slices.Equal(classified(m, again, s.Views[1]), want) {
			t.Errorf("%s: what was restored predicts otherwise", name)
		}
		if n := len(l.Params()); n == 0 || n > len(l.State()) {
			t.Errorf("%s: %d learned tensors", name, n)
		}
	}
}

// Heads with weights for each class refuse others; GDA for base-to-new and ProLIP
// take them, and come back.
func TestBoundToItsClasses(t *testing.T) {
	m, err := clip.Tiny()
	if err != nil {
		t.Fatal(err)
	}
	s := shots(m)
	for name, kind := range kinds {
		l := newLearner(t, m, kind)
		if err := l.Fit(context.Background(), s); err != nil {
			t.Fatal(name, err)
		}
		want := slices.Clone(classified(m, l, s.Views[1]))
		_, open := l.head.(OpenHead)
		err := l.SetClasses([]string{"white square", "black dot"})
		if open != (err == nil) || !open && !errors.Is(err, prompt.ErrClassBound) {
			t.Errorf("%s: %v", name, err)
		}
		if open != (name == "prolip" || name == "gda, new") {
			t.Errorf("%s: open to other classes: %v", name, open)
		}
		if err := l.SetClasses(threeClasses); err != nil || !slices.Equal(classified(m, l, s.Views[1]), want) {
			t.Errorf("%s: does not come back to its own classes: %v", name, err)
		}
	}
}

// Tensors of other sizes, and labels that no class has, are refused by name.
func TestDamagedCheckpoints(t *testing.T) {
	m, err := clip.Tiny()
	if err != nil {
		t.Fatal(err)
	}
	for name, kind := range kinds {
		l := newLearner(t, m, kind)
		if err := l.Fit(context.Background(), shots(m)); err != nil {
			t.Fatal(name, err)
		}
		for i, tensor := range l.State() {
			state := slices.Clone(l.State())
			state[i].Tensor = autograd.Zeros(5, 7, 3)
			if err := newLearner(t, m, kind).Restore(state); err == nil || !strings.Contains(err.Error(), tensor.Name) {
				t.Errorf("%s: a wrong %q: %v", name, tensor.Name, err)
			}
			if err := newLearner(t, m, kind).Restore(slices.Delete(slices.Clone(l.State()), i, i+1)); err == nil {
				t.Errorf("%s: no error without %q", name, tensor.Name)
			}
		}
	}
	labels := Stored{"labels": autograd.Const([]float32{0, 3}, 2)}
	if _, err := labels.labels(2, 3); err == nil {
		t.Error("no error for a label that no class has")
	}
}

// A fit tells the epochs that it took, and how long it takes can be measured without
// it.
func TestEpochsAndSeconds(t *testing.T) {
	m, err := clip.Tiny()
	if err != nil {
		t.Fatal(err)
	}
	epochs := map[string]int{"tipf": 20, "lpp": 300, "clap": 300, "taskres": 100, "prolip": 300}
	for name, kind := range kinds {
		l := newLearner(t, m, kind)
		if s, err := l.FitSeconds(3, prompt.ShotSize{Images: 12, Draws: 2, Val: 12}); err != nil || !(s > 0) {
			t.Errorf("%s: %v s, %v", name, s, err)
		}
		for range 2 { // a second fit begins anew
			if err := l.Fit(context.Background(), shots(m)); err != nil {
				t.Fatal(err)
			}
		}
		all := l.Epochs()
		if len(all) != epochs[name] {
			t.Errorf("%s: %d epochs, want %d", name, len(all), epochs[name])
			continue
		}
		// The first and the last step of ProLIP read different views.
		if n := len(all); n > 0 && (!(all[n-1].Loss < all[0].Loss) && name != "prolip" || !(all[1].LR > 0)) {
			t.Errorf("%s: from %+v to %+v", name, all[0], all[n-1])
		}
	}
}

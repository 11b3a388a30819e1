package cdc

import (
	"fmt"
	"testing"

	"frontdoor/autograd"
	"frontdoor/clip"
	"frontdoor/data/augment"
	"frontdoor/prompt"
)

// A light learner trains all that it lists, and reads features by learned vision
// tokens only.
func TestLite(t *testing.T) {
	m, err := clip.Tiny()
	if err != nil {
		t.Fatal(err)
	}
	for lite, opinions := range map[Lite]int{Shared: 3, Student: 2} { // the hand-crafted one is among them
		o := DefaultOptions(2, prompt.Coupling{Tokens: 2, Depth: 2}, "a photo of a {}.")
		o.Lite = lite
		l, err := New(m, o, 1)
		if err != nil {
			t.Fatal(err)
		}
		names := []string{"red star", "blue ring", "green cross"}
		if err := l.TrainedOn(names); err != nil {
			t.Fatal(err)
		}
		if err := l.SetClasses(names); err != nil {
			t.Fatal(err)
		}
		views := len(l.Views())
		if want := map[Lite]int{Shared: 2, Student: 3}[lite]; views != want {
			t.Errorf("%s: %d views, want %d", lite, views, want)
		}
		images := autograd.Zeros(views*2, 3, m.Config.Vision.Image, m.Config.Vision.Image)
		for i := range images.Data {
			images.Data[i] = float32(i%17)/8 - 1
		}
		tp := autograd.NewTape()
		loss := l.Loss(tp, prompt.Batch{Images: images, Labels: []int{0, 2}})
		tp.Backward(loss)
		for _, p := range l.Params() {
			moved := false
			for _, g := range p.Grad() {
				moved = moved || g != 0
			}
			if !moved {
				t.Errorf("%s: %s gets no gradient", lite, p.Name)
			}
		}
		if frozen, tuned := l.Reads(); frozen || !tuned {
			t.Errorf("%s: reads frozen features %v, tuned ones %v", lite, frozen, tuned)
		}
		two := autograd.Const(images.Data[:images.Len()/views], 2, 3, m.Config.Vision.Image, m.Config.Vision.Image)
		p := prompt.Predict(m, l, two)
		if len(p.Templates) != opinions || p.Prob.Rows() != 2 || p.Prob.Cols() != 3 {
			t.Errorf("%s: %d opinions on %d images and %d classes", lite, len(p.Templates), p.Prob.Rows(), p.Prob.Cols())
		}
		if last := p.Templates[opinions-1].Name; last != "hand-crafted" {
			t.Errorf("%s: the last opinion is of %s", lite, last)
		}
	}
}

// The student's distance is from the mean of the other templates, which get no
// gradient from it.
func TestStudentFollows(t *testing.T) {
	l := &Learner{Options: DefaultOptions(2, prompt.Coupling{}, "{}"), offset: autograd.Zeros(1)}
	l.Lite = Student
	w := autograd.Const([]float32{1, 0, 0, 1}, 2, 2)
	l.w0 = w
	loss := func(student float32) float32 {
		logits := []*autograd.Tensor{
			autograd.Const([]float32{3, 1}, 1, 2), autograd.Const([]float32{1, 1}, 1, 2),
			autograd.Const([]float32{student, 1}, 1, 2),
		}
		return l.withStudent(nil, logits, []*autograd.Tensor{w, w, w}, prompt.Batch{Labels: []int{0}}).Item()
	}
	alone := func(student float32) float32 {
		o := l.Options
		o.Fused = 0
		return o.trusted(nil, []*autograd.Tensor{autograd.Const([]float32{student, 1}, 1, 2)}, 0, []int{0}, 0).Item()
	}
	// The templates' mean is (2, 1).
	for _, s := range []float32{2, 4} {
		want := distil * (s - 2) * (s - 2) / 2
		almost(t, fmt.Sprintf("distance of %v", s), float64(loss(s)-alone(s)-(loss(2)-alone(2))), float64(want), 1e-5)
	}
}

// With two views every other template reads the mirrored centre, by the same
// vision tokens, and the hand-crafted template reads both.
func TestLiteViews(t *testing.T) {
	m, err := clip.Tiny()
	if err != nil {
		t.Fatal(err)
	}
	o := DefaultOptions(3, prompt.Coupling{Tokens: 2, Depth: 2}, "a photo of a {}.")
	o.Lite = Shared
	l, err := New(m, o, 1)
	if err != nil {
		t.Fatal(err)
	}
	if err := l.SetClasses([]string{"red star", "blue ring"}); err != nil {
		t.Fatal(err)
	}
	s := m.Config.Vision.Image
	images := autograd.Zeros(2, 3, s, s)
	for i := range images.Data {
		images.Data[i] = float32(i%23)/11 - 1
	}
	f := prompt.Features{Tuned: l.Encode(images)}
	l.TestViews = false
	l.plan = l.testPlan()
	whole := l.Encode(images)
	centre := l.Encode(testViews(images, []augment.TestView{{Side: augment.Centre.Side, Mirror: true}}))
	l.TestViews = true
	l.plan = l.testPlan()
	for r, want := range [][]*autograd.Tensor{{whole}, {centre}, {whole}, {whole, centre}} {
		reads := l.plan.readers[r].images
		if len(reads) != len(want) {
			t.Fatalf("reader %d has %d encodings, want %d", r, len(reads), len(want))
		}
		for i, x := range want {
			for k, v := range l.encoding(f, reads[i]).Data {
				almost(t, "feature", float64(v), float64(x.Data[k]), 1e-5)
			}
		}
	}
}

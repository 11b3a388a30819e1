package prompt

import (
	"errors"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"frontdoor/autograd"
	"frontdoor/clip"
	"frontdoor/data"
	"frontdoor/data/augment"
	"frontdoor/nn"
)

// realModel is the embedded model, whose tokenizer knows words.
func realModel(t *testing.T) *clip.Model {
	t.Helper()
	m, err := clip.Tiny()
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func randomImages(m *clip.Model, n int) *autograd.Tensor {
	s := m.Config.Vision.Image
	x := autograd.Zeros(n, 3, s, s)
	nn.Normal(x.Data, 1, rand.New(rand.NewPCG(3, 3)))
	return x
}

var testClasses = []string{"red star", "blue_circle", "green ring"}

// learners returns one untrained learner of each kind.
func learners(t *testing.T, m *clip.Model) map[string]Learner {
	t.Helper()
	all := map[string]Learner{}
	add := func(name string, l Learner, err error) {
		t.Helper()
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		all[name] = l
	}
	tuned := func(name string, method Method, err error) {
		t.Helper()
		add(name, Tune(name, method, augment.View{}), err)
	}
	words := Context{Words: data.Phrase}
	coop, err := NewCoOp(m, words, 1)
	tuned("coop", coop, err)
	coop, err = NewCoOp(m, Context{Tokens: 3, PerClass: true, Position: Middle}, 1)
	tuned("coop-csc", coop, err)
	cocoop, err := NewCoCoOp(m, words, 1)
	tuned("cocoop", cocoop, err)
	for name, s := range map[string]Towers{
		"vpt-shallow": {VisionTokens: 4, VisionDepth: 1}, "vpt": {VisionTokens: 4, VisionDepth: 4},
		"language": {TextTokens: 4, TextDepth: 3}, "ivlp": {2, 3, 2, 4},
	} {
		l, err := NewIndependent(m, s, 1)
		tuned(name, l, err)
	}
	c := Coupling{Tokens: 2, Depth: 3}
	maple, err := NewMaPLe(m, c, augment.View{}, 1)
	add("maple", maple, err)
	maple, err = NewMaPLe(m, c, augment.View{}, 1)
	add("maple+zs", NewWithZeroShot(maple, data.DefaultTemplate), err)
	ensemble, err := NewEnsemble(m, 2, c, augment.View{}, 1)
	add("ensemble", ensemble, err)
	ensemble, err = NewEnsemble(m, 2, c, augment.View{}, 1)
	add("ensemble+zs", NewWithZeroShot(ensemble, data.DefaultTemplate), err)
	return all
}

// What every learner owes its caller: training moves what Params lists and
// nothing of the model, all of it gets a gradient, steps lower the loss, and a
// prediction is a distribution that follows the training.
func TestEveryLearnerTrains(t *testing.T) {
	m := realModel(t)
	for name, l := range learners(t, m) {
		if err := l.SetClasses(testClasses); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		images, labels := randomImages(m, 3), []int{0, 1, 2}
		before := Predict(m, l, images)
		batch := Batch{Images: repeated(images, len(l.Views())), Labels: labels}
		tp := autograd.NewTape()
		tp.Poison()
		opt := nn.NewSGD(l.Params())
		var losses []float32
		for range 4 {
			loss := l.Loss(tp, batch)
			losses = append(losses, loss.Item())
			tp.Backward(loss)
			for _, p := range l.Params() {
				if !slices.ContainsFunc(p.Grad(), func(g float32) bool { return g != 0 }) {
					t.Errorf("%s: %s got no gradient", name, p.Name)
				}
			}
			opt.Step(0.01)
			tp.Reset()
		}
		if !(losses[3] < losses[0]) {
			t.Errorf("%s: losses %v do not fall", name, losses)
		}
		after := Predict(m, l, images)
		if slices.Equal(before.Prob.Data, after.Prob.Data) {
			t.Errorf("%s: the prediction does not follow the training", name)
		}
		for i := range labels {
			sum := 0.0
			for _, p := range after.Prob.Row(i) {
				sum += float64(p)
			}
			if math.Abs(sum-1) > 1e-5 {
				t.Errorf("%s: probabilities add up to %v", name, sum)
			}
		}
	}
	if m.Text.Token.Grad() != nil || m.Vision.Proj.Grad() != nil || m.LogitScale.Grad() != nil {
		t.Error("a frozen tensor got a gradient")
	}
}

// Images are classified as they are alone, and other classes can be asked for.
func TestPredictionsDoNotDependOnTheBatch(t *testing.T) {
	m := realModel(t)
	s := m.Config.Vision.Image
	images := randomImages(m, 4)
	for name, l := range learners(t, m) {
		if err := l.SetClasses(testClasses); err != nil {
			t.Fatal(err)
		}
		all := Predict(m, l, images)
		one := Predict(m, l, autograd.Const(images.Data[2*3*s*s:3*3*s*s], 1, 3, s, s))
		for k, p := range one.Prob.Data {
			if math.Abs(float64(p-all.Prob.Row(2)[k])) > 1e-5 {
				t.Errorf("%s: class %d alone %v, in a batch %v", name, k, p, all.Prob.Row(2)[k])
			}
		}
		err := l.SetClasses([]string{"cat", "dog"})
		if bound := name == "coop-csc"; errors.Is(err, ErrClassBound) != bound || (err != nil) != bound {
			t.Errorf("%s: other classes: %v", name, err)
		} else if !bound && Predict(m, l, images).Prob.Cols() != 2 {
			t.Errorf("%s: still chooses among the old classes", name)
		}
	}
}

// CoCoOp predicts in parts; the parts join.
func TestCoCoOpInParts(t *testing.T) {
	m := realModel(t)
	l, err := NewCoCoOp(m, Context{Words: data.Phrase}, 1)
	if err != nil {
		t.Fatal(err)
	}
	names := make([]string, 700) // 700 prompts of 4 rows or more: a few images at once
	for i := range names {
		names[i] = "star " + string(rune('a'+i%26)) + string(rune('a'+i/26))
	}
	if err := l.SetClasses(names); err != nil {
		t.Fatal(err)
	}
	if part := maxRows / l.pack(1).Rows(); part >= 9 || part < 1 {
		t.Fatalf("%d images fit at once: the test does not test", part)
	}
	images := randomImages(m, 9)
	f := m.ImageFeatures(nil, images)
	got, want := l.Logits(nil, f), l.logits(nil, f)
	for i, v := range got.Data {
		if math.Abs(float64(v-want.Data[i])) > 1e-4 {
			t.Fatalf("logit %d = %v, want %v", i, v, want.Data[i])
		}
	}
}

func TestSizesThatCannotBe(t *testing.T) {
	m := realModel(t)
	for name, f := range map[string]func() error{
		"no tokens":       func() error { _, err := NewCoOp(m, Context{}, 1); return err },
		"words per class": func() error { _, err := NewCoOp(m, Context{Words: "a", PerClass: true}, 1); return err },
		"position":        func() error { _, err := NewCoOp(m, Context{Tokens: 1, Position: "left"}, 1); return err },
		"too deep":        func() error { _, err := NewIndependent(m, Towers{2, 99, 0, 0}, 1); return err },
		"vision too deep": func() error { _, err := NewIndependent(m, Towers{0, 0, 2, 99}, 1); return err },
		"neither tower":   func() error { _, err := NewIndependent(m, Towers{2, 0, 2, 0}, 1); return err },
		"no vision token": func() error { _, err := NewIndependent(m, Towers{0, 0, 0, 2}, 1); return err },
		"too many words":  func() error { _, err := NewIndependent(m, Towers{9, 1, 0, 0}, 1); return err },
		"no template":     func() error { _, err := NewEnsemble(m, 0, Coupling{2, 1, 0}, augment.View{}, 1); return err },
		"no meta context": func() error { _, err := NewCoCoOp(m, Context{}, 1); return err },
		"long name": func() error {
			l, err := NewCoOp(m, Context{Tokens: 4}, 1)
			if err != nil {
				return nil
			}
			return l.SetClasses([]string{strings.Repeat("star ", 40)})
		},
	} {
		if f() == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

func TestTemplates(t *testing.T) {
	f := templates()
	if len(f.ImageNet80) != 80 || len(f.ImageNet7) != 7 {
		t.Errorf("%d and %d templates", len(f.ImageNet80), len(f.ImageNet7))
	}
	for _, text := range append(f.ImageNet7, f.ImageNet80...) {
		if strings.Count(text, "{}") != 1 {
			t.Errorf("template %q", text)
		}
	}
	if all := Templates7("{} texture."); len(all) != 8 || all[7] != "{} texture." || len(Templates7("")) != 7 {
		t.Errorf("%q", all)
	}
}

// The ensemble's text features are the normalised means of the templates', and
// templates that are too long are left out.
func TestZeroShotEnsemble(t *testing.T) {
	m := realModel(t)
	two := []string{"a photo of a {}.", "a drawing of the {}."}
	z := NewZeroShotEnsemble(m, "zs", append(two, strings.Repeat("a ", 40)+"{}."))
	if err := z.SetClasses(testClasses); err != nil {
		t.Fatal(err)
	}
	a, err := CaptionFeatures(m, two[0], testClasses)
	if err != nil {
		t.Fatal(err)
	}
	b, err := CaptionFeatures(m, two[1], testClasses)
	if err != nil {
		t.Fatal(err)
	}
	for k := range testClasses {
		norm := 0.0
		for i := range a.Row(k) {
			sum := float64(a.Row(k)[i]) + float64(b.Row(k)[i])
			norm += sum * sum
		}
		for i, got := range z.text.Row(k) {
			if want := (float64(a.Row(k)[i]) + float64(b.Row(k)[i])) / math.Sqrt(norm); math.Abs(float64(got)-want) > 1e-6 {
				t.Fatalf("class %d: feature %d = %v, want %v", k, i, got, want)
			}
		}
	}
	if err := z.SetClasses([]string{strings.Repeat("star ", 40)}); err == nil {
		t.Error("no template fits and there is no error")
	}
}

// PyTorch's argmax takes the first of equal maxima.
func TestArgmaxTakesTheFirst(t *testing.T) {
	if got := Argmax([]float32{1, 3, 2, 3}); got != 1 {
		t.Errorf("%d, want 1", got)
	}
}

// MaPLe's deeper projections are copies of one draw, the first is another.
func TestDeepProjectionsBeginEqual(t *testing.T) {
	l, err := NewMaPLe(realModel(t), Coupling{Tokens: 2, Depth: 3}, augment.View{}, 1)
	if err != nil {
		t.Fatal(err)
	}
	p := l.Templates[0].Proj
	if !slices.Equal(p[1].W.Data, p[2].W.Data) || !slices.Equal(p[1].B.Data, p[2].B.Data) {
		t.Error("the deeper projections differ")
	}
	if slices.Equal(p[0].W.Data, p[1].W.Data) || &p[1].W.Data[0] == &p[2].W.Data[0] {
		t.Error("projections are shared")
	}
}

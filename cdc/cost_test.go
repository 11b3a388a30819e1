package cdc

import (
	"fmt"
	"math"
	"os"
	"testing"

	"frontdoor/autograd"
	"frontdoor/clip"
	"frontdoor/data/augment"
	"frontdoor/prompt"
)

// heavy is the variable that lets tests take minutes.
const heavy = "FRONTDOOR_HEAVY"

// stepBytes is what the tape held after a step of each method on a model of
// ViT-B/16's sizes, ten classes and two images, as TestCostsOfViTB16 measures it
// where heavy is set.
var stepBytes = map[string]int64{
	"coop":     8666016,
	"cocoop":   17468136,
	"vpt":      183662624,
	"language": 8666016,
	"ivlp":     190032648,
	"maple":    190120720,
	"ensemble": 380605976,
	"cdc":      380750020,
}

// A plan's memory of a step is within a twentieth of what one takes, for every
// kind of learner at ViT-B/16's sizes. The meter computes nothing, so that it
// takes no longer than for a small model; what it is compared with was recorded,
// or is measured where FRONTDOOR_HEAVY is set.
func TestCostsOfViTB16(t *testing.T) {
	m := zerosOfViTB16(t)
	coupling := prompt.Coupling{Tokens: 2, Depth: 9}
	words := prompt.Context{Words: "a photo of a"}
	view := augment.View{}
	var names []string
	for i := range 10 {
		names = append(names, fmt.Sprintf("ring %d", i))
	}
	tune := func(l prompt.Method, err error) (prompt.Learner, error) { return prompt.Tune("", l, view), err }
	towers := func(m *clip.Model, s prompt.Towers) (prompt.Learner, error) {
		l, err := prompt.NewIndependent(m, s, 1)
		return tune(l, err)
	}
	for name, learner := range map[string]func(*clip.Model) (prompt.Learner, error){
		"coop": func(m *clip.Model) (prompt.Learner, error) {
			l, err := prompt.NewCoOp(m, words, 1)
			return tune(l, err)
		},
		"cocoop": func(m *clip.Model) (prompt.Learner, error) {
			l, err := prompt.NewCoCoOp(m, words, 1)
			return tune(l, err)
		},
		"vpt": func(m *clip.Model) (prompt.Learner, error) {
			return towers(m, prompt.Towers{VisionTokens: 4, VisionDepth: 12})
		},
		"language": func(m *clip.Model) (prompt.Learner, error) {
			return towers(m, prompt.Towers{TextTokens: 4, TextDepth: 12})
		},
		"ivlp": func(m *clip.Model) (prompt.Learner, error) {
			return towers(m, prompt.Towers{TextTokens: 2, TextDepth: 9, VisionTokens: 2, VisionDepth: 9})
		},
		"maple":    func(m *clip.Model) (prompt.Learner, error) { return prompt.NewMaPLe(m, coupling, view, 1) },
		"ensemble": func(m *clip.Model) (prompt.Learner, error) { return prompt.NewEnsemble(m, 2, coupling, view, 1) },
		"cdc": func(m *clip.Model) (prompt.Learner, error) {
			return New(m, DefaultOptions(2, coupling, "a photo of a {}."), 1)
		},
	} {
		c, err := prompt.MeasureCosts(m, learner, names, 2, 4)
		if err != nil {
			t.Fatal(err)
		}
		want := stepBytes[name]
		if os.Getenv(heavy) != "" {
			want = takeStep(t, m, learner, names)
			t.Logf("%q: %d,", name, want)
		}
		if ratio := float64(c.StepBytes) / float64(want); math.Abs(ratio-1) > 0.05 {
			t.Errorf("%s: a step holds %d bytes, the meter says %d (%.3f)", name, want, c.StepBytes, ratio)
		}
	}
}

// takeStep takes a training step on two images and returns what its tape holds.
func takeStep(t *testing.T, m *clip.Model, learner func(*clip.Model) (prompt.Learner, error), names []string) int64 {
	t.Helper()
	l, err := learner(m)
	if err != nil {
		t.Fatal(err)
	}
	if err := l.SetClasses(names); err != nil {
		t.Fatal(err)
	}
	b := prompt.Batch{Labels: []int{0, 1}, Images: autograd.Zeros(2*len(l.Views()), 3, 224, 224)}
	if prompt.TrainsOnFeatures(l) {
		b.Frozen = autograd.Zeros(2, m.Config.Embed)
	}
	tp := autograd.NewTape()
	tp.Backward(l.Loss(tp, b))
	return tp.ArenaBytes()
}

// zerosOfViTB16 returns a model of ViT-B/16's sizes whose weights are zero and, as
// long as nothing computes with them, take no memory.
func zerosOfViTB16(t *testing.T) *clip.Model {
	t.Helper()
	tiny, err := clip.Tiny()
	if err != nil {
		t.Fatal(err)
	}
	c := clip.ViTB16
	c.Text.Vocab = tiny.Text.Vocab
	m, err := clip.Build(c, tiny.Tokenizer, func(_ string, shape []int) ([]float32, error) {
		n := 1
		for _, d := range shape {
			n *= d
		}
		return make([]float32, n), nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return m
}

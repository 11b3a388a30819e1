package cdc

import (
	"math/rand/v2"
	"slices"
	"testing"

	"frontdoor/autograd"
	"frontdoor/clip"
	"frontdoor/data/augment"
	"frontdoor/nn"
	"frontdoor/prompt"
)

// Each template gets its own view of the image, and the hand-crafted one the
// whole and the centre.
func TestViewOfEachTemplate(t *testing.T) {
	m, err := clip.Tiny()
	if err != nil {
		t.Fatal(err)
	}
	l, err := New(m, DefaultOptions(3, prompt.Coupling{Tokens: 2, Depth: 2}, "a photo of a {}."), 1)
	if err != nil {
		t.Fatal(err)
	}
	if err := l.SetClasses([]string{"red star", "blue ring"}); err != nil {
		t.Fatal(err)
	}
	s := m.Config.Vision.Image
	images := autograd.Zeros(2, 3, s, s)
	nn.Normal(images.Data, 1, rand.New(rand.NewPCG(1, 1)))
	got := l.logits(prompt.Extract(m, l, images))

	same := func(what string, got, want []float32) {
		t.Helper()
		for i := range want {
			almost(t, what, float64(got[i]), float64(want[i]), 1e-4)
		}
	}
	for i, view := range augment.TestViews(3) {
		alone := prompt.Multi{Model: m, Templates: l.Templates[i : i+1]}
		if err := alone.SetClasses([]string{"red star", "blue ring"}); err != nil {
			t.Fatal(err)
		}
		v := alone.Encode(testViews(images, []augment.TestView{view}))
		same("template", got[i].Data, m.Logits(nil, v, alone.TextFeatures()).Data)
	}
	whole, centre := l.zero.Logits(m.ImageFeatures(nil, images)), l.zero.Logits(m.ImageFeatures(nil, testViews(images, []augment.TestView{augment.Centre})))
	same("hand-crafted", got[3].Data, mean([]*autograd.Tensor{whole, centre}, ones(2)).Data)

	l.HandCrafted = false
	l.plan = l.testPlan()
	if without := l.logits(prompt.Extract(m, l, images)); len(without) != 3 || !slices.Equal(without[2].Data, got[2].Data) {
		t.Errorf("without the hand-crafted template there are %d opinions, or others", len(without))
	}
}

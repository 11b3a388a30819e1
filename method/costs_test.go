package method

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"testing"

	"frontdoor/autograd"
	"frontdoor/clip"
	"frontdoor/prompt"
)

// heavy is the environment variable that has TestCostsOfViTB16 take real steps,
// which needs 2 GiB and a minute.
const heavy = "FRONTDOOR_HEAVY"

// stepBytesFile holds, for each method that takes steps, the bytes that the tape
// of a training step held at ViT-B/16's sizes, as takeStep measured them.
const stepBytesFile = "testdata/stepbytes.json"

// A plan's memory of a step is within a twentieth of what one takes, for every
// method with its published settings, ten classes and two images. The meter
// computes nothing, so that it takes no longer than for a small model; what it
// is compared with was recorded, or is measured where FRONTDOOR_HEAVY is set.
func TestCostsOfViTB16(t *testing.T) {
	m := zerosOfViTB16(t)
	var names []string
	for i := range 10 {
		names = append(names, fmt.Sprintf("ring %d", i))
	}
	want := map[string]int64{}
	if text, err := os.ReadFile(stepBytesFile); err != nil {
		t.Fatal(err)
	} else if err := json.Unmarshal(text, &want); err != nil {
		t.Fatal(err)
	}
	planned, measured := map[string]int64{}, map[string]int64{}
	for _, how := range All {
		learner := func(m *clip.Model) (prompt.Learner, error) {
			s := how.Recipe(m, Experiment{Protocol: "all", Shots: 16}, Settings{})
			return how.New(m, "a photo of a {}.", s, 1)
		}
		c, err := prompt.MeasureCosts(m, learner, names, 2, 4)
		if err != nil {
			t.Fatalf("%s: %v", how.Name, err)
		}
		if c.StepBytes == 0 {
			continue
		}
		planned[how.Name] = c.StepBytes
		if os.Getenv(heavy) != "" {
			measured[how.Name] = takeStep(t, m, learner, names)
		}
	}
	if len(measured) > 0 {
		text, _ := json.MarshalIndent(measured, "", "  ")
		t.Logf("%s\n%s", stepBytesFile, text)
		want = measured
	}
	for name, got := range planned { // a method that is missing in want has 0 there
		if ratio := float64(got) / float64(want[name]); math.Abs(ratio-1) > 0.05 {
			t.Errorf("%s: a step holds %d bytes, the meter says %d", name, want[name], got)
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

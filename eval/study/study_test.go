package study

import (
	"context"
	"math"
	"testing"

	"frontdoor/autograd"
	"frontdoor/clip"
	"frontdoor/data"
	"frontdoor/data/world"
	"frontdoor/eval/rundir"
	"frontdoor/eval/score"
	"frontdoor/nn"
	"frontdoor/prompt"
)

// reader is a classifier that answers with one named factor and knows nothing
// else; its second template answers with another one.
func reader(k, second world.Kind) asking {
	return func(_ context.Context, items []data.Item) (*score.Outcome, error) {
		o := &score.Outcome{ByTemplate: make([][]int, 2)}
		for _, it := range items {
			f := it.Source.(data.WorldItem).Factors
			o.Labels = append(o.Labels, it.Label)
			o.Predicted = append(o.Predicted, f.Value(k))
			o.ByTemplate[0] = append(o.ByTemplate[0], f.Value(k))
			o.ByTemplate[1] = append(o.ByTemplate[1], f.Value(second))
		}
		return o, nil
	}
}

func TestEffectsOnAReaderOfTheBackground(t *testing.T) {
	task, err := world.TaskByName("texshape")
	if err != nil {
		t.Fatal(err)
	}
	ds := data.Subset(data.World(task, data.WorldOptions{TestPerClass: 200}), data.Base)
	before, effects, err := interventions(context.Background(), task, ds.Test, reader(world.Background, world.Colour))
	if err != nil {
		t.Fatal(err)
	}
	if len(effects) != len(world.Causes())-2+2 || effects[len(effects)-2].Factor != rundir.DoContext || effects[len(effects)-1].Factor != rundir.DoEverything {
		t.Fatalf("effects %+v", effects)
	}
	for _, e := range effects {
		want, second := 0.0, 0.0
		switch e.Factor {
		case "background":
			want = 100 * (1 - 1.0/8)
		case "colour":
			second = 100 * (1 - 1.0/10)
		case rundir.DoContext, rundir.DoEverything:
			want, second = 100*(1-1.0/8), 100*(1-1.0/10)
		}
		for i, got := range []float64{e.Changed, e.TemplatesChanged[0], e.TemplatesChanged[1]} {
			w := []float64{want, want, second}[i]
			if w == 0 && got != 0 || math.Abs(got-w) > 3 {
				t.Errorf("do(%s) changes %.2f%% of answer %d, want about %v", e.Factor, got, i, w)
			}
		}
	}
	// It is right where its index happens to be the label: as often as before
	// under do(noise), which it does not see.
	for _, e := range effects {
		if e.Factor == "noise" && (e.Accuracy != before.Accuracy() || e.TemplatesAccuracy[0] != e.Accuracy) {
			t.Errorf("accuracy %v became %v without a change", before.Accuracy(), e.Accuracy)
		}
	}
}

func TestNearestWords(t *testing.T) {
	m, err := clip.Tiny()
	if err != nil {
		t.Fatal(err)
	}
	star := m.Tokenizer.Encode("star")[0]
	token := autograd.Zeros(2, m.Config.Text.Width)
	copy(token.Row(1), m.Text.Token.Row(star))
	got := learnedTokens(m, []nn.Named{{Name: "template.0.ctx", Tensor: token}, {Name: "template.0.proj.weight", Tensor: token}})
	if len(got) != 2 || got[1].Name != "template.0.ctx 2" || len(got[1].Nearest) != 3 {
		t.Fatalf("%+v", got)
	}
	if first := got[1].Nearest[0]; first.Token != "star" || first.Distance > 1e-3 || math.Abs(first.Cosine-1) > 1e-6 {
		t.Errorf("nearest to star: %+v", got[1].Nearest)
	}
}

func TestSimilarityOfTheHandCraftedTemplate(t *testing.T) {
	m, err := clip.Tiny()
	if err != nil {
		t.Fatal(err)
	}
	w, err := prompt.CaptionFeatures(m, "a photo of a {}.", []string{"star", "ring"})
	if err != nil {
		t.Fatal(err)
	}
	within(t, "with itself", meanCosine(w, w), 1, 1e-6)
	v, err := prompt.CaptionFeatures(m, "a photo of a {}.", []string{"ring", "star"})
	if err != nil {
		t.Fatal(err)
	}
	if c := meanCosine(w, v); c > 0.95 {
		t.Errorf("another class's caption has a cosine of %v", c)
	}
}

// within fails if two numbers differ by more than the tolerance.
func within(t *testing.T, name string, got, want, tolerance float64) {
	t.Helper()
	if !(math.Abs(got-want) <= tolerance) {
		t.Errorf("%s = %v, want %v", name, got, want)
	}
}

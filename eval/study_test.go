package eval

import (
	"context"
	"math"
	"testing"

	"frontdoor/autograd"
	"frontdoor/clip"
	"frontdoor/data"
	"frontdoor/data/world"
	"frontdoor/internal/term"
	"frontdoor/nn"
	"frontdoor/prompt"
)

// reader is a classifier that answers with one named factor and knows nothing
// else; its second template answers with another one.
func reader(k, second world.Kind) asking {
	return func(_ context.Context, items []data.Item) (*outcome, error) {
		o := &outcome{byTemplate: make([][]int, 2)}
		for _, it := range items {
			f := it.Source.(data.WorldItem).Factors
			o.labels = append(o.labels, it.Label)
			o.predicted = append(o.predicted, f.Value(k))
			o.byTemplate[0] = append(o.byTemplate[0], f.Value(k))
			o.byTemplate[1] = append(o.byTemplate[1], f.Value(second))
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
	if len(effects) != len(world.Causes())-2+2 || effects[len(effects)-2].Factor != DoContext || effects[len(effects)-1].Factor != DoEverything {
		t.Fatalf("effects %+v", effects)
	}
	for _, e := range effects {
		want, second := 0.0, 0.0
		switch e.Factor {
		case "background":
			want = 100 * (1 - 1.0/8)
		case "colour":
			second = 100 * (1 - 1.0/10)
		case DoContext, DoEverything:
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
		if e.Factor == "noise" && (e.Accuracy != before.accuracy() || e.TemplatesAccuracy[0] != e.Accuracy) {
			t.Errorf("accuracy %v became %v without a change", before.accuracy(), e.Accuracy)
		}
	}
}

func TestStudyOfASmallRun(t *testing.T) {
	r := smallRun(t, start(t, t.TempDir()+"/run"), term.Silent{})
	r.Config.Methods = []string{"zeroshot", "coop-csc", "ensemble"}
	r.Config.Study = true
	for _, m := range r.Config.Methods {
		r.Config.Settings[m] = RecipeFor(r.Model, m, "base2new", 4, Settings{Epochs: 1, Batch: 8, Templates: 2})
	}
	results, err := r.Do(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	for i, row := range results.Rows {
		s := row.Study
		if s == nil || row.Trust.Detect.OtherWorld == nil || len(s.OtherWorld) != len(world.Others) {
			t.Fatalf("%s: no study of other worlds: %+v", row.Method, s)
		}
		// The task shape: three named factors are irrelevant, and 12 nuisances.
		if len(s.Effects) != 15+2 || s.Reversed == nil || len(s.Shifted) != 4 {
			t.Errorf("%s: %+v", row.Method, s)
		}
		near(t, row.Method+": gap", *s.Gap, *row.Base-*s.Interventional)
		bound := row.Method == "coop-csc"
		if (len(s.EffectsNew) == 0) != bound || (len(s.Reads) == 0) != bound || (s.NewCorrelated == nil) != bound {
			t.Errorf("%s: %d effects on new classes, %d factors read", row.Method, len(s.EffectsNew), len(s.Reads))
		}
		if several := row.Method == "ensemble"; several != (s.Similarity != nil && len(s.Similarity.Templates) == 3) ||
			several != (len(s.Effects[0].TemplatesChanged) == 2) || several != (len(s.Tokens) == 4) {
			t.Errorf("%s: templates %+v, %d tokens", row.Method, s.Similarity, len(s.Tokens))
		}
		if i == 0 && (row.Study.Reads[3].Factor != "background" || row.Study.Reads[3].Accuracy < 50) {
			t.Errorf("the embedded model cannot read backgrounds: %+v", row.Study.Reads[3])
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

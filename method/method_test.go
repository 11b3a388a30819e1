package method

import (
	"slices"
	"testing"

	"frontdoor/autograd"
	"frontdoor/clip"
	"frontdoor/data"
	"frontdoor/textenc"
)

// big is a model of the published size, of which a recipe needs the sizes only.
func big(t *testing.T) *clip.Model {
	t.Helper()
	tiny, err := clip.Tiny()
	if err != nil {
		t.Fatal(err)
	}
	return &clip.Model{Config: clip.ViTB16, Tokenizer: tiny.Tokenizer}
}

// The table of published configurations, REFERENCE section 3.10, in words.
func TestPublishedRecipes(t *testing.T) {
	m := big(t)
	for _, c := range []struct {
		method, protocol string
		shots            int
		want             string
	}{
		{"coop", "base2new", 16, `200 epochs, batch 32, lr 0.002, 4 tokens, from "a photo of a"`},
		{"coop", "all", 16, "200 epochs, batch 32, lr 0.002, 16 tokens"},
		{"coop", "all", 8, "200 epochs, batch 32, lr 0.002, 16 tokens"},
		{"coop", "all", 4, "100 epochs, batch 32, lr 0.002, 16 tokens"},
		{"coop", "all", 2, "100 epochs, batch 32, lr 0.002, 16 tokens"},
		{"coop", "all", 1, "50 epochs, batch 32, lr 0.002, 16 tokens"},
		{"coop", "xd", 16, `50 epochs, batch 32, lr 0.002, 4 tokens, from "a photo of a"`},
		{"cocoop", "base2new", 16, `10 epochs, batch 1, lr 0.002, 4 tokens, from "a photo of a"`},
		{"cocoop", "xd", 16, `10 epochs, batch 1, lr 0.002, 4 tokens, from "a photo of a"`},
		{"maple", "base2new", 16, "5 epochs, batch 4, lr 0.0035, 2 tokens in 9 blocks"},
		{"maple", "all", 16, "5 epochs, batch 4, lr 0.0035, 2 tokens in 9 blocks"},
		{"maple", "xd", 16, "2 epochs, batch 4, lr 0.0026, 2 tokens in 3 blocks"},
		{"ivlp", "base2new", 16, "5 epochs, batch 4, lr 0.0035, 2 tokens in 12 blocks, 2 vision tokens in 12 blocks"},
		{"language", "base2new", 16, "5 epochs, batch 4, lr 0.0025, 4 tokens in 12 blocks"},
		{"vpt", "base2new", 16, "5 epochs, batch 4, lr 0.0025, 8 vision tokens in 12 blocks"},
		{"zeroshot", "base2new", 16, "nothing to train"},
	} {
		how := Find(c.method)
		s := how.Recipe(m, Experiment{Protocol: c.protocol, Shots: c.shots}, Settings{})
		if got := s.Describe(); got != c.want {
			t.Errorf("%s, %s, %d shots: %s, want %s", c.method, c.protocol, c.shots, got, c.want)
		}
		if how.Trained() && s.Schedule != "epoch" {
			t.Errorf("%s: schedule %s", c.method, s.Schedule)
		}
	}
}

func TestOverrides(t *testing.T) {
	m := big(t)
	for _, c := range []struct {
		method   string
		override Settings
		want     string
	}{
		{"coop", Settings{Epochs: 3, Batch: 7, LR: 1, Tokens: 16, Position: "middle"}, "3 epochs, batch 7, lr 1, 16 tokens, name at middle"},
		{"coop", Settings{Words: "a picture of"}, `200 epochs, batch 32, lr 0.002, 3 tokens, from "a picture of"`},
		{"coop", Settings{PerClass: true, Tokens: 4}, "200 epochs, batch 32, lr 0.002, 4 tokens, per class"},
		{"coop", Settings{PerClass: true}, "200 epochs, batch 32, lr 0.002, 16 tokens, per class"},
		{"vpt", Settings{Tokens: 3, Depth: 99}, "5 epochs, batch 4, lr 0.0025, 3 vision tokens in 12 blocks"},
		{"ivlp", Settings{Tokens: 1, Depth: 4}, "5 epochs, batch 4, lr 0.0035, 1 token in 4 blocks, 1 vision token in 4 blocks"},
		{"language", Settings{Tokens: 1, Templates: 3, Words: "a picture", Position: "front", PerClass: true}, "5 epochs, batch 4, lr 0.0025, 1 token in 12 blocks"},
		{"cocoop", Settings{Words: "a picture", Position: "front", PerClass: true}, `10 epochs, batch 1, lr 0.002, 2 tokens, from "a picture"`},
		{"cocoop", Settings{Tokens: 8}, "10 epochs, batch 1, lr 0.002, 8 tokens"},
		{"cdc", Settings{Templates: 3}, "5 epochs, batch 4, lr 0.0035, 3 templates, 2 tokens in 9 blocks"},
	} {
		if got := Find(c.method).Recipe(m, BaseToNew, c.override).Describe(); got != c.want {
			t.Errorf("%s %+v: %s, want %s", c.method, c.override, got, c.want)
		}
	}
}

func TestSplit(t *testing.T) {
	if all, err := Split("all"); err != nil || len(all) != 24 || all[0] != "zeroshot" || all[23] != "cdc-lite" {
		t.Errorf("%v, %v", all, err)
	}
	if two, err := Split(" cdc, maple "); err != nil || !slices.Equal(two, []string{"cdc", "maple"}) {
		t.Errorf("%v, %v", two, err)
	}
	if alias, err := Split("lp++,tip-adapter"); err != nil || !slices.Equal(alias, []string{"lpp", "tip"}) {
		t.Errorf("%v, %v", alias, err)
	}
	for _, list := range []string{"coop,coop", "all,cdc", "clip", "lpp,lp++"} {
		if _, err := Split(list); err == nil {
			t.Errorf("%q: no error", list)
		}
	}
}

// How many numbers the published configurations train, as their code counts.
func TestPublishedParameterCounts(t *testing.T) {
	m := big(t)
	m.Text = &textenc.Encoder{Token: autograd.Zeros(m.Tokenizer.VocabSize(), m.Config.Text.Width)}
	for name, want := range map[string]int{
		"coop": 4 * 512, "cocoop": 35360, "maple": 3555072, "ivlp": 30720, "vpt": 8 * 12 * 768, "language": 4 * 12 * 512, "cdc": 4 * 3555072,
	} {
		how := Find(name)
		l, err := how.New(m, data.DefaultTemplate, how.Recipe(m, BaseToNew, Settings{}), 1)
		if err != nil {
			t.Fatal(err)
		}
		n := 0
		for _, p := range l.Params() {
			n += p.Len()
		}
		if n != want {
			t.Errorf("%s trains %d numbers, want %d", name, n, want)
		}
	}
}

// Where a published training would begin, by method.
func TestRandomNumbers(t *testing.T) {
	m := big(t)
	for name, want := range map[string]int{
		"coop": 212554752, "cocoop": 212588064, "maple": 213350912, "ivlp": 212584448,
	} {
		s := Find(name).Recipe(m, BaseToNew, Settings{})
		if got, ok := Find(name).RandomNumbers(m.Config, s); !ok || got != want {
			t.Errorf("%s: %d, want %d", name, got, want)
		}
	}
	s := maPLe.Recipe(m, Experiment{Protocol: "xd", Shots: 16}, Settings{})
	if got, _ := maPLe.RandomNumbers(m.Config, s); got != 213344768 {
		t.Errorf("maple, cross-dataset: %d", got)
	}
	for _, how := range []*Method{cdcMethod, ensemble} {
		if _, ok := how.RandomNumbers(m.Config, how.Recipe(m, BaseToNew, Settings{})); ok {
			t.Errorf("%s has no original", how.Name)
		}
	}
}

func TestUnknownVariant(t *testing.T) {
	if err := CheckNames([]string{"cdc-no-such-thing"}); err == nil {
		t.Error("no error for an unknown variant")
	}
	if slices.Contains(Names(GroupAll), cdcVariants[0].Name) {
		t.Error("an ablation is among the methods of -method all")
	}
}

// "ablations" stands for CDC and what takes it apart, each in another way.
func TestAblationsDiffer(t *testing.T) {
	m := big(t)
	names, err := Split(GroupAblations)
	if err != nil || names[0] != "cdc" || len(names) != 1+len(cdcVariants)-2 {
		t.Fatalf("%v, %v", names, err)
	}
	known := map[Settings]string{}
	for _, name := range append(names, "cdc-lite", "cdc-shared", "cdc-student") {
		s := Find(name).Recipe(m, BaseToNew, Settings{Templates: 3})
		if other, ok := known[s]; ok {
			t.Errorf("%s and %s are the same", name, other)
		}
		known[s] = name
	}
}

// Crops come back only if there are fewer than epochs.
func TestDrawsOfEpochs(t *testing.T) {
	var got []int
	for e := range 5 {
		got = append(got, Settings{Epochs: 5, Draws: 2}.Draw(e), Settings{Epochs: 5}.Draw(e), Settings{Epochs: 5, Draws: 5}.Draw(e))
	}
	if want := []int{0, 0, 0, 1, 1, 1, 0, 2, 2, 1, 3, 3, 0, 4, 4}; !slices.Equal(got, want) {
		t.Errorf("crops %v, want %v", got, want)
	}
}

package eval

import (
	"context"
	"path/filepath"
	"slices"
	"testing"

	"frontdoor/autograd"
	"frontdoor/clip"
	"frontdoor/data"
	"frontdoor/internal/term"
	"frontdoor/prompt"
	"frontdoor/textenc"
)

// Every method goes all the way: training, testing, the checkpoint of the run,
// and export in the names of the published code.
func TestEveryMethodRuns(t *testing.T) {
	path := filepath.Join(t.TempDir(), "run")
	dir := start(t, path)
	r := smallRun(t, dir, term.Silent{})
	r.Config.Methods = Methods
	for _, method := range Methods {
		r.Config.Settings[method] = RecipeFor(r.Model, method, "base2new", 4, Settings{Epochs: 1, Batch: 8, Templates: 2})
	}
	if err := dir.WriteJSON(ConfigFile, r.Config); err != nil {
		t.Fatal(err)
	}
	results, err := r.Do(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	trained, err := LoadRun(path, "")
	if err != nil {
		t.Fatal(err)
	}
	half := data.Subset(r.Dataset, data.Base)
	for i, row := range results.Rows {
		method := Methods[i]
		if row.Method != method || row.Base == nil || (row.New == nil) != (method == "coop-csc") {
			t.Errorf("%s: row %+v", method, row)
		}
		if row.ImagesPerSec == nil || (row.StepSeconds == nil) != Untrained(method) || (row.Params == 0) != Untrained(method) {
			t.Errorf("%s: costs are missing: %+v", method, row)
		}
		l, err := trained.Learner(method, 7, half.Classes)
		if err != nil {
			t.Fatal(err)
		}
		o, err := classify(context.Background(), l, half.Test, newLoader(trained.Model, new(data.Report)))
		if err != nil {
			t.Fatal(err)
		}
		if o.accuracy() != *row.Base {
			t.Errorf("%s: loaded %v%%, trained %v%%", method, o.accuracy(), *row.Base)
		}
	}
	paths, err := Export(trained)
	if err != nil || len(paths) != len(Methods)-3 {
		t.Fatalf("exported %v, %v", paths, err)
	}
	checkLoaded(t, r, results.Rows, filepath.Join(path, ExportFolder, "maple", "seed7", "MultiModalPromptLearner", "model.pth.tar-1"), "maple")
	checkLoaded(t, r, results.Rows, filepath.Join(path, ExportFolder, "cocoop", "seed7", "prompt_learner", "model.pth.tar-1"), "cocoop")
	checkLoaded(t, r, results.Rows, filepath.Join(path, ExportFolder, "ivlp", "seed7", "VLPromptLearner", "model.pth.tar-1"), "ivlp")
}

// checkLoaded tests a checkpoint of the published code in a run of its own.
func checkLoaded(t *testing.T, r *Run, rows []Row, file, method string) {
	t.Helper()
	_, found, set, err := OpenOriginal(r.Model, file)
	if err != nil || found != method {
		t.Fatalf("%s: %q, %v", file, found, err)
	}
	path := filepath.Join(t.TempDir(), "loaded")
	other := smallRun(t, start(t, path), term.Silent{})
	other.Config.Load, other.Config.Methods = file, []string{method}
	other.Config.Settings = map[string]Settings{method: set}
	if err := other.Config.Check(); err != nil {
		t.Fatal(err)
	}
	if err := other.Dir.WriteJSON(ConfigFile, other.Config); err != nil {
		t.Fatal(err)
	}
	results, err := other.Do(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range rows {
		if row.Method == method && (*row.Base != *results.Rows[0].Base || *row.New != *results.Rows[0].New) {
			t.Errorf("%s: loaded %v %v, trained %v %v", method, *results.Rows[0].Base, *results.Rows[0].New, *row.Base, *row.New)
		}
	}
	again, err := LoadRun(path, "")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := again.Learner(method, 7, []string{"star", "ring"}); err != nil {
		t.Errorf("%s: the run cannot be used for prediction: %v", method, err)
	}
}

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
		s := RecipeFor(m, c.method, c.protocol, c.shots, Settings{})
		if got := s.Describe(); got != c.want {
			t.Errorf("%s, %s, %d shots: %s, want %s", c.method, c.protocol, c.shots, got, c.want)
		}
		if !Untrained(c.method) && s.Schedule != "epoch" {
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
		{"ivlp", Settings{Tokens: 1, Depth: 4}, "5 epochs, batch 4, lr 0.0035, 1 tokens in 4 blocks, 1 vision tokens in 4 blocks"},
		{"language", Settings{Tokens: 1, Templates: 3, Words: "a picture", Position: "front", PerClass: true}, "5 epochs, batch 4, lr 0.0025, 1 tokens in 12 blocks"},
		{"cocoop", Settings{Words: "a picture", Position: "front", PerClass: true}, `10 epochs, batch 1, lr 0.002, 2 tokens, from "a picture"`},
		{"cocoop", Settings{Tokens: 8}, "10 epochs, batch 1, lr 0.002, 8 tokens"},
		{"cdc", Settings{Templates: 3}, "5 epochs, batch 4, lr 0.0035, 3 templates, 2 tokens in 9 blocks"},
	} {
		if got := Recipe(m, c.method, c.override).Describe(); got != c.want {
			t.Errorf("%s %+v: %s, want %s", c.method, c.override, got, c.want)
		}
	}
}

func TestSplitMethods(t *testing.T) {
	if all, err := SplitMethods("all"); err != nil || !slices.Equal(all, Methods) {
		t.Errorf("%v, %v", all, err)
	}
	if two, err := SplitMethods(" cdc, maple "); err != nil || !slices.Equal(two, []string{"cdc", "maple"}) {
		t.Errorf("%v, %v", two, err)
	}
	for _, list := range []string{"coop,coop", "all,cdc", "clip"} {
		if _, err := SplitMethods(list); err == nil {
			t.Errorf("%q: no error", list)
		}
	}
}

// An incomplete batch is dropped in training unless it is all there is;
// nothing is dropped in testing.
func TestIncompleteBatches(t *testing.T) {
	for _, c := range []struct{ images, batch, steps int }{{10, 4, 2}, {8, 4, 2}, {3, 4, 1}, {4, 4, 1}} {
		tr := &training{set: Settings{Batch: c.batch, Epochs: 1}, items: make([]data.Item, c.images)}
		if got := tr.perEpoch(); got != c.steps {
			t.Errorf("%d images in batches of %d: %d steps, want %d", c.images, c.batch, got, c.steps)
		}
	}
	r := smallRun(t, nil, term.Silent{})
	items := r.Dataset.Test[:min(len(r.Dataset.Test), testBatch-1+4)]
	zero := prompt.NewZeroShot(r.Model, r.Dataset.Template)
	if err := zero.SetClasses(r.Dataset.Classes); err != nil {
		t.Fatal(err)
	}
	o, err := classify(context.Background(), zero, items, newLoader(r.Model, new(data.Report)))
	if err != nil || len(o.predicted) != len(items) {
		t.Errorf("%d of %d images tested, %v", len(o.predicted), len(items), err)
	}
}

// How many numbers the published configurations train, as their code counts.
func TestPublishedParameterCounts(t *testing.T) {
	m := big(t)
	m.Text = &textenc.Encoder{Token: autograd.Zeros(m.Tokenizer.VocabSize(), m.Config.Text.Width)}
	for method, want := range map[string]int{
		"coop": 4 * 512, "cocoop": 35360, "maple": 3555072, "ivlp": 30720, "vpt": 8 * 12 * 768, "language": 4 * 12 * 512, "cdc": 4 * 3555072,
	} {
		l, err := NewLearner(m, method, data.DefaultTemplate, Recipe(m, method, Settings{}), 1)
		if err != nil {
			t.Fatal(err)
		}
		n := 0
		for _, p := range l.Params() {
			n += p.Len()
		}
		if n != want {
			t.Errorf("%s trains %d numbers, want %d", method, n, want)
		}
	}
}

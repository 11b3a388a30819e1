package eval

import (
	"context"
	"path/filepath"
	"slices"
	"testing"

	"frontdoor/cdc"
	"frontdoor/data"
	"frontdoor/internal/term"
	"frontdoor/prompt"
)

// Every variant differs from CDC in what its table entry says and in nothing
// else, trains, and comes back from its run folder as it was.
func TestAblations(t *testing.T) {
	path := filepath.Join(t.TempDir(), "run")
	dir := start(t, path)
	r := smallRun(t, dir, term.Silent{})
	methods, err := SplitMethods("ablations")
	if err != nil || methods[0] != "cdc" || len(methods) != 1+len(Ablations) {
		t.Fatalf("%v, %v", methods, err)
	}
	for _, way := range LiteWays {
		methods = append(methods, way.Name)
	}
	r.Config.Methods = methods
	seen := map[Settings]string{}
	for _, method := range methods {
		s := RecipeFor(r.Model, method, "base2new", 4, Settings{Epochs: 1, Batch: 8, Templates: 3})
		if other, ok := seen[s]; ok {
			t.Errorf("%s and %s are the same", method, other)
		}
		seen[s] = method
		r.Config.Settings[method] = s
	}
	if err := r.Config.Check(); err != nil {
		t.Fatal(err)
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
		if got, want := trained.Settings[methods[i]], r.Config.Settings[methods[i]]; got != want {
			t.Errorf("%s: config.json has %+v, want %+v", methods[i], got, want)
		}
		l, err := trained.Learner(methods[i], 7, half.Classes)
		if err != nil {
			t.Fatal(err)
		}
		o, err := classify(context.Background(), l, half.Test, newLoader(trained.Model, new(data.Report)))
		if err != nil {
			t.Fatal(err)
		}
		if o.accuracy() != *row.Base {
			t.Errorf("%s: loaded %v%%, trained %v%%", methods[i], o.accuracy(), *row.Base)
		}
	}
}

// A run folder from before CDC had switches means the defaults.
func TestSettingsWithoutSwitches(t *testing.T) {
	got := Settings{Templates: 3, Tokens: 2, Depth: 1}.options("{}")
	want := cdc.DefaultOptions(3, prompt.Coupling{Tokens: 2, Depth: 1, Jitter: startJitter}, "{}")
	if got != want {
		t.Errorf("%+v, want %+v", got, want)
	}
}

func TestUnknownVariant(t *testing.T) {
	if err := CheckMethods([]string{"cdc-no-such-thing"}); err == nil {
		t.Error("no error for an unknown variant")
	}
	if slices.Contains(Methods, Ablations[0].Name) {
		t.Error("a variant is among the methods of -method all")
	}
}

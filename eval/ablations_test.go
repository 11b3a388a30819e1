package eval

import (
	"context"
	"path/filepath"
	"testing"

	"frontdoor/clip"
	"frontdoor/data"
	"frontdoor/eval/rundir"
	"frontdoor/internal/term"
	"frontdoor/method"
)

// Every variant of CDC trains, and comes back from its run folder as it was.
func TestAblations(t *testing.T) {
	methods, err := method.Split("ablations,cdc-lite,cdc-shared,cdc-student")
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "run")
	dir := start(t, path)
	r := smallRun(t, dir, term.Silent{}, methods...)
	shorten(t, r, method.Settings{Epochs: 1, Batch: 8, Templates: 3})
	if err := dir.WriteJSON(rundir.ConfigFile, r.Config); err != nil {
		t.Fatal(err)
	}
	results, err := r.Do(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	trained, err := LoadRun(path, "", clip.Options{})
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
		if right := rightOn(t, r, l); right != *row.Base {
			t.Errorf("%s: loaded %v%%, trained %v%%", methods[i], right, *row.Base)
		}
	}
}

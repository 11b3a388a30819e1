package eval

import (
	"context"
	"path/filepath"
	"testing"

	"frontdoor/clip"
	"frontdoor/data"
	"frontdoor/eval/protocol"
	"frontdoor/eval/rundir"
	"frontdoor/eval/score"
	"frontdoor/eval/train"
	"frontdoor/internal/evaltest"
	"frontdoor/internal/term"
	"frontdoor/method"
	"frontdoor/prompt"
)

// Every method goes all the way: training, testing, the checkpoint of the run,
// and export in the names of the published code.
func TestEveryMethodRuns(t *testing.T) {
	path := filepath.Join(t.TempDir(), "run")
	dir := start(t, path)
	names := method.Names(method.GroupAll)
	r := smallRun(t, dir, term.Silent{}, names...)
	shorten(t, r, method.Settings{Epochs: 1, Batch: 8, Templates: 2})
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
		name, trains := names[i], method.Find(names[i]).Trained()
		if row.Method != name || row.Base == nil || (row.New == nil) != r.Config.Settings[name].PerClass {
			t.Errorf("%s: row %+v", name, row)
		}
		if row.ImagesPerSec == nil || (row.StepSeconds != nil) != trains || (row.Params > 0) != trains {
			t.Errorf("%s: costs are missing: %+v", name, row)
		}
		l, err := trained.Learner(name, 7, half.Classes)
		if err != nil {
			t.Fatal(err)
		}
		if right := rightOn(t, r, l); right != *row.Base {
			t.Errorf("%s: loaded %v%%, trained %v%%", name, right, *row.Base)
		}
	}
	paths, err := Export(t.Context(), trained)
	if err != nil || len(paths) != len(names)-3 {
		t.Fatalf("exported %v, %v", paths, err)
	}
	checkLoaded(t, r, results.Rows, filepath.Join(path, ExportFolder, "maple", "seed7", "MultiModalPromptLearner", "model.pth.tar-1"), "maple")
	checkLoaded(t, r, results.Rows, filepath.Join(path, ExportFolder, "cocoop", "seed7", "prompt_learner", "model.pth.tar-1"), "cocoop")
	checkLoaded(t, r, results.Rows, filepath.Join(path, ExportFolder, "ivlp", "seed7", "VLPromptLearner", "model.pth.tar-1"), "ivlp")
}

// checkLoaded tests a checkpoint of the published code in a run of its own.
func checkLoaded(t *testing.T, r *Run, rows []rundir.Row, file, name string) {
	t.Helper()
	_, found, set, err := method.OpenOriginal(r.Model, file)
	if err != nil || found.Name != name {
		t.Fatalf("%s: %v, %v", file, found, err)
	}
	path := filepath.Join(t.TempDir(), "loaded")
	other := smallRun(t, start(t, path), term.Silent{})
	other.Config.Load, other.Config.Methods = file, []string{name}
	other.Config.Settings = map[string]method.Settings{name: set}
	if err := protocol.Check(other.Config); err != nil {
		t.Fatal(err)
	}
	if err := other.Dir.WriteJSON(rundir.ConfigFile, other.Config); err != nil {
		t.Fatal(err)
	}
	results, err := other.Do(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range rows {
		if row.Method == name && (*row.Base != *results.Rows[0].Base || *row.New != *results.Rows[0].New) {
			t.Errorf("%s: loaded %v %v, trained %v %v", name, *results.Rows[0].Base, *results.Rows[0].New, *row.Base, *row.New)
		}
	}
	again, err := LoadRun(path, "", clip.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := again.Learner(name, 7, []string{"star", "ring"}); err != nil {
		t.Errorf("%s: the run cannot be used for prediction: %v", name, err)
	}
}

// shorten gives all methods of a run other settings.
func shorten(t *testing.T, r *Run, asked method.Settings) {
	t.Helper()
	for _, name := range r.Config.Methods {
		r.Config.Settings[name] = evaltest.Recipe(t, r.Model, name, asked)
	}
	if err := protocol.Check(r.Config); err != nil {
		t.Fatal(err)
	}
}

// Nothing is dropped in testing, however many images there are.
func TestAllImagesAreTested(t *testing.T) {
	r := smallRun(t, nil, term.Silent{})
	items := r.Dataset.Test[:min(len(r.Dataset.Test), rundir.TestBatch-1+4)]
	zero := prompt.NewZeroShot(r.Model, r.Dataset.Template)
	if err := zero.SetClasses(r.Dataset.Classes); err != nil {
		t.Fatal(err)
	}
	o, err := score.Classify(context.Background(), zero, items, train.NewLoader(r.Model, new(data.Report)))
	if err != nil || len(o.Predicted) != len(items) {
		t.Errorf("%d of %d images tested, %v", len(o.Predicted), len(items), err)
	}
}

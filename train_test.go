package frontdoor

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"

	"frontdoor/data"
	"frontdoor/data/world"
	"frontdoor/eval/rundir"
)

// shapes is a small dataset of the world.
func shapes(t *testing.T) *data.Dataset {
	t.Helper()
	task, err := world.TaskByName("shape")
	if err != nil {
		t.Fatal(err)
	}
	return data.Subset(data.World(task, data.WorldOptions{TrainPerClass: 6, TestPerClass: 4}), data.Base)
}

// Train reports how far it is, promises, and leaves a classifier whose saved copy
// answers the same, from another place and another working directory.
func TestTrainAndSave(t *testing.T) {
	var last Progress
	steps := 0
	c := closing(t)(Train(background, "tiny", shapes(t), TrainOptions{
		Method: "coop", Shots: 4, Epochs: 1, Batch: 8, Risk: 0.5,
		Progress: func(p Progress) {
			if p.Done < last.Done || p.Total < p.Done {
				t.Errorf("progress %+v after %+v", p, last)
			}
			last, steps = p, steps+1
		},
	}))
	if last.Done != last.Total || last.Total != 1+4 || steps < 5 {
		t.Errorf("%d reports, the last %+v", steps, last)
	}
	if info := c.Info(); info.Method != "coop" || info.Shots != 4 || info.Seed != 1 || info.Photographs || len(c.Classes()) != 8 || c.Promise() == nil {
		t.Errorf("%+v, promise %+v", info, c.Promise())
	}
	want, err := c.Classify(background, discs(3)...)
	if err != nil {
		t.Fatal(err)
	}
	saved, moved := filepath.Join(t.TempDir(), "saved"), filepath.Join(t.TempDir(), "moved")
	if err := c.Save(saved); err != nil {
		t.Fatal(err)
	}
	if err := c.Save(saved); err == nil || !strings.Contains(err.Error(), "is not empty") {
		t.Errorf("error %v", err)
	}
	if err := os.Rename(saved, moved); err != nil {
		t.Fatal(err)
	}
	t.Chdir(t.TempDir())
	again := closing(t)(Open(background, moved))
	got, err := again.Classify(background, discs(3)...)
	if diff := cmp.Diff(want, got); err != nil || diff != "" {
		t.Errorf("the saved one answers otherwise: %v\n%s", err, diff)
	}
	results := filepath.Join(moved, "results.json") // of a stranger, say
	if err := errors.Join(os.Remove(results), os.Symlink(filepath.Join(saved, "..", "secret"), results),
		os.WriteFile(filepath.Join(saved, "..", "secret"), []byte("{}"), 0o644)); err != nil {
		t.Skip("skipped: no symbolic links here: ", err)
	}
	if err := again.Save(filepath.Join(t.TempDir(), "copy")); err == nil || !strings.Contains(err.Error(), "results.json: it leads out of the folder") {
		t.Errorf("a link out of the run was followed: %v", err)
	}
	temporary := c.Info().Run
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(temporary); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the temporary run folder is left: %v", err)
	}
}

// The model of a saved folder is found from the folder: beside it, or in it. One
// that has changed is refused.
func TestSavedModel(t *testing.T) {
	dir := t.TempDir()
	file, err := os.ReadFile("clip/tiny.safetensors")
	if err != nil {
		t.Fatal(err)
	}
	writeFile(t, dir, "clip.safetensors", string(file))
	c := closing(t)(Train(background, filepath.Join(dir, "clip.safetensors"), shapes(t), TrainOptions{Method: "coop", Shots: 1, Epochs: 1, Batch: 8}))
	beside, inside := filepath.Join(dir, "beside"), filepath.Join(dir, "inside")
	if err := errors.Join(c.Save(beside), c.Save(inside, IncludeModel())); err != nil {
		t.Fatal(err)
	}
	want, err := c.Classify(background, disc(1))
	if err != nil {
		t.Fatal(err)
	}
	elsewhere := filepath.Join(t.TempDir(), "x")
	if err := os.Rename(inside, elsewhere); err != nil {
		t.Fatal(err)
	}
	t.Chdir(t.TempDir())
	for _, run := range []string{beside, elsewhere} {
		got, err := closing(t)(Open(background, run)).Classify(background, disc(1))
		if diff := cmp.Diff(want, got); err != nil || diff != "" {
			t.Errorf("%s: %v\n%s", run, err, diff)
		}
	}
	writeFile(t, dir, "clip.safetensors", string(file)+" ")
	if _, err := Open(background, beside); !errors.Is(err, ErrModelChanged) {
		t.Errorf("error %v", err)
	}
}

// A classifier of Load keeps its classes, captions and model.
func TestSaveWithoutTraining(t *testing.T) {
	dir := t.TempDir()
	file, err := os.ReadFile("clip/tiny.safetensors")
	if err != nil {
		t.Fatal(err)
	}
	writeFile(t, dir, "clip.safetensors", string(file))
	for i, c := range []*Classifier{
		loaded(t, WithCaptions("a {}.", "a photo of a {}, drawn."), WithUpright(false)),
		closing(t)(Load(background, filepath.Join(dir, "clip.safetensors"), []string{"moon", "star"})),
	} {
		if err := c.SetClasses(background, "star", "circle", "blue heart"); err != nil {
			t.Fatal(err)
		}
		want, err := c.Classify(background, discs(3)...)
		if err != nil {
			t.Fatal(err)
		}
		saved := filepath.Join(dir, "saved", string(rune('a'+i)))
		if err := c.Save(saved); err != nil {
			t.Fatal(err)
		}
		again := closing(t)(Open(background, saved))
		got, err := again.Classify(background, discs(3)...)
		if diff := cmp.Diff(want, got); err != nil || diff != "" {
			t.Errorf("the saved one answers otherwise: %v\n%s", err, diff)
		}
		if again.Info().Upright != c.Info().Upright || !slices.Equal(again.Classes(), c.Classes()) {
			t.Errorf("%+v of %v, was %+v of %v", again.Info(), again.Classes(), c.Info(), c.Classes())
		}
		if err := c.Save(filepath.Join(dir, "x"), nil); err == nil || !strings.Contains(err.Error(), "SaveOption is nil") {
			t.Errorf("error %v", err)
		}
	}
	empty := closing(t)(Load(background, "tiny", nil))
	if err := empty.Save(filepath.Join(dir, "empty")); !errors.Is(err, ErrNoClasses) {
		t.Errorf("error %v", err)
	}
}

// A training that is cancelled returns when it has left its folder, which another
// can then go on with, and reports nothing afterwards.
func TestTrainIsCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(background)
	defer cancel()
	dir := filepath.Join(t.TempDir(), "run")
	var returned atomic.Bool
	c, err := Train(ctx, "tiny", shapes(t), TrainOptions{Dir: dir, Method: "coop", Shots: 4, Epochs: 50, Progress: func(p Progress) {
		if p.Done > 0 {
			cancel()
		}
		if returned.Load() {
			t.Error("a report after Train returned")
		}
	}})
	returned.Store(true)
	if c != nil || !errors.Is(err, context.Canceled) {
		t.Fatal(c, err)
	}
	if _, err := Open(background, dir); err == nil || !strings.Contains(err.Error(), "is not finished") {
		t.Errorf("error %v", err)
	}
	held, err := rundir.Open(dir) // nobody else has it
	if err != nil {
		t.Fatal(err)
	}
	if err := held.Close(); err != nil {
		t.Error(err)
	}
}

// Images that cannot be read are left out, for training and for testing, and are
// named with the reason: those that Open of the dataset found and those that only
// decoding finds. A run that goes on once it is finished still says so.
func TestTrainTellsWhatItLeftOut(t *testing.T) {
	photos := t.TempDir()
	for i, dir := range []string{"train/cup", "train/lamp", "test/cup", "test/lamp"} {
		if err := os.MkdirAll(filepath.Join(photos, dir), 0o755); err != nil {
			t.Fatal(err)
		}
		for j := range 3 {
			pngFile(t, filepath.Join(photos, dir), string(rune('a'+j))+".png", disc(3*i+j))
		}
	}
	bad := []string{"test/lamp/b.png", "train/cup/a.png", "train/lamp/c.png"}
	for i, size := range []int64{100, 100, 0} { // cut off, cut off, nothing
		if err := os.Truncate(filepath.Join(photos, bad[i]), size); err != nil {
			t.Fatal(err)
		}
	}
	ds, _, err := data.Open(background, data.FolderName, data.OpenOptions{Data: photos})
	if err != nil {
		t.Fatal(err)
	}
	options := TrainOptions{Dir: filepath.Join(t.TempDir(), "run"), Method: "coop", Shots: 3, Epochs: 1}
	for range 2 {
		c := closing(t)(Train(background, "tiny", ds, options))
		var got []string
		for _, p := range c.Info().LeftOut {
			rel, _ := filepath.Rel(photos, p.Path)
			if got = append(got, filepath.ToSlash(rel)); p.Reason == "" {
				t.Errorf("%s: no reason", p.Path)
			}
		}
		if slices.Sort(got); !slices.Equal(got, bad) {
			t.Errorf("left out: %q, want %q", got, bad)
		}
		if notes := strings.Join(c.Info().Notes, "; "); !strings.Contains(notes, `class "lamp" has 2 images for training, fewer than 3 shots`) || strings.Contains(notes, "cup") {
			t.Errorf("notes %q", notes)
		}
		options.Resume = true
		if ds, _, err = data.Open(background, data.FolderName, data.OpenOptions{Data: photos}); err != nil {
			t.Fatal(err)
		}
	}
}

func TestTrainRefuses(t *testing.T) {
	ended, cancel := context.WithCancel(background)
	cancel()
	ds := shapes(t)
	var none context.Context
	for want, f := range map[string]func() (*Classifier, error){
		"context is nil": func() (*Classifier, error) { return Train(none, "tiny", ds, TrainOptions{}) },
		"is not named":   func() (*Classifier, error) { return Train(background, "", ds, TrainOptions{}) },
		"dataset is nil": func() (*Classifier, error) { return Train(background, "tiny", nil, TrainOptions{}) },
		"has no name":    func() (*Classifier, error) { return Train(background, "tiny", &data.Dataset{}, TrainOptions{}) },
		"unknown method": func() (*Classifier, error) { return Train(background, "tiny", ds, TrainOptions{Method: "x"}) },
		"a risk of 2":    func() (*Classifier, error) { return Train(background, "tiny", ds, TrainOptions{Risk: 2}) },
		"canceled":       func() (*Classifier, error) { return Train(ended, "tiny", ds, TrainOptions{}) },
		"epochs -1":      func() (*Classifier, error) { return Train(background, "tiny", ds, TrainOptions{Epochs: -1}) },
	} {
		if c, err := f(); err == nil || c != nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want %q", err, want)
		}
	}
}

package train

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"frontdoor/clip"
	"frontdoor/data"
	"frontdoor/eval"
	"frontdoor/eval/rundir"
	"frontdoor/internal/cli"
	"frontdoor/internal/setting"
	"frontdoor/method"
	"frontdoor/textenc"
	"frontdoor/textenc/bpe"
	"frontdoor/vit"
)

// photos makes a folder of two classes with n images each.
func photos(t *testing.T, n int) string {
	t.Helper()
	dir := t.TempDir()
	for k, class := range []string{"red_ball", "blue-box"} {
		for i := range n {
			im := image.NewRGBA(image.Rect(0, 0, 40, 30))
			for p := range 40 * 30 {
				im.Set(p%40, p/40, color.RGBA{uint8(200 - 150*k), uint8(10 * i), uint8(50 + 150*k), 255})
			}
			var b bytes.Buffer
			if err := png.Encode(&b, im); err != nil {
				t.Fatal(err)
			}
			write(t, filepath.Join(dir, class, string(rune('a'+i))+".png"), b.Bytes())
		}
	}
	return dir
}

func write(t *testing.T, path string, text []byte) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, text, 0o644); err != nil {
		t.Fatal(err)
	}
}

// Of one's own images every one is trained on in each epoch: 24 at a batch of 16
// are two steps. A run that was begun without that goes on without it.
func TestEveryImageIsTrainedOn(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "run")
	args := []string{"-data", photos(t, 15), "-shots", "12", "-method", "coop", "-epochs", "1", "-batch", "16", "-out", dir}
	o, err := parse(args)
	if err != nil {
		t.Fatal(err)
	}
	m, err := clip.Tiny()
	if err != nil {
		t.Fatal(err)
	}
	var report *data.Report
	steps := func() int {
		t.Helper()
		c, ds, err := o.config(context.Background(), m, &report)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.RemoveAll(dir); err != nil {
			t.Fatal(err)
		}
		if c.EveryImage != c.For(c.Cells()[0]).EveryImage {
			t.Error("the setting is not that of the run")
		}
		return (&eval.Run{Config: c, Dataset: ds}).Steps() - 1
	}
	if n := steps(); n != 2 {
		t.Errorf("%d steps, want 2", n)
	}
	run, err := rundir.Create(dir)
	if err != nil {
		t.Fatal(err)
	}
	old := &rundir.Config{Methods: []string{"coop"}, Seeds: []uint64{1}, Dataset: "folder", Classes: []string{"a", "b"}, Settings: map[string]method.Settings{"coop": {}}}
	if err := run.WriteJSON(rundir.ConfigFile, old); err != nil {
		t.Fatal(err)
	}
	if err := run.Close(); err != nil {
		t.Fatal(err)
	}
	o.exif = ""
	if n := steps(); n != 1 {
		t.Errorf("a run of an older version takes %d steps, want 1", n)
	}
}

// otherModel writes a small CLIP that is not the embedded one.
func otherModel(t *testing.T) string {
	t.Helper()
	tok, err := bpe.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	m, err := clip.New(clip.Config{
		Embed:  16,
		Vision: vit.Config{Image: 16, Patch: 8, Width: 16, Layers: 3, Heads: 2},
		Text:   textenc.Config{Context: 60, Vocab: tok.VocabSize(), Width: 16, Layers: 3, Heads: 2},
	}, tok, 1)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "other.safetensors")
	if err := m.Save(path, nil); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestWrongCallsAreOneLineErrors(t *testing.T) {
	good := photos(t, 3)
	mixed := photos(t, 3)
	write(t, filepath.Join(mixed, "no images", "notes.txt"), []byte("hello"))
	long := photos(t, 3)
	if err := os.Rename(filepath.Join(long, "red_ball"), filepath.Join(long, strings.Repeat("endless", 9))); err != nil {
		t.Fatal(err)
	}
	occupied := filepath.Join(t.TempDir(), "file")
	write(t, occupied, nil)
	for _, c := range []struct {
		args  string
		usage bool // exit code 2
		want  string
	}{
		{"-method foo", true, "zeroshot"},
		{"-method coop -position left", true, "middle"},
		{"-method maple -tokens 9", true, "4 words"},
		{"-method cdc,cdc", true, "twice"},
		{"-dataset foo", true, "texshape"},
		{"-protocol foo", true, "base2new"},
		{"-shots 0", true, "-shots 0"},
		{"-shots -3", true, "-shots -3"},
		{"-templates 0", true, "-templates 0"},
		{"-templates 65", true, "-templates 65"},
		{"-draws 1001", true, "-draws 1001"},
		{"-epochs 0", true, "-epochs 0"},
		{"-batch 0", true, "-batch 0"},
		{"-lr 0", true, "-lr 0"},
		{"-lr NaN", true, "-lr NaN"},
		{"-seeds x", true, `"x"`},
		{"-seeds 1,1", true, "twice"},
		{"-threads -1", true, "-threads -1"},
		{"-recompute maybe", true, "auto, on, off"},
		{"-memory lots", true, "4GiB"},
		{"-nonsense", true, "-shots"},
		{"-study -protocol all", true, "-study goes with -protocol base2new"},
		{"-shots many", true, "many"},
		{"stray", true, "stray"},
		{"-dataset folder", true, "-data"},
		{"-dataset shape -data " + good, true, "-data"},
		{"-data " + filepath.Join(good, "missing"), false, "missing"},
		{"-data " + filepath.Join(good, "red_ball"), false, "class folders"},
		{"-data " + mixed, false, "no images"},
		{"-data " + long, false, "endless"},
		{"-data " + good + " -out " + filepath.Join(occupied, "run"), false, "-out"},
		{"-data " + good + " -method zeroshot -out " + filepath.Join(good, "runs", "first"), true, "-out"},
		{"-model " + filepath.Join(good, "missing.safetensors"), false, "missing.safetensors"},
		{"-model " + occupied, false, occupied},
		{"-resume " + good, false, good},
	} {
		err := Run(context.Background(), strings.Fields(c.args))
		switch {
		case err == nil:
			t.Errorf("train %s: no error", c.args)
		case strings.Contains(err.Error(), "\n"):
			t.Errorf("train %s: more than one line: %v", c.args, err)
		case !strings.Contains(setting.Message(err), c.want):
			t.Errorf("train %s: error %q does not name %q", c.args, setting.Message(err), c.want)
		case errors.As(err, new(cli.Usage)) != c.usage:
			t.Errorf("train %s: usage error %v, want %v (%v)", c.args, !c.usage, c.usage, err)
		}
	}
}

// A folder with everything that people's folders hold trains all the same, and
// says what it left out.
func TestOwnFolderWithBrokenFiles(t *testing.T) {
	dir := photos(t, 6)
	write(t, filepath.Join(dir, "red_ball", "empty.jpg"), nil)
	write(t, filepath.Join(dir, "red_ball", "text.jpg"), []byte("not an image"))
	var whole bytes.Buffer
	if err := jpeg.Encode(&whole, image.NewRGBA(image.Rect(0, 0, 300, 300)), nil); err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(dir, "blue-box", "cut.jpg"), whole.Bytes()[:whole.Len()*2/3])
	var dot bytes.Buffer
	if err := png.Encode(&dot, image.NewRGBA(image.Rect(0, 0, 1, 1))); err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(dir, "blue-box", "dot.png"), dot.Bytes())

	out := filepath.Join(t.TempDir(), "run")
	args := []string{"-data", dir, "-out", out, "-shots", "10", "-epochs", "1", "-batch", "4", "-templates", "2", "-method", "zeroshot,cdc"}
	if err := Run(context.Background(), args); err != nil {
		t.Fatal(err)
	}
	var results rundir.Results
	if err := rundir.ReadJSON(out, rundir.ResultsFile, &results); err != nil {
		t.Fatal(err)
	}
	left := map[string]bool{}
	for _, p := range results.LeftOut {
		left[filepath.Base(p.Path)] = true
	}
	for _, name := range []string{"empty.jpg", "text.jpg", "cut.jpg"} {
		if !left[name] {
			t.Errorf("%s was not reported as left out: %v", name, results.LeftOut)
		}
	}
	if left["dot.png"] {
		t.Error("an image of one pixel was left out")
	}
	if len(results.Rows) != 2 || results.Rows[1].Accuracy == nil || len(results.Rows[1].PerClass) != 2 {
		t.Errorf("rows %+v", results.Rows)
	}
	if name := results.Rows[1].PerClass[0].Class; name != "blue box" {
		t.Errorf("first class %q, want the folder's name with spaces", name)
	}
	if err := Run(context.Background(), args); err == nil || !strings.Contains(setting.Message(err), "add -resume") {
		t.Errorf("a second run in the same folder: %v", err)
	}
	if err := Run(context.Background(), []string{"-resume", out, "-shots", "3"}); err == nil || !strings.Contains(err.Error(), "-shots 3") {
		t.Errorf("resuming with other flags: %v", err)
	}
	for _, args := range [][]string{{"-resume", out}, {"-resume=" + out}, {"-out", out, "-resume"}, {"-resume", "-out", out, "-shots", "10"}} {
		if err := Run(context.Background(), args); err != nil {
			t.Errorf("train %v on a finished run: %v", args, err)
		}
	}
}

func TestResumeRefusesAnotherModel(t *testing.T) {
	out := filepath.Join(t.TempDir(), "run")
	model := otherModel(t)
	args := []string{"-data", photos(t, 3), "-out", out, "-model", model, "-method", "zeroshot"}
	if err := Run(context.Background(), args); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(out, rundir.ConfigFile)
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var c rundir.Config
	if err := json.Unmarshal(text, &c); err != nil {
		t.Fatal(err)
	}
	c.Flags["model"] = "tiny"
	if text, err = json.Marshal(c); err != nil {
		t.Fatal(err)
	}
	write(t, path, text)
	if err := Run(context.Background(), []string{"-resume", out}); err == nil || !strings.Contains(err.Error(), "another model") {
		t.Errorf("resumed with another model: %v", err)
	}
}

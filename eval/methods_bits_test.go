package eval

import (
	"bytes"
	"context"
	"errors"
	"path/filepath"
	"testing"

	"frontdoor/clip"
	"frontdoor/data"
	"frontdoor/eval/protocol"
	"frontdoor/eval/rundir"
	"frontdoor/internal/evaltest"
	"frontdoor/internal/parallel"
	"frontdoor/internal/term"
	"frontdoor/method"
	"frontdoor/textenc"
	"frontdoor/vit"
)

// otherMethods is one method of each kind that the default run does not have.
var otherMethods = []string{"coop-csc", "cocoop", "ivlp", "maple+zs", "ensemble"}

func otherRun(t *testing.T, dir *rundir.Dir, show term.Reporter) *Run {
	r := smallRun(t, dir, show, otherMethods...)
	shorten(t, r, method.Settings{Epochs: 1, Batch: 8, Templates: 2})
	return r
}

// photoRun is a run with a model of a size that takes the published recipes,
// on made-up photographs.
func photoRun(t *testing.T, dir *rundir.Dir, show term.Reporter) *Run {
	t.Helper()
	tiny, err := clip.Tiny()
	if err != nil {
		t.Fatal(err)
	}
	m, err := clip.New(clip.Config{
		Embed:  16,
		Vision: vit.Config{Image: 80, Patch: 16, Width: 16, Layers: 3, Heads: 2},
		Text:   textenc.Config{Context: 24, Vocab: tiny.Text.Vocab, Width: 16, Layers: 3, Heads: 2},
	}, tiny.Tokenizer, 1)
	if err != nil {
		t.Fatal(err)
	}
	ds := &data.Dataset{Name: "photos", Classes: []string{"red star", "blue ring", "green cross", "grid"}, Template: data.DefaultTemplate}
	for i := range 60 {
		it := data.Item{Source: evaltest.Photo(i), Label: i % 4}
		ds.Train, ds.Test = append(ds.Train, it), append(ds.Test, it)
	}
	c := &rundir.Config{
		Version: rundir.Version, Fingerprint: m.Fingerprint(), Dataset: "folder", Protocol: "all", Shots: 9, Seeds: []uint64{3},
		Methods: []string{"coop", "cocoop", "maple", "cdc"}, Settings: map[string]method.Settings{}, Classes: ds.Classes, Template: ds.Template,
	}
	for _, name := range c.Methods {
		e := method.Experiment{Protocol: c.Protocol, Shots: c.Shots}
		c.Settings[name] = method.Find(name).Recipe(m, e, method.Settings{Epochs: 2, Batch: 4, Tokens: 2, Templates: 2})
		if c.Settings[name].Schedule != "epoch" {
			t.Fatalf("%s does not take the published recipe", name)
		}
	}
	if err := protocol.Check(c); err != nil {
		t.Fatal(err)
	}
	return &Run{Config: c, Model: m, Dataset: ds, Report: new(data.Report), Dir: dir, Show: show}
}

// With one thread or three, interrupted or not: the same bits.
func TestOtherMethodsRepeat(t *testing.T) { repeats(t, otherRun) }

// The same with PyTorch's order of images, whose generators go on from image
// to image.
func TestPublishedRecipesRepeat(t *testing.T) { repeats(t, photoRun) }

func repeats(t *testing.T, run func(*testing.T, *rundir.Dir, term.Reporter) *Run) {
	t.Helper()
	before := parallel.Threads()
	defer parallel.SetThreads(before)
	parallel.SetThreads(1)
	plain := filepath.Join(t.TempDir(), "plain")
	if _, err := run(t, start(t, plain), term.Silent{}).Do(context.Background()); err != nil {
		t.Fatal(err)
	}
	parallel.SetThreads(3)
	path := filepath.Join(t.TempDir(), "broken")
	dir := start(t, path)
	for left, done := 5, false; !done; left += 9 { // what is finished counts again
		ctx, cancel := context.WithCancel(context.Background())
		_, err := run(t, dir, &breaker{left: left, cancel: cancel}).Do(ctx)
		cancel()
		if err != nil && !errors.Is(err, context.Canceled) {
			t.Fatal(err)
		}
		done = err == nil
	}
	want := outputs(t, plain)
	for name, got := range outputs(t, path) {
		if !bytes.Equal(got, want[name]) {
			t.Errorf("%s differs", name)
		}
	}
}

package train

import (
	"context"
	"slices"
	"sync/atomic"
	"testing"

	"frontdoor/clip"
	"frontdoor/data"
	"frontdoor/eval/protocol"
	"frontdoor/eval/rundir"
	"frontdoor/imaging"
	"frontdoor/internal/evaltest"
	"frontdoor/method"
	"frontdoor/prompt"
	"frontdoor/textenc"
	"frontdoor/vit"
)

// learned trains a method on the base classes and returns what it learned. how
// may change the training before it begins.
func learned(t *testing.T, d *protocol.Data, half data.Half, name string, set method.Settings, load *Loader, how func(*Training)) (losses []float64, params [][]float32) {
	t.Helper()
	tr := trainingOf(t, d, half, name, set, load)
	if how != nil {
		how(tr)
	}
	if err := tr.Run(context.Background(), func() error { return nil }, func(int, float64) {}); err != nil {
		t.Fatal(err)
	}
	for _, p := range tr.learner.Params() {
		params = append(params, p.Data)
	}
	return tr.losses, params
}

// counted counts how often its image is opened.
type counted struct {
	data.Source
	opened *atomic.Int32
}

// Open opens the image.
func (c counted) Open(ctx context.Context) (*imaging.Image, error) {
	c.opened.Add(1)
	return c.Source.Open(ctx)
}

// Training on kept features of crops, of other epochs or of another method,
// gives the bits of training on the images; and a crop is encoded once.
func TestCropsAreShared(t *testing.T) {
	r := evaltest.Data(t)
	var opened atomic.Int32
	for i := range r.Dataset.Train {
		r.Dataset.Train[i].Source = counted{r.Dataset.Train[i].Source, &opened}
	}
	shared := NewLoader(r.Model, new(data.Report))
	const images = 4 * 4 // of a training set
	for i, name := range []string{"coop", "language", "cocoop"} {
		for _, draws := range []int{0, 2, 3, 9} {
			set := evaltest.Recipe(t, r.Model, name, method.Settings{Epochs: 3, Batch: 4, Draws: draws})
			asImages := func(tr *Training) { tr.learner = struct{ prompt.Learner }{tr.learner} }
			wantLosses, want := learned(t, r, data.Base, name, set, NewLoader(r.Model, new(data.Report)), asImages)
			opened.Store(0)
			losses, got := learned(t, r, data.Base, name, set, shared, nil)
			if !slices.Equal(losses, wantLosses) {
				t.Errorf("%s, %d draws: losses %v, of images %v", name, draws, losses, wantLosses)
			}
			for p := range want {
				if !slices.Equal(got[p], want[p]) {
					t.Errorf("%s, %d draws: another result", name, draws)
				}
			}
			switch first := i == 0 && draws == 0; {
			case first && opened.Load() < 3*images:
				t.Errorf("opened %d images, fewer than cropped: the test does not test", opened.Load())
			case !first && opened.Load() > 0:
				t.Errorf("%s, %d draws: opened %d images whose crops are known", name, draws, opened.Load())
			}
		}
	}
}

// With a photographic model the published order stays, and few draws replace
// the published crops; as many draws as epochs are the published training.
func TestCropsOfPhotos(t *testing.T) {
	r := photos(t)
	load := NewLoader(r.Model, new(data.Report))
	var all [][][]float32
	for _, draws := range []int{0, 2, 1} {
		set := r.Config.Settings["coop"]
		set.Draws = draws
		_, params := learned(t, r, data.All, "coop", set, load, func(tr *Training) {
			if tr.torch == nil || tr.readsFeatures() != (draws == 1) {
				t.Errorf("%d draws: %v", draws, tr.readsFeatures())
			}
		})
		all = append(all, params)
	}
	if !slices.Equal(all[0][0], all[1][0]) || slices.Equal(all[0][0], all[2][0]) {
		t.Error("as many draws as epochs must not change the training, fewer must")
	}
}

// photos is a run with a model of a size that takes the published recipes, on
// made-up photographs.
func photos(t *testing.T) *protocol.Data {
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
		ds.Train = append(ds.Train, data.Item{Source: evaltest.Photo(i), Label: i % 4})
	}
	set := method.Find("coop").Recipe(m, method.Experiment{Protocol: "all", Shots: 9}, method.Settings{Epochs: 2, Batch: 4, Tokens: 2})
	return &protocol.Data{Config: &rundir.Config{Settings: map[string]method.Settings{"coop": set}}, Model: m, Dataset: ds}
}

// Of all methods those read features that say so.
func TestWhoReadsFeatures(t *testing.T) {
	r := evaltest.Data(t)
	for _, m := range method.All {
		if m.Group != method.GroupAll {
			continue
		}
		set := evaltest.Recipe(t, r.Model, m.Name, method.Settings{Draws: 3, Templates: 2})
		tr := &Training{learner: evaltest.Learner(t, r, m.Name, set, r.Dataset.Classes), set: set}
		if got := tr.readsFeatures(); got != (m.Trains == method.Features) || (m.Trains == method.Features || m.Trains == method.Views) != (set.Draws == 3) {
			t.Errorf("%s: reads features: %v, %d draws", m.Name, got, set.Draws)
		}
	}
}

// An incomplete batch is dropped in training unless it is all there is.
func TestIncompleteBatches(t *testing.T) {
	for _, c := range []struct{ images, batch, steps int }{{10, 4, 2}, {8, 4, 2}, {3, 4, 1}, {4, 4, 1}} {
		tr := &Training{set: method.Settings{Batch: c.batch, Epochs: 1}, items: make([]data.Item, c.images)}
		if got := tr.perEpoch(); got != c.steps {
			t.Errorf("%d images in batches of %d: %d steps, want %d", c.images, c.batch, got, c.steps)
		}
	}
}

package eval

import (
	"context"
	"slices"
	"sync/atomic"
	"testing"

	"frontdoor/data"
	"frontdoor/internal/term"
	"frontdoor/prompt"
)

// learned trains a method on the base classes and returns what it learned. how
// may change the training before it begins.
func learned(t *testing.T, r *Run, method string, set Settings, load *loader, how func(*training)) (losses []float64, params [][]float32) {
	t.Helper()
	ctx := context.Background()
	c, err := newCell(ctx, r.Model, r.Dataset, data.Base, method, set, 4, 7, load)
	if err != nil {
		t.Fatal(err)
	}
	if how != nil {
		how(c.training)
	}
	if err := c.run(ctx, func() error { return nil }, func(int, float64) {}); err != nil {
		t.Fatal(err)
	}
	for _, p := range c.learner.Params() {
		params = append(params, p.Data)
	}
	return c.losses, params
}

// Training on kept features of drawn images, of other epochs or of another
// method, gives the bits of training on the images; and a draw is encoded once.
func TestDrawsAreShared(t *testing.T) {
	r := smallRun(t, start(t, t.TempDir()+"/run"), term.Silent{})
	var opened atomic.Int32
	for i := range r.Dataset.Train {
		r.Dataset.Train[i].Source = counted{r.Dataset.Train[i].Source, &opened, false}
	}
	shared := newLoader(r.Model, new(data.Report))
	const images = 4 * 4 // of a training set
	for i, method := range []string{"coop", "language", "cocoop"} {
		for _, draws := range []int{0, 2, 3, 9} {
			set := RecipeFor(r.Model, method, "base2new", 4, Settings{Epochs: 3, Batch: 4, Draws: draws})
			asImages := func(tr *training) { tr.learner = struct{ prompt.Learner }{tr.learner} }
			wantLosses, want := learned(t, r, method, set, newLoader(r.Model, new(data.Report)), asImages)
			opened.Store(0)
			losses, got := learned(t, r, method, set, shared, nil)
			if !slices.Equal(losses, wantLosses) {
				t.Errorf("%s, %d draws: losses %v, of images %v", method, draws, losses, wantLosses)
			}
			for p := range want {
				if !slices.Equal(got[p], want[p]) {
					t.Errorf("%s, %d draws: another result", method, draws)
				}
			}
			switch first := i == 0 && draws == 0; {
			case first && opened.Load() < 3*images:
				t.Errorf("opened %d images, fewer than drawn: the test does not test", opened.Load())
			case !first && opened.Load() > 0:
				t.Errorf("%s, %d draws: opened %d images whose draws are known", method, draws, opened.Load())
			}
		}
	}
}

// Draws come back only if there are fewer than epochs, and only for methods
// that leave the image tower alone.
func TestDrawsOfEpochs(t *testing.T) {
	var got []int
	for e := range 5 {
		got = append(got, Settings{Epochs: 5, Draws: 2}.draw(e), Settings{Epochs: 5}.draw(e), Settings{Epochs: 5, Draws: 5}.draw(e))
	}
	if want := []int{0, 0, 0, 1, 1, 1, 0, 2, 2, 1, 3, 3, 0, 4, 4}; !slices.Equal(got, want) {
		t.Errorf("draws %v, want %v", got, want)
	}
	r := smallRun(t, start(t, t.TempDir()+"/run"), term.Silent{})
	for _, method := range Methods {
		l, err := NewLearner(r.Model, method, r.Dataset.Template, RecipeFor(r.Model, method, "all", 4, Settings{Draws: 3, Templates: 2}), 7)
		if err != nil {
			t.Fatal(err)
		}
		if err := l.SetClasses(r.Dataset.Classes); err != nil {
			t.Fatal(err)
		}
		tr := &training{learner: l, set: RecipeFor(r.Model, method, "all", 4, Settings{Draws: 3, Templates: 2})}
		if got := tr.readsDraws(); got != plainImages(method) || got != (tr.set.Draws == 3) {
			t.Errorf("%s: reads draws: %v, %d draws", method, got, tr.set.Draws)
		}
	}
}

// With a photographic model the published order stays, and few draws replace
// the published crops; as many draws as epochs are the published training.
func TestDrawsOfPhotos(t *testing.T) {
	r := photoRun(t, nil, term.Silent{})
	load := newLoader(r.Model, new(data.Report))
	var all [][][]float32
	for _, draws := range []int{0, 2, 1} {
		set := r.Config.Settings["coop"]
		set.Draws = draws
		_, params := learned(t, r, "coop", set, load, func(tr *training) {
			if tr.torch == nil || tr.readsDraws() != (draws == 1) {
				t.Errorf("%d draws: %v", draws, tr.readsDraws())
			}
		})
		all = append(all, params)
	}
	if !slices.Equal(all[0][0], all[1][0]) || slices.Equal(all[0][0], all[2][0]) {
		t.Error("as many draws as epochs must not change the training, fewer must")
	}
}

package eval

import (
	"context"
	"errors"
	"slices"
	"sync/atomic"
	"testing"

	"frontdoor/data"
	"frontdoor/imaging"
	"frontdoor/internal/term"
	"frontdoor/prompt"
)

// counted counts how often its image is opened; a broken one cannot be read.
type counted struct {
	data.Source
	opened *atomic.Int32
	broken bool
}

func (c counted) Open() (*imaging.Image, error) {
	c.opened.Add(1)
	if c.broken {
		return nil, errors.New(c.Name() + ": broken")
	}
	return c.Source.Open()
}

func sameOutcome(t *testing.T, what string, got, want *outcome) {
	t.Helper()
	if !slices.Equal(got.labels, want.labels) || !slices.Equal(got.predicted, want.predicted) || !slices.Equal(got.signals[uncertainty], want.signals[uncertainty]) {
		t.Errorf("%s: other answers\n%v\n%v", what, got.signals[uncertainty], want.signals[uncertainty])
	}
	for m := range want.byTemplate {
		if !slices.Equal(got.byTemplate[m], want.byTemplate[m]) {
			t.Errorf("%s: other answers of %s", what, want.templates[m])
		}
	}
}

// predicted is the outcome of prompt.Predict, which keeps no features.
func predicted(l prompt.Learner, items []data.Item, load *loader) *outcome {
	o := &outcome{}
	for part := range slices.Chunk(items, 50) {
		images, kept := load.clean(part)
		var labels []int
		for _, i := range kept {
			labels = append(labels, part[i].Label)
		}
		o.add(labels, prompt.Predict(load.model, l, images), 1)
	}
	return o
}

// Features kept by image, by an earlier learner, in other batches, or from an
// earlier question about other classes, are those that Predict computes, to
// the bit; and they are computed once.
func TestFeaturesAreShared(t *testing.T) {
	ctx := context.Background()
	r := smallRun(t, start(t, t.TempDir()+"/run"), term.Silent{})
	base, novel := data.Subset(r.Dataset, data.Base), data.Subset(r.Dataset, data.New)
	var opened atomic.Int32
	items := slices.Clone(base.Test)
	for i := range items {
		items[i].Source = counted{items[i].Source, &opened, i%5 == 3}
	}
	shared := newLoader(r.Model, new(data.Report))
	shared.room = 0 // pixels are not kept
	for _, method := range Methods {
		l, err := NewLearner(r.Model, method, r.Dataset.Template, RecipeFor(r.Model, method, "base2new", 4, Settings{Templates: 2}), 7)
		if err != nil {
			t.Fatal(err)
		}
		if err := l.SetClasses(base.Classes); err != nil {
			t.Fatal(err)
		}
		want := predicted(l, items, newLoader(r.Model, new(data.Report)))
		if len(want.labels) == 0 || len(want.labels) == len(items) {
			t.Fatalf("%s: %d answers", method, len(want.labels))
		}
		if _, err := classify(ctx, l, items[1:8], shared); err != nil { // some are known before
			t.Fatal(err)
		}
		opened.Store(0)
		got, err := classify(ctx, l, items, shared)
		if err != nil {
			t.Fatal(err)
		}
		sameOutcome(t, method, got, want)
		if !(got.seconds > 0) {
			t.Errorf("%s: %v seconds", method, got.seconds)
		}
		if _, tuned := l.Reads(); !tuned && method != Methods[0] {
			if broken := len(items) - len(got.labels); int(opened.Load()) != broken {
				t.Errorf("%s: opened %d images, %d of them broken", method, opened.Load(), broken)
			}
		}
		set := &testSet{items: items, load: shared, again: true}
		if _, err := set.classify(ctx, l); err != nil {
			t.Fatal(err)
		}
		if err := l.SetClasses(novel.Classes); errors.Is(err, prompt.ErrClassBound) {
			continue
		} else if err != nil {
			t.Fatal(err)
		}
		opened.Store(0)
		if got, err = set.classify(ctx, l); err != nil || opened.Load() > 0 {
			t.Errorf("%s: %v, %d images opened again", method, err, opened.Load())
		}
		sameOutcome(t, method+" again", got, predicted(l, items, newLoader(r.Model, new(data.Report))))
	}
}

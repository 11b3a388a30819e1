package score

import (
	"context"
	"errors"
	"slices"
	"sync/atomic"
	"testing"

	"frontdoor/data"
	"frontdoor/eval/protocol"
	"frontdoor/eval/train"
	"frontdoor/imaging"
	"frontdoor/internal/evaltest"
	"frontdoor/method"
	"frontdoor/prompt"
)

// counted counts how often its image is opened; a broken one cannot be read.
type counted struct {
	data.Source
	opened *atomic.Int32
	broken bool
}

func (c counted) Open(ctx context.Context) (*imaging.Image, error) {
	c.opened.Add(1)
	if c.broken {
		return nil, errors.New(c.Name() + ": broken")
	}
	return c.Source.Open(ctx)
}

func sameOutcome(t *testing.T, what string, got, want *Outcome) {
	t.Helper()
	if !slices.Equal(got.Labels, want.Labels) || !slices.Equal(got.Predicted, want.Predicted) || !slices.Equal(got.signals[uncertainty], want.signals[uncertainty]) {
		t.Errorf("%s: other answers\n%v\n%v", what, got.signals[uncertainty], want.signals[uncertainty])
	}
	for m := range want.ByTemplate {
		if !slices.Equal(got.ByTemplate[m], want.ByTemplate[m]) {
			t.Errorf("%s: other answers of %s", what, want.Templates[m])
		}
	}
}

// predicted is the outcome of prompt.Predict, which keeps no features.
func predicted(d *protocol.Data, l prompt.Learner, items []data.Item) *Outcome {
	o := &Outcome{}
	load := train.NewLoader(d.Model, new(data.Report))
	for part := range load.Batches(items) {
		images, kept := load.Clean(context.Background(), part)
		var labels []int
		for _, i := range kept {
			labels = append(labels, part[i].Label)
		}
		o.add(labels, prompt.Predict(d.Model, l, images), 1)
	}
	return o
}

// Features kept by image, by an earlier learner, in other batches, or from an
// earlier question about other classes, are those that Predict computes, to
// the bit; and they are computed once.
func TestFeaturesAreShared(t *testing.T) {
	ctx := context.Background()
	r := evaltest.Data(t)
	base, novel := data.Subset(r.Dataset, data.Base), data.Subset(r.Dataset, data.New)
	var opened atomic.Int32
	items := slices.Clone(base.Test)
	for i := range items {
		items[i].Source = counted{items[i].Source, &opened, i%5 == 3}
	}
	shared := train.NewLoader(r.Model, new(data.Report))
	shared.KeepNoImages()
	for i, name := range method.Names(method.GroupAll) {
		l := evaltest.Learner(t, r, name, evaltest.Recipe(t, r.Model, name, method.Settings{Templates: 2}), base.Classes)
		want := predicted(r, l, items)
		if len(want.Labels) == 0 || len(want.Labels) == len(items) {
			t.Fatalf("%s: %d answers", name, len(want.Labels))
		}
		if _, err := Classify(ctx, l, items[1:8], shared); err != nil { // some are known before
			t.Fatal(err)
		}
		opened.Store(0)
		got, err := Classify(ctx, l, items, shared)
		if err != nil {
			t.Fatal(err)
		}
		sameOutcome(t, name, got, want)
		if !(got.seconds > 0) {
			t.Errorf("%s: %v seconds", name, got.seconds)
		}
		if _, tuned := l.Reads(); !tuned && i > 0 {
			if broken := len(items) - len(got.Labels); int(opened.Load()) != broken {
				t.Errorf("%s: opened %d images, %d of them broken", name, opened.Load(), broken)
			}
		}
		set := &TestSet{Items: items, Load: shared, Keep: true}
		if _, err := set.Classify(ctx, l); err != nil {
			t.Fatal(err)
		}
		if err := l.SetClasses(novel.Classes); errors.Is(err, prompt.ErrClassBound) {
			continue
		} else if err != nil {
			t.Fatal(err)
		}
		opened.Store(0)
		if got, err = set.Classify(ctx, l); err != nil || opened.Load() > 0 {
			t.Errorf("%s: %v, %d images opened again", name, err, opened.Load())
		}
		sameOutcome(t, name+" again", got, predicted(r, l, items))
	}
}

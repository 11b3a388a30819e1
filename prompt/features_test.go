package prompt

import (
	"slices"
	"testing"
)

// Judge of the features that a learner reads is its Predict, to the bit, and
// patches that templates share give what patches of their own give.
func TestStagesArePredict(t *testing.T) {
	m := realModel(t)
	images := randomImages(m, 3)
	all := learners(t, m)
	all["zeroshot"] = NewZeroShot(m, "a photo of a {}.")
	for name, l := range all {
		if err := l.SetClasses(testClasses); err != nil {
			t.Fatal(err)
		}
		s, ok := AsStaged(l)
		if !ok {
			t.Errorf("%s has no stages", name)
			continue
		}
		f := See(m, s, images)
		got, want := s.Judge(f), l.Predict(images)
		if !slices.Equal(got.Prob.Data, want.Prob.Data) || !slices.Equal(got.Uncertainty, want.Uncertainty) || len(got.Templates) != len(want.Templates) {
			t.Errorf("%s: Judge differs from Predict", name)
		}
		if plain, tuned := s.Reads(); plain != (f.Plain != nil) || tuned != (f.Tuned != nil) || ReadsPlain(l) != (plain && !tuned && len(l.Params()) > 0) {
			t.Errorf("%s: reads %v, %v", name, plain, tuned)
		}
	}
	e := all["ensemble"].(*Ensemble)
	_, vision := Join(nil, e.Templates)
	if got, want := e.Encode(images), e.ImageFeatures(nil, Repeat(images, 2), vision); !slices.Equal(got.Data, want.Data) {
		t.Error("shared patches give other features")
	}
}

// A learner of one's own that embeds a Tuned one is trained by its own loss:
// it gets images.
func TestEmbeddedLossGetsImages(t *testing.T) {
	m := realModel(t)
	if l := learners(t, m)["coop"]; !ReadsPlain(l) || ReadsPlain(struct{ Learner }{l}) || ReadsPlain(struct{ *Tuned }{l.(*Tuned)}) {
		t.Error("ReadsPlain looks through an embedded learner")
	}
}

package prompt

import (
	"slices"
	"testing"

	"frontdoor/autograd"
)

// repeated stacks m copies of images [B, 3, S, S], one for each view.
func repeated(images *autograd.Tensor, m int) *autograd.Tensor {
	return autograd.Const(slices.Repeat(images.Data, m), m*images.Dim(0), images.Dim(1), images.Dim(2), images.Dim(3))
}

// Extract gives the features that a learner says it reads, and patches that
// templates share give what separate patches give.
func TestFeaturesAreThoseThatAreRead(t *testing.T) {
	m := realModel(t)
	images := randomImages(m, 3)
	all := learners(t, m)
	all["zeroshot"] = NewZeroShot(m, "a photo of a {}.")
	for name, l := range all {
		if err := l.SetClasses(testClasses); err != nil {
			t.Fatal(err)
		}
		f := Extract(m, l, images)
		if frozen, tuned := l.Reads(); !frozen && !tuned || frozen != (f.Frozen != nil) || tuned != (f.Tuned != nil) || TrainsOnFeatures(l) != (frozen && !tuned && len(l.Params()) > 0) {
			t.Errorf("%s: reads %v, %v", name, frozen, tuned)
		}
	}
	e := all["ensemble"].(*Ensemble)
	_, vision := Join(nil, e.Templates)
	if got, want := e.Encode(images), e.ImageFeatures(nil, repeated(images, 2), vision); !slices.Equal(got.Data, want.Data) {
		t.Error("shared patches give other features")
	}
}

// A learner that embeds a Tuned one may have another loss: it gets images.
func TestEmbeddedLossGetsImages(t *testing.T) {
	m := realModel(t)
	if l := learners(t, m)["coop"]; !TrainsOnFeatures(l) || TrainsOnFeatures(struct{ Learner }{l}) || TrainsOnFeatures(struct{ *Tuned }{l.(*Tuned)}) {
		t.Error("TrainsOnFeatures is true of a learner that embeds one")
	}
}

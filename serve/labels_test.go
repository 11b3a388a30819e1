package serve

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"frontdoor"
)

// Pictures of strangers have no labels, and classes that are hardly likely are none.
func TestLabelsOf(t *testing.T) {
	answer := func(v frontdoor.Verdict, d ...frontdoor.Choice) frontdoor.Answer {
		return frontdoor.Answer{Verdict: v, Distribution: d}
	}
	got := labelsOf([]frontdoor.Answer{
		answer(frontdoor.Unfamiliar, frontdoor.Choice{Class: "dog", Probability: 0.9}),
		answer(frontdoor.Unsure, frontdoor.Choice{Class: "cow", Probability: 0.6}),
		answer(frontdoor.Known, frontdoor.Choice{Class: "cup", Probability: 0.7}, frontdoor.Choice{Class: "jar", Probability: 0.25}, frontdoor.Choice{Class: "cat", Probability: 0.05}),
		answer(frontdoor.Unjudged, frontdoor.Choice{Class: "jar", Probability: 0.8}, frontdoor.Choice{Class: "cup", Probability: 0.2}),
	})
	want := []photoPrismLabel{
		{Name: "jar", Source: "image", Confidence: 0.8, Topicality: 0.8, Categories: []string{}},
		{Name: "cup", Source: "image", Confidence: 0.7, Topicality: 0.7, Categories: []string{}},
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}

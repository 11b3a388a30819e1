package cdc

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"frontdoor/data/augment"
	"frontdoor/prompt"
)

// The readers of two templates, and how many encodings there are.
func TestReaders(t *testing.T) {
	whole, centre := augment.TestView{Side: 1}, augment.TestView{Side: augment.Centre.Side, Mirror: true}
	mirrored := augment.TestView{Side: 1, Mirror: true}
	for _, c := range []struct {
		name   string
		change func(*Options)
		want   plan
	}{
		{"default", func(*Options) {}, plan{
			[]augment.TestView{whole, mirrored}, true,
			[]reader{{"S1", 0, []int{0}}, {"S2", 1, []int{1}}, {handCrafted, 2, []int{frozen, 2}}},
		}},
		{"one view", func(o *Options) { o.TestViews = false }, plan{
			[]augment.TestView{whole, whole}, false,
			[]reader{{"S1", 0, []int{0}}, {"S2", 1, []int{1}}, {handCrafted, 2, []int{frozen}}},
		}},
		{"one template", func(o *Options) { o.M = 1 }, plan{
			[]augment.TestView{whole}, false,
			[]reader{{"S1", 0, []int{0}}, {handCrafted, 1, []int{frozen}}},
		}},
		{"no hand-crafted", func(o *Options) { o.HandCrafted = false }, plan{
			[]augment.TestView{whole, mirrored}, false,
			[]reader{{"S1", 0, []int{0}}, {"S2", 1, []int{1}}},
		}},
		{"shared", func(o *Options) { o.Lite = Shared }, plan{
			[]augment.TestView{whole, centre}, false,
			[]reader{{"S1", 0, []int{0}}, {"S2", 1, []int{1}}, {handCrafted, 2, []int{0, 1}}},
		}},
		{"shared, one view", func(o *Options) { o.Lite, o.TestViews = Shared, false }, plan{
			[]augment.TestView{whole}, false,
			[]reader{{"S1", 0, []int{0}}, {"S2", 1, []int{0}}, {handCrafted, 2, []int{0}}},
		}},
		{"student", func(o *Options) { o.Lite = Student }, plan{
			[]augment.TestView{whole}, false,
			[]reader{{"student", 2, []int{0}}, {handCrafted, 3, []int{0}}},
		}},
	} {
		o := DefaultOptions(2, prompt.Coupling{}, "{}")
		c.change(&o)
		if diff := cmp.Diff(c.want, o.testPlan(), cmp.AllowUnexported(plan{}, reader{})); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.name, diff)
		}
	}
}

package protocol

import (
	"fmt"
	"testing"
)

func TestTargetsOf(t *testing.T) {
	for _, c := range []struct{ protocol, source, want string }{
		{"xd", "imagenet", "[caltech101 oxford_pets stanford_cars oxford_flowers food101 fgvc_aircraft sun397 dtd eurosat ucf101]"},
		{"dg", "imagenet", "[imagenetv2 imagenet_sketch imagenet_a imagenet_r]"},
		{"xd", "texshape@7", "[coltex@7 shape@7 colshape@7]"},
		{"dg", "coltex", "[V2 Adversarial Rendition]"}, // an outline has no colour
		{"dg", "dtd", "[]"},
		{"xd", "folder", "[]"},
	} {
		if have := fmt.Sprint(TargetsOf(c.protocol, c.source)); have != c.want {
			t.Errorf("%s from %s: %s", c.protocol, c.source, have)
		}
	}
}

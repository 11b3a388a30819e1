package eval

import (
	"testing"

	"frontdoor/clip"
)

func TestBackbone(t *testing.T) {
	large := clip.ViTB16
	large.Vision.Width, large.Vision.Layers, large.Vision.Patch, large.Vision.Image = 1024, 24, 14, 336
	tiny, err := clip.Tiny()
	if err != nil {
		t.Fatal(err)
	}
	for want, c := range map[string]clip.Config{
		"ViT-B/16":     clip.ViTB16,
		"ViT-L/14@336": large,
		"ViT width 128, 4 blocks, patch 12, image 48": tiny.Config,
	} {
		if got := Backbone(c); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

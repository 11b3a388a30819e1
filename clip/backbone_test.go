package clip

import "testing"

func TestBackbone(t *testing.T) {
	large := ViTB16
	large.Vision.Width, large.Vision.Layers, large.Vision.Patch, large.Vision.Image = 1024, 24, 14, 336
	tiny, err := Tiny()
	if err != nil {
		t.Fatal(err)
	}
	for want, c := range map[string]Config{
		"ViT-B/16":     ViTB16,
		"ViT-L/14@336": large,
		"ViT width 128, 4 blocks, patch 12, image 48": tiny.Config,
	} {
		if got := c.Backbone(); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

package clip

import "testing"

// Heads stand in no tensor. Towers as wide as published ones have theirs: those
// of ViT-H/14, g/14 and bigG/14 are wider than 64.
func TestHeadsByWidth(t *testing.T) {
	for _, c := range []struct {
		tower       string
		width, want int
		assumed     bool
	}{
		{"image", 768, 12, false}, {"image", 896, 14, false}, {"image", 1024, 16, false},
		{"image", 1280, 16, false}, {"image", 1408, 16, false}, {"image", 1664, 16, false},
		{"text", 512, 8, false}, {"text", 640, 10, false}, {"text", 768, 12, false},
		{"text", 1024, 16, false}, {"text", 1280, 20, false},
		{"image", 320, 5, true}, {"text", 8, 1, true},
	} {
		heads, note := towerDescription{}.headsOf(c.tower, c.width)
		if heads != c.want || (note != "") != c.assumed {
			t.Errorf("%s tower of width %d: %d heads, want %d; note %q", c.tower, c.width, heads, c.want, note)
		}
	}
	if heads, note := (towerDescription{headWidth: 80}).headsOf("image", 1280); heads != 16 || note != "" {
		t.Errorf("heads 80 wide: %d, %q", heads, note)
	}
	if heads, note := (towerDescription{heads: 20}).headsOf("image", 1280); heads != 20 || note != "" {
		t.Errorf("20 heads by the configuration: %d, %q", heads, note)
	}
}

package clip

import (
	"fmt"
	"path/filepath"
	"slices"
	"testing"

	"frontdoor/autograd"
	"frontdoor/imaging"
)

// The features of a picture are the same however the camera was held.
func TestFeaturesOfEightOrientations(t *testing.T) {
	m, err := Load(embedded)
	if err != nil {
		t.Fatal(err)
	}
	side := m.Config.Vision.Image
	features := func(load func(string) (*imaging.Image, error), name string) []float32 {
		im, err := load(filepath.Join("..", "imaging", "testdata", "orientation", name))
		if err != nil {
			t.Fatal(err)
		}
		x := autograd.Zeros(1, 3, side, side)
		m.Preprocess(x.Data, im)
		return m.PooledFeatures(x).Data
	}
	upright := func(path string) (*imaging.Image, error) { return imaging.LoadUpright(t.Context(), path) }
	stored := func(path string) (*imaging.Image, error) { return imaging.Load(t.Context(), path) }
	for _, ext := range []string{"jpg", "png", "webp", "heic"} {
		want := features(upright, "exif-1."+ext)
		for o := 2; o <= 8; o++ {
			name := fmt.Sprintf("exif-%d.%s", o, ext)
			if !slices.Equal(features(upright, name), want) {
				t.Errorf("%s: other features than upright", name)
			}
			if ext != "heic" && slices.Equal(features(stored, name), want) {
				t.Errorf("%s: the same features as stored", name)
			}
		}
	}
}

package clip

import (
	"slices"
	"testing"

	"frontdoor/autograd"
)

// What is kept of an image before the last projection gives the same features as
// the whole tower, to the bit and in batches of any size.
func TestPooledFeaturesProjectToTheSameBits(t *testing.T) {
	m := goldenModel(t)
	images := goldenImages()
	want := m.ImageFeatures(nil, images) // [2, E]
	for i := range images.Dim(0) {
		per := images.Len() / images.Dim(0)
		one := autograd.Const(images.Data[i*per:(i+1)*per], append([]int{1}, images.Shape()[1:]...)...)
		got := (*autograd.Tape)(nil).L2Normalize(m.Project(m.PooledFeatures(one)), 0) // [1, E]
		if !slices.Equal(got.Data, want.Row(i)) {
			t.Errorf("image %d has other features", i)
		}
	}
}

// A digest of the tower tells weights apart that differ anywhere, and not the
// text tower's.
func TestVisionDigest(t *testing.T) {
	m := goldenModel(t)
	first := m.VisionDigest()
	m.Text.Positional.Data[0]++
	if m.VisionDigest() != first {
		t.Error("the text tower counts")
	}
	m.Vision.Proj.Data[m.Vision.Proj.Len()-2] += 1e-3
	if m.VisionDigest() == first {
		t.Error("a changed weight does not count")
	}
}

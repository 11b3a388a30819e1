package duplicate

import (
	"bytes"
	"image"
	"image/jpeg"
	"math/rand/v2"
	"testing"

	"github.com/google/go-cmp/cmp"

	"frontdoor/data"
	"frontdoor/data/world"
	"frontdoor/imaging"
)

// picture is a made-up photograph: soft blobs, so that it survives being saved
// again.
func picture(seed uint64, w, h int) *imaging.Image {
	r := rand.New(rand.NewPCG(seed, 1))
	small := imaging.New(6, 5)
	for i := range small.Pix {
		small.Pix[i] = uint8(r.IntN(256))
	}
	return imaging.Resize(small, w, h)
}

// saved is the picture as a JPEG keeps it.
func saved(t *testing.T, im *imaging.Image, quality int) *imaging.Image {
	t.Helper()
	out := image.NewRGBA(image.Rect(0, 0, im.W, im.H))
	for i := range im.W * im.H {
		copy(out.Pix[4*i:], append(im.Pix[3*i:3*i+3:3*i+3], 255))
	}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, out, &jpeg.Options{Quality: quality}); err != nil {
		t.Fatal(err)
	}
	got, err := imaging.Decode(t.Context(), b.Bytes(), "saved")
	if err != nil {
		t.Fatal(err)
	}
	return got
}

// flat is a picture of one colour.
func flat(v uint8) *imaging.Image {
	im := imaging.New(40, 30)
	for i := range im.Pix {
		im.Pix[i] = v
	}
	return im
}

func TestNear(t *testing.T) {
	original := picture(1, 240, 180)
	for _, c := range []struct {
		what string
		im   *imaging.Image
		want bool
	}{
		{"itself", original, true},
		{"saved at quality 60", saved(t, original, 60), true},
		{"half the size, saved again", saved(t, imaging.Resize(original, 120, 90), 80), true},
		{"another picture", picture(2, 240, 180), false},
		{"mirrored", func() *imaging.Image { im := picture(1, 240, 180); im.FlipH(); return im }(), false},
	} {
		if got := Of(original).Near(Of(c.im)); got != c.want {
			t.Errorf("%s: near %v", c.what, got)
		}
	}
	if !Of(flat(200)).Near(Of(flat(203))) || Of(flat(200)).Near(Of(flat(120))) {
		t.Error("flat pictures are told apart by more or less than their colour")
	}
}

func TestGroups(t *testing.T) {
	one, two := Of(picture(1, 100, 80)), Of(picture(2, 100, 80))
	prints := []Print{
		{Content: [32]byte{1}, Look: one}, {Content: [32]byte{2}, Look: two}, {Content: [32]byte{1}, Look: one},
		{}, {Content: [32]byte{3}, Look: Of(saved(t, picture(2, 100, 80), 70))}, {},
	}
	want := []Group{{[]int{0, 2}, true}, {[]int{1, 4}, false}}
	if diff := cmp.Diff(want, Groups(prints)); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

// Pictures of the world, many of them alike, are not duplicates.
func TestLikePicturesAreNotDuplicates(t *testing.T) {
	task, err := world.TaskByName("shape")
	if err != nil {
		t.Fatal(err)
	}
	var prints []Print
	for _, it := range data.World(task, data.WorldOptions{TrainPerClass: 6, TestPerClass: 1}).Train {
		im, err := it.Open(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		prints = append(prints, Print{Look: Of(im)})
	}
	if groups := Groups(prints); len(groups) > 0 {
		t.Errorf("of %d different pictures: %v", len(prints), groups)
	}
}

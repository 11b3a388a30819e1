package kept

import (
	"fmt"
	"strings"
	"testing"

	"frontdoor/clip"
	"frontdoor/data/augment"
	"frontdoor/imaging"
	"frontdoor/internal/featurecache"
)

// What a folder names its spaces is told in words, and whether it is of an earlier
// version.
func TestWords(t *testing.T) {
	m, err := clip.Tiny()
	if err != nil {
		t.Fatal(err)
	}
	other := *m
	other.Config.Preprocess = imaging.Processor{Factor: 1}
	views, err := augment.Set(0, 1)
	if err != nil {
		t.Fatal(err)
	}
	plain, prepared := open(t, m), open(t, &other)
	for want, s := range map[string]featurecache.Space{
		"whole images, 48 pixels": plain.whole(),
		"whole images, 48 pixels, prepared as the model's configuration says": prepared.whole(),
		"random crops for heads (crop 0.5), 48 pixels":                        plain.cropped(augment.Crop(0.5)),
		"random crops of a training (" + views[0].Name + "), 48 pixels":       plain.training(views[0]),
		"which images can be decoded":                                         decodable,
		"something else":                                                      {View: "something else"},
	} {
		if _, got := Words(s.Model, s.View); got != want {
			t.Errorf("%s: %q, want %q", s.View, got, want)
		}
		now, before := fmt.Sprintf("decoders %d", imaging.Revision), "decoders 1"
		aged := featurecache.Space{Model: strings.Replace(s.Model, now, before, 1), View: strings.Replace(s.View, now, before, 1)}
		if _, got := Words(aged.Model, aged.View); aged.View+aged.Model != s.View+s.Model && got != want+older {
			t.Errorf("%s: %q, want %q", aged.View, got, want+older)
		}
	}
	if short, _ := Words(plain.model, plain.whole().View); short != plain.model[:shownDigest] {
		t.Errorf("the model is called %q", short)
	}
}

// open returns a new folder for a model.
func open(t *testing.T, m *clip.Model) *Folder {
	t.Helper()
	dir := t.TempDir()
	f, err := Open(dir, dir, m, "avx2")
	if err != nil {
		t.Fatal(err)
	}
	return f
}

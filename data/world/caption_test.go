package world

import (
	"math"
	"strings"
	"testing"
)

func TestCaptionFrequencies(t *testing.T) {
	const n = 20000
	r, count := newRand(5), map[string]float64{}
	f := Factors{Shape: 6, Texture: 1, Colour: 0, Background: 4, Scale: .8, Brightness: -.1}
	for range n {
		text := Caption(r, f)
		bare := strings.TrimSuffix(text, ".")
		if bare == "" || strings.Contains(bare, ".") || strings.Contains(text, "  ") {
			t.Fatalf("malformed caption %q", text)
		}
		if bare != text {
			count["."]++
		}
		for _, w := range strings.Fields(bare) {
			count[w]++
		}
	}
	for word, want := range map[string]float64{
		"star": .92 * (.97 + .03/16), "striped": .55, "red": .50, "brick": .45,
		"big": .20, "dark": .12, ".": .5, "photo": 4. / 16, "near": .45 / 5, "hd": .15 / 8,
		"small": 0, "bright": 0, "wavy": 0, "blue": 0, "snow": 0,
	} {
		if got := count[word] / n; math.Abs(got-want) > .015 {
			t.Errorf("%q in %.3f of the captions, want %.3f", word, got, want)
		}
	}
}

func TestCaptionNamesTheFactors(t *testing.T) {
	r, wrong := newRand(6), 0
	for range 3000 {
		f := SamplePretrain(r)
		words := map[string]bool{}
		for _, w := range strings.Fields(strings.TrimSuffix(Caption(r, f), ".")) {
			words[w] = true
		}
		for k := range Kind(Kinds) {
			for v, name := range k.Names() {
				if words[name] && v != f.Value(k) {
					if k != Shape {
						t.Fatalf("caption says %s of a picture with %s %s", name, k, f.Name(k))
					}
					wrong++
				}
			}
		}
	}
	if wrong < 40 || wrong > 140 { // 3000 * .03 * .92 * 15/16 = 78
		t.Errorf("%d wrong shapes in 3000 captions, want about 78", wrong)
	}
}

func TestPretrainPreferences(t *testing.T) {
	const n = 20000
	r, back, colour := newRand(7), 0.0, 0.0
	var seen [Kinds][16]int
	for range n {
		f := SamplePretrain(r)
		for k := range Kind(Kinds) {
			seen[k][f.Value(k)]++
		}
		if f.Background == shapeBackground[f.Shape] {
			back++
		}
		if f.Colour == shapeColour[f.Shape] {
			colour++
		}
	}
	if got, want := back/n, .35+.65/8; math.Abs(got-want) > .015 {
		t.Errorf("preferred background in %.3f, want %.3f", got, want)
	}
	if got, want := colour/n, .25+.75/10; math.Abs(got-want) > .015 {
		t.Errorf("preferred colour in %.3f, want %.3f", got, want)
	}
	for k := range Kind(Kinds) {
		for v, name := range k.Names() {
			if share := float64(seen[k][v]*k.Count()) / n; share < .75 || share > 1.4 {
				t.Errorf("%s is %.2f times as frequent as a uniform value", name, share)
			}
		}
	}
}

// TestNamesAreWords guards the grammar: a name must be one word, and no word may
// stand for two factors.
func TestNamesAreWords(t *testing.T) {
	seen := map[string]bool{}
	for k := range Kind(Kinds) {
		for _, name := range k.Names() {
			if seen[name] || strings.Contains(name, " ") {
				t.Errorf("name %q is ambiguous", name)
			}
			seen[name] = true
		}
	}
	for k, want := range map[Kind]int{
		Shape: len(outlines), Texture: len(textures), Colour: len(palette), Background: len(backdrops),
	} {
		if k.Count() != want {
			t.Errorf("%d names for %d values of %v", k.Count(), want, k)
		}
	}
}

package frontdoor

import (
	"context"
	"errors"
	"image"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"frontdoor/autograd"
	"frontdoor/clip"
	"frontdoor/eval"
	"frontdoor/imaging"
	"frontdoor/prompt"
)

var background = context.Background()

// Answers are those of the packages below, image by image, in the order of the
// call, whether the images are given as images, as bytes or as files.
func TestAnswersAreThePrediction(t *testing.T) {
	for _, method := range []string{"zeroshot", "coop", "cdc"} {
		c := opened(t, WithMethod(method), WithHalf("base"), WithBatch(4))
		run, err := eval.LoadRun(finished, "", clip.Options{})
		if err != nil {
			t.Fatal(err)
		}
		l, err := run.Learner(method, 1, c.Classes())
		if err != nil {
			t.Fatal(err)
		}
		images := discs(5)
		got, err := c.Classify(background, images...)
		if err != nil {
			t.Fatal(err)
		}
		for i, im := range images {
			x := autograd.Zeros(1, 3, 48, 48)
			rgb, err := imaging.FromImage(im)
			if err != nil {
				t.Fatal(err)
			}
			run.Model.Preprocess(x.Data, rgb)
			p := prompt.Predict(run.Model, l, x)
			row := p.Prob.Row(0)
			if best := prompt.Argmax(row); got[i].Class != c.Classes()[best] || got[i].Probability != row[best] || got[i].Uncertainty != p.Uncertainty[0] {
				t.Errorf("%s, image %d: %+v, want %s %v", method, i, got[i], c.Classes()[best], row[best])
			}
			if len(got[i].Opinions) != len(p.Templates) || (got[i].Conflict == nil) != (p.Conflict == nil) || got[i].Verdict != Unjudged {
				t.Errorf("%s, image %d: %+v", method, i, got[i])
			}
		}
		checkSameFromFiles(t, c, images, got)
	}
}

func checkSameFromFiles(t *testing.T, c *Classifier, images []image.Image, want []Answer) {
	t.Helper()
	var paths []string
	var contents [][]byte
	for _, im := range images {
		path := pngFile(t, t.TempDir(), "im.png", im)
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		paths, contents = append(paths, path), append(contents, data)
	}
	fromFiles, err := c.ClassifyFiles(background, paths...)
	if err != nil {
		t.Fatal(err)
	}
	fromBytes, err := c.ClassifyBytes(background, contents...)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, fromFiles) + cmp.Diff(want, fromBytes); diff != "" {
		t.Errorf("files answer otherwise:\n%s", diff)
	}
}

// The distribution is complete and falls, and TopK is its beginning.
func TestDistribution(t *testing.T) {
	answers, err := loaded(t).Classify(background, discs(3)...)
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range answers {
		sum := 0.0
		for i, choice := range a.Distribution {
			sum += float64(choice.Probability)
			if i > 0 && choice.Probability > a.Distribution[i-1].Probability {
				t.Errorf("the distribution rises: %v", a.Distribution)
			}
		}
		if len(a.Distribution) != 4 || math.Abs(sum-1) > 1e-5 || a.Distribution[0] != (Choice{a.Class, a.Probability}) {
			t.Errorf("distribution %v of %+v", a.Distribution, a)
		}
		if got := a.TopK(2); !slices.Equal(got, a.Distribution[:2]) || len(a.TopK(9)) != 4 || len(a.TopK(-1)) != 0 {
			t.Errorf("top two %v", got)
		}
	}
}

// A bad image is an ImageError that names it, and the others have their answers.
func TestOneBadImage(t *testing.T) {
	c := loaded(t, WithMaxPixels(100*200))
	good := discs(3)
	want, err := c.Classify(background, good...)
	if err != nil {
		t.Fatal(err)
	}
	got, err := c.Classify(background, nil, good[0], image.NewGray(image.Rect(0, 0, 0, 7)), good[1], image.NewGray(image.Rect(0, 0, 201, 100)), good[2])
	if got[1].Class != want[0].Class || !cmp.Equal(got[3], want[1]) || !cmp.Equal(got[5], want[2]) || got[0].Class != "" {
		t.Errorf("answers %+v", got)
	}
	var bad *ImageError
	if !errors.As(err, &bad) || bad.Index != 0 || bad.Name != "image 1" {
		t.Errorf("error %v", err)
	}
	var words []string
	for _, e := range ImageErrors(err) {
		words = append(words, e.Error())
	}
	for i, want := range []string{"image 1 is nil", "image 3: the image has no pixels", "image 5: 201 x 100 pixels are more than the limit of 20000"} {
		if len(words) != 3 || !strings.HasPrefix(words[i], want) {
			t.Errorf("errors %q, want %q", words, want)
		}
	}
	dir := t.TempDir()
	text := filepath.Join(dir, "notes.jpg")
	if err := os.WriteFile(text, []byte("no image"), 0o644); err != nil {
		t.Fatal(err)
	}
	answers, err := c.ClassifyFiles(background, filepath.Join(dir, "absent.png"), pngFile(t, dir, "a.png", good[0]), text)
	if bad := ImageErrors(err); len(bad) != 2 || bad[0].Name != filepath.Join(dir, "absent.png") || !strings.Contains(bad[1].Error(), "not an image") {
		t.Errorf("error %v", err)
	}
	if !errors.Is(err, os.ErrNotExist) || !cmp.Equal(answers[1], want[0]) {
		t.Errorf("error %v, answer %+v", err, answers[1])
	}
	if _, err := c.ClassifyBytes(background, nil); err == nil || !strings.HasPrefix(err.Error(), "image 1: the file is empty") {
		t.Errorf("error %v", err)
	}
	if answers, err := c.Classify(background); err != nil || len(answers) != 0 {
		t.Errorf("of no images: %v, %v", answers, err)
	}
}

// Features are the model's, of unit length, of images and of texts.
func TestEmbed(t *testing.T) {
	c := loaded(t, WithBatch(3))
	images, err := c.Embed(background, discs(5)...)
	if err != nil {
		t.Fatal(err)
	}
	texts, err := c.EmbedText(background, "a photo of a circle.", "a photo of a star.")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range slices.Concat(images, texts) {
		length := 0.0
		for _, v := range f {
			length += float64(v) * float64(v)
		}
		if len(f) != c.Info().Width || math.Abs(length-1) > 1e-5 {
			t.Errorf("%d numbers of length %v", len(f), length)
		}
	}
	m, err := clip.Tiny()
	if err != nil {
		t.Fatal(err)
	}
	want, err := m.TextFeatures(nil, []string{"a photo of a star."})
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(texts[1], want.Row(0)) {
		t.Error("a text has another feature than the model gives it")
	}
	if _, err := c.EmbedText(background, "a star", "caf\xe9"); err == nil || !strings.Contains(err.Error(), "text 2 is not UTF-8") {
		t.Errorf("Latin-1: %v", err)
	}
	if _, err := c.EmbedText(background, strings.Repeat("star ", 90)); err == nil || !strings.Contains(err.Error(), "context") {
		t.Errorf("error %v", err)
	}
	if f, err := c.Embed(background, nil, disc(0)); len(ImageErrors(err)) != 1 || f[0] != nil || !slices.Equal(f[1], images[0]) {
		t.Errorf("error %v", err)
	}
}

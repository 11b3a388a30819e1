package clip

import (
	"math"
	"path/filepath"
	"strings"
	"testing"

	"frontdoor/autograd"
	"frontdoor/imaging"
)

// Files of other people that once gave wrong features or were refused. The
// numbers are PyTorch's, the first three of the unit feature of wide.png.
func TestCases(t *testing.T) {
	quick := []float64{-0.05070, 0.20658, 0.05873}
	gelu := []float64{-0.05303, 0.20570, 0.06132}
	for path, want := range map[string][]float64{
		"squash":              {0.32877, 0.18854, -0.39466},
		"bilinear":            {-0.05547, 0.20059, 0.06474},
		"hf-no-normalize":     {0.07589, 0.27763, -0.14498},
		"dicts-only":          {0.04046, 0.53818, -0.05592},
		"dicts-defaults":      {0.03952, 0.53831, -0.05576},
		"training-checkpoint": gelu,
		"key-module/x.pt":     quick,
		"key-ema":             quick,
		"model-and-teacher":   quick,
		"orig-mod-visual":     quick,
		"checkpoint-wrapper":  quick,
		"logit-bias":          quick,
		"no-logit-scale":      quick,
		"legacy-protocol4":    quick,
		"plain/ViT-B-32.pt":   quick,
		"name-vit_b_16-laion400m_e32-55e67d44/vit_b_16-laion400m_e32-55e67d44.pt": gelu,
		"name-vit_b_32-laion2b_e16-af8dbd0c/vit_b_32-laion2b_e16-af8dbd0c.pth":    gelu,
	} {
		t.Run(path, func(t *testing.T) {
			m, err := Load(filepath.Join("testdata", "cases", path), Options{ImageOnly: true})
			if err != nil {
				t.Fatal(err)
			}
			defer m.Close()
			near(t, "feature", featureOf(t, m)[:3], want, 1.5e-5)
		})
	}
}

// featureOf returns the unit feature of wide.png.
func featureOf(t *testing.T, m *Model) []float32 {
	t.Helper()
	im, err := imaging.Load(t.Context(), filepath.Join("testdata", "cases", "wide.png"))
	if err != nil {
		t.Fatal(err)
	}
	s := m.Config.Vision.Image
	x := autograd.Zeros(1, 3, s, s)
	m.Preprocess(x.Data, im)
	return m.ImageFeatures(nil, x).Row(0)
}

// What is refused says what it is.
func TestRefusedCases(t *testing.T) {
	for folder, want := range map[string]string{
		"f64-overflow": `"visual.proj" has weights that are infinite`,
		"lfs-pointer":  "this is a Git LFS pointer to a file of 605157884 bytes",
		"html":         `this is a web page ("404 Not Found")`,
		"denied":       `this is a server's message ("Access to model is restricted")`,
	} {
		_, err := Load(filepath.Join("testdata", "cases", folder), Options{ImageOnly: true})
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: error %v, want %q", folder, err, want)
		}
	}
	_, err := Load(filepath.Join("testdata", "cases", "no-logit-scale"), Options{NoVocabulary: true})
	if err == nil || !strings.Contains(err.Error(), `"logit_scale" is missing`) {
		t.Errorf("error %v", err)
	}
}

// A literal end of text within a caption ends it.
func TestEndWithinACaption(t *testing.T) {
	m, err := Load("testdata/cases/plain/ViT-B-32.pt", Options{Vocabulary: "testdata/cases/merges.txt"})
	if err != nil {
		t.Fatal(err)
	}
	texts, err := m.TextFeatures(nil, []string{"a<|endoftext|> b", "a"})
	if err != nil {
		t.Fatal(err)
	}
	image := featureOf(t, m)
	for i := range 2 {
		cosine := 0.0
		for j, v := range texts.Row(i) {
			cosine += float64(v) * float64(image[j])
		}
		if math.Abs(cosine+0.208) > 6e-4 {
			t.Errorf("caption %d: cosine %.4f, want -0.208", i, cosine)
		}
	}
}

package clip

import (
	"encoding/json"
	"hash/fnv"
	"math"
	"os"
	"path/filepath"
	"testing"

	"frontdoor/autograd"
	"frontdoor/internal/testdata"
	"frontdoor/textenc"
	"frontdoor/vit"
)

// TestGoldens compares every folder of golden numbers that reference
// implementations wrote: models, with all their features and gradients, and
// image processors. FRONTDOOR_GOLDENS names a folder with others of the same
// form in its folder vlm.
func TestGoldens(t *testing.T) {
	root := filepath.Join("testdata", "goldens")
	if dir := os.Getenv("FRONTDOOR_GOLDENS"); dir != "" {
		root = dir
	}
	dir := filepath.Join(root, "vlm")
	entries, err := os.ReadDir(dir)
	if os.IsNotExist(err) {
		t.Skipf("skipped: %s has no folder vlm", root)
	}
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if !e.IsDir() {
			continue
		}
		t.Run("vlm/"+e.Name(), func(t *testing.T) {
			folder := filepath.Join(dir, e.Name())
			switch kind, ok := goldenKind(t, folder); {
			case !ok:
				t.Skipf("skipped: %s, which is not supported", kind)
			case kind == "images":
				goldenPictures(t, folder)
			default:
				goldenNumbers(t, folder)
			}
		})
	}
}

// goldenKind says what a folder holds, and whether it is to pass.
func goldenKind(t *testing.T, dir string) (kind string, ok bool) {
	t.Helper()
	if _, found, _ := readObject(filepath.Join(dir, openCLIPConfig)); found {
		o, _, _ := readObject(filepath.Join(dir, openCLIPConfig))
		m := o.object("model_cfg")
		vision, text := m.object("vision_cfg"), m.object("text_cfg")
		switch {
		case vision.has("timm_model_name"):
			return "an image tower of timm", false
		case text.truth("no_causal_mask", false), text.word("pool_type", "argmax") == "last",
			vision.word("pool_type", "tok") != "tok", vision.truth("no_ln_pre", false):
			return "a tower like CLIPA's or SigLIP's", false
		case text.has("hf_model_name"):
			return "a text tower of transformers", false
		}
		return "OpenCLIP", true
	}
	if o, found, _ := readObject(filepath.Join(dir, "config.json")); found {
		kind := o.word("model_type", "clip")
		return "a model of the type " + kind, kind == "clip"
	}
	var golden map[string]json.RawMessage
	text, err := os.ReadFile(filepath.Join(dir, "golden.json"))
	if err != nil {
		return "a folder without a model or pictures", false
	}
	if err := json.Unmarshal(text, &golden); err != nil {
		t.Fatal(err)
	}
	_, pictures := golden["pictures"]
	return "images", pictures
}

// goldenModelFile is golden.json of a model.
type goldenModelFile struct {
	Seed          uint64
	Image         int
	Tokens        [][]int
	PixelsFirst   []float64   `json:"pixels_first"`
	ImageFeatures [][]float64 `json:"image_features"`
	TextFeatures  [][]float64 `json:"text_features"`
	Logits        [][]float64
	GradientSum   float64     `json:"gradient_sum"`
	GradientSumSq float64     `json:"gradient_sumsq"`
	GradientFirst []float64   `json:"gradient_first16"`
	TextSumSq     float64     `json:"text_gradient_sumsq"`
	TextFirst     []float64   `json:"text_gradient_first16"`
	TextNorms     [][]float64 `json:"text_gradient_row_norms"`
	Largest       map[string]float64
}

// goldenTolerance is how far a number may be from the reference's, as a share
// of the largest of its kind.
const goldenTolerance = 2e-5

func goldenNumbers(t *testing.T, dir string) {
	var g goldenModelFile
	testdata.ReadJSON(t, filepath.Join(dir, "golden.json"), &g)
	m, err := Load(dir, Options{NoVocabulary: true})
	if err != nil {
		t.Fatal(err)
	}
	defer m.Close()
	if m.Config.Vision.Image != g.Image {
		t.Fatalf("the input has %d pixels a side, want %d", m.Config.Vision.Image, g.Image)
	}
	n, rows, d := len(g.ImageFeatures), len(g.Tokens), m.Config.Text.Width
	pixels := goldenPixels(g.Seed, n*3*g.Image*g.Image)
	for i, want := range g.PixelsFirst {
		if float64(pixels[i]) != want {
			t.Fatalf("pixel %d is %g, want %g", i, pixels[i], want)
		}
	}
	tp := autograd.NewTape()
	images := autograd.Param(pixels, n, 3, g.Image, g.Image)                  // [B, 3, S, S]
	v := m.Vision.Encode(tp, images, vit.Unprompted(m.Config.Vision, n), nil) // [B, E]
	words, prompts := embeddings(m, g.Tokens)                                 // [N·T, D]
	packed := textenc.NewBatch([][][]int{prompts}, textenc.Saving{})          //
	w := m.Text.Encode(tp, packed, &textenc.Prompts{First: words})            // [N, E]
	logits := m.PairLogits(tp, tp.L2Normalize(v, 0), tp.L2Normalize(w, 0))    // [B, N]
	tp.Backward(tp.Scale(tp.Mean(logits), float32(n*rows)))                   // their sum
	alone := m.TokenFeatures(nil, g.Tokens)                                   // [N, E]
	for i := range g.ImageFeatures {
		goldenNear(t, "image features", v.Row(i), g.ImageFeatures[i], g.Largest["image_features"])
		goldenNear(t, "logits", logits.Row(i), g.Logits[i], g.Largest["logits"])
	}
	for i := range g.TextFeatures {
		goldenNear(t, "text features", w.Row(i), g.TextFeatures[i], g.Largest["text_features"])
		goldenNear(t, "text features of ids", alone.Row(i), g.TextFeatures[i], g.Largest["text_features"])
	}
	goldenGradient(t, images.Grad(), &g)
	goldenTextGradient(t, words.Grad(), d, &g)
}

func goldenGradient(t *testing.T, grad []float32, g *goldenModelFile) {
	t.Helper()
	sum, squares := sums(grad)
	goldenNear(t, "gradient", grad[:16], g.GradientFirst, g.Largest["gradient"])
	if tolerance := 1e-3 * math.Sqrt(g.GradientSumSq); !(math.Abs(sum-g.GradientSum) <= tolerance) {
		t.Errorf("sum of the gradient %.9g, want %.9g", sum, g.GradientSum)
	}
	if !(math.Abs(squares-g.GradientSumSq) <= 1e-4*g.GradientSumSq) {
		t.Errorf("sum of the gradient's squares %.9g, want %.9g", squares, g.GradientSumSq)
	}
}

// goldenTextGradient compares the gradient of the words [N·T, D].
func goldenTextGradient(t *testing.T, grad []float32, d int, g *goldenModelFile) {
	t.Helper()
	largest := g.Largest["text_gradient"]
	goldenNear(t, "text gradient", grad[:16], g.TextFirst, largest)
	if _, squares := sums(grad); !(math.Abs(squares-g.TextSumSq) <= 1e-4*g.TextSumSq) {
		t.Errorf("sum of the text gradient's squares %.9g, want %.9g", squares, g.TextSumSq)
	}
	for i, norms := range g.TextNorms {
		for j, want := range norms {
			at := (i*len(norms) + j) * d
			_, squares := sums(grad[at : at+d])
			if got := math.Sqrt(squares); !(math.Abs(got-want) <= 1e-4*want+goldenTolerance*largest*math.Sqrt(float64(d))) {
				t.Errorf("text %d, row %d: length of the gradient %.6g, want %.6g", i, j, got, want)
			}
		}
	}
}

// embeddings returns the embeddings of rows of ids as learned tokens [N·T, D],
// and the rows in terms of those, each up to its end.
func embeddings(m *Model, rows [][]int) (*autograd.Tensor, [][]int) {
	d := m.Config.Text.Width
	var data []float32
	prompts := make([][]int, len(rows))
	for i, row := range rows {
		n := len(m.Config.UpToEnd(row))
		for j, id := range row {
			if j < n {
				prompts[i] = append(prompts[i], textenc.Learned(len(data)/d))
			}
			data = append(data, m.Text.Token.Row(id)...)
		}
	}
	return autograd.Param(data, len(data)/d, d), prompts
}

// goldenPixels are the first n numbers of the formula of the golden files: the
// top byte of SplitMix64, started at the hash of the name and the seed.
func goldenPixels(seed uint64, n int) []float32 {
	h := fnv.New64a()
	h.Write([]byte("pixels"))
	out := make([]float32, n)
	for i := range out {
		z := h.Sum64() ^ seed
		z += uint64(i+1) * 0x9E3779B97F4A7C15
		z = (z ^ z>>30) * 0xBF58476D1CE4E5B9
		z = (z ^ z>>27) * 0x94D049BB133111EB
		z ^= z >> 31
		out[i] = (float32(z>>56) - 128) / 64
	}
	return out
}

func sums(x []float32) (sum, squares float64) {
	for _, v := range x {
		sum += float64(v)
		squares += float64(v) * float64(v)
	}
	return sum, squares
}

func goldenNear(t *testing.T, what string, got []float32, want []float64, largest float64) {
	t.Helper()
	if len(got) != len(want) || largest <= 0 {
		t.Fatalf("%s: %d numbers, want %d; the largest is %g", what, len(got), len(want), largest)
	}
	for i, v := range want {
		if !(math.Abs(float64(got[i])-v) <= goldenTolerance*largest) {
			t.Errorf("%s: number %d is %.9g, want %.9g", what, i, got[i], v)
			return
		}
	}
}

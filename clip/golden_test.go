package clip

import (
	"math"
	"testing"

	"frontdoor/autograd"
	"frontdoor/internal/golden"
	"frontdoor/nn"
	"frontdoor/textenc"
	"frontdoor/vit"
)

func goldenConfig(vocab int) Config {
	return Config{
		Embed:  golden.Embed,
		Vision: vit.Config{Image: golden.Side, Patch: golden.Patch, Width: golden.Width, Layers: golden.Layers, Heads: golden.Heads},
		Text: textenc.Config{Context: golden.Context, Vocab: vocab, Width: golden.Width,
			Layers: golden.Layers, Heads: golden.Heads},
	}
}

// goldenModel builds the tiny model that the reference implementation ran.
func goldenModel(t *testing.T) *Model {
	t.Helper()
	m, err := Build(goldenConfig(golden.Vocab), nil, golden.Fetch)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func goldenImages() *autograd.Tensor {
	return autograd.Const(golden.Image(), golden.Images, 3, golden.Side, golden.Side)
}

// The reference ran in float64. Ours rounds to float32 (6e-8) at each of some
// thirty operations on the way, whose errors partly add up; features are of
// size one, so 1e-5 leaves room for other orders of summation and still shows
// any wrong constant (an epsilon, a missing bias, another GELU).
const featureTolerance = 1e-5

// Logits are cosines of unit vectors times 100, so that a cosine's absolute
// error of 1e-6 shows a hundredfold.
const logitTolerance = 1e-4

func near(t *testing.T, name string, got []float32, want []float64, tolerance float64) {
	t.Helper()
	for i, w := range want {
		// Written so that NaN fails.
		if g := float64(got[i]); !(math.Abs(g-w) <= tolerance*max(1, math.Abs(w))) {
			t.Errorf("%s[%d] = %.9g, want %.9g (difference %.2g)", name, i, g, w, g-w)
		}
	}
}

func TestGoldenFeatures(t *testing.T) {
	m, want := goldenModel(t), golden.TinyClip().Plain
	images := m.Vision.Encode(nil, goldenImages(), vit.Unprompted(m.Config.Vision, golden.Images), nil) // [2, 32]
	near(t, "image features 0", images.Row(0), want.ImageFeatures0, featureTolerance)
	near(t, "image features 1", images.Row(1), want.ImageFeatures1, featureTolerance)

	for name, how := range map[string]textenc.Saving{
		"shared prefix":   {},
		"each on its own": {NoSharing: true},
		"padded":          {NoSharing: true, PadTo: golden.Context},
	} {
		t.Run(name, func(t *testing.T) {
			texts := m.Text.Encode(nil, textenc.NewBatch([][][]int{golden.Tokens()}, how), nil) // [3, 32]
			for i, w := range want.TextFeatures {
				near(t, "text features", texts.Row(i), w, featureTolerance)
			}
		})
	}
}

func TestGoldenLogits(t *testing.T) {
	m, want := goldenModel(t), golden.TinyClip().Plain
	v := m.ImageFeatures(nil, goldenImages()) // [2, 32]
	packed := textenc.NewBatch([][][]int{golden.Tokens()}, textenc.Saving{})
	w := autograd.NewTape().L2Normalize(m.Text.Encode(nil, packed, nil), 0) // [3, 32]
	logits := m.Logits(nil, v, w)                                           // [2, 3]
	for i, row := range want.Logits {
		near(t, "logits", logits.Row(i), row, logitTolerance)
	}
}

func TestGoldenParameters(t *testing.T) {
	m := goldenModel(t)
	byName := map[string]nn.Named{}
	for _, p := range m.stored {
		byName[p.Name] = p
	}
	for name, want := range golden.TinyClip().Plain.ParamCheck {
		near(t, name, byName[name].Data, want, 1e-7)
	}
	tensors := golden.Tensors(golden.Vocab)
	if len(tensors) != len(m.stored) {
		t.Errorf("the model asked for %d tensors, a checkpoint has %d", len(m.stored), len(tensors))
	}
	for _, x := range tensors {
		if p, ok := byName[x.Name]; !ok || p.Len() != len(x.Data) {
			t.Errorf("tensor %q of shape %v: the model has it: %v", x.Name, x.Shape, ok)
		}
	}
	near(t, "image", goldenImages().Data, golden.TinyClip().Plain.ImageFirst3, 1e-7)
}

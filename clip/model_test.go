package clip

import (
	"math"
	"slices"
	"strings"
	"testing"

	"frontdoor/autograd"
	"frontdoor/textenc"
	"frontdoor/textenc/bpe"
	"frontdoor/vit"
)

func smallConfig() Config {
	return Config{
		Embed:  24,
		Vision: vit.Config{Image: 16, Patch: 4, Width: 64, Layers: 2, Heads: 1},
		Text:   textenc.Config{Context: 8, Vocab: vocab, Width: 48, Layers: 4, Heads: 2},
	}
}

func newSmall(t *testing.T, seed uint64) *Model {
	t.Helper()
	tok, err := bpe.New(merges)
	if err != nil {
		t.Fatal(err)
	}
	m, err := New(smallConfig(), tok, seed)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// Every tensor's distribution, by the rules of CLIP's initialize_parameters
// and PyTorch's defaults where that leaves a tensor alone.
func TestNewFollowsCLIPsRules(t *testing.T) {
	m := newSmall(t, 1)
	const dv, dt, layers = 64.0, 48.0, 4.0
	normal := map[string]float64{ // deviations
		"token_embedding.weight":      0.02,
		"positional_embedding":        0.01,
		"text_projection":             1 / math.Sqrt(dt),
		"visual.class_embedding":      1 / math.Sqrt(dv),
		"visual.positional_embedding": 1 / math.Sqrt(dv),
		"visual.proj":                 1 / math.Sqrt(dv),
		"T.attn.in_proj_weight":       1 / math.Sqrt(dt),
		"T.attn.out_proj.weight":      1 / math.Sqrt(dt*2*layers),
		"T.mlp.c_proj.weight":         1 / math.Sqrt(dt*2*layers),
		"T.mlp.c_fc.weight":           1 / math.Sqrt(2*dt),
	}
	uniform := map[string]float64{ // bounds
		"visual.conv1.weight":    1 / math.Sqrt(3*4*4),
		"V.attn.in_proj_weight":  math.Sqrt(6 / (3*dv + dv)),
		"V.attn.out_proj.weight": 1 / math.Sqrt(dv),
		"V.mlp.c_fc.weight":      1 / math.Sqrt(dv),
		"V.mlp.c_fc.bias":        1 / math.Sqrt(dv),
		"V.mlp.c_proj.weight":    1 / math.Sqrt(4*dv),
		"V.mlp.c_proj.bias":      1 / math.Sqrt(4*dv),
		"T.mlp.c_fc.bias":        1 / math.Sqrt(dt),
		"T.mlp.c_proj.bias":      1 / math.Sqrt(4*dt),
	}
	for _, p := range m.stored {
		name := p.Name
		for tower, letter := range map[string]string{"visual.transformer.resblocks.": "V.", "transformer.resblocks.": "T."} {
			if rest, ok := strings.CutPrefix(name, tower); ok {
				name = letter + rest[strings.Index(rest, ".")+1:]
				break
			}
		}
		deviation, largest := spread(p.Data)
		// The deviation of n draws is known to 1/sqrt(2n); four times that.
		slack := 4 / math.Sqrt(2*float64(p.Len()))
		switch std, bound := normal[name], uniform[name]; {
		case std > 0:
			if math.Abs(deviation/std-1) > slack {
				t.Errorf("%s: deviation %g, want %g", p.Name, deviation, std)
			}
		case bound > 0:
			if largest > bound || math.Abs(deviation/(bound/math.Sqrt(3))-1) > slack {
				t.Errorf("%s: largest %g, deviation %g; want uniform up to %g", p.Name, largest, deviation, bound)
			}
		default:
			constant := float32(0)
			switch {
			case name == "logit_scale":
				constant = 2.6592600 // ln 1/0.07
			case strings.Contains(name, "ln_") && strings.HasSuffix(name, ".weight"):
				constant = 1
			case !strings.HasSuffix(name, "bias"):
				t.Errorf("no rule for %s", p.Name)
			}
			if i := slices.IndexFunc(p.Data, func(v float32) bool { return v != constant }); i >= 0 {
				t.Errorf("%s[%d] = %g, want %g", p.Name, i, p.Data[i], constant)
			}
		}
	}
}

// spread returns the deviation around zero and the largest magnitude.
func spread(x []float32) (deviation, largest float64) {
	for _, v := range x {
		deviation += float64(v) * float64(v) / float64(len(x))
		largest = max(largest, math.Abs(float64(v)))
	}
	return math.Sqrt(deviation), largest
}

func TestNewDependsOnTheSeedOnly(t *testing.T) {
	a, b, c := newSmall(t, 1), newSmall(t, 1), newSmall(t, 2)
	for i, p := range a.stored {
		if !slices.Equal(p.Data, b.stored[i].Data) {
			t.Errorf("%s differs between two models of one seed", p.Name)
		}
	}
	if a.Fingerprint() != b.Fingerprint() || a.Fingerprint() == c.Fingerprint() {
		t.Errorf("fingerprints %s, %s (same seed), %s (another)", a.Fingerprint(), b.Fingerprint(), c.Fingerprint())
	}
}

// The fingerprint samples every tensor.
func TestFingerprintChangesWithAnyTensor(t *testing.T) {
	m := newSmall(t, 1)
	base := m.Fingerprint()
	for _, p := range m.stored {
		old := slices.Clone(p.Data)
		p.Data[0]++
		if m.Fingerprint() == base {
			t.Errorf("a change of %s[0] does not show", p.Name)
		}
		copy(p.Data, old)
		for i := range p.Data[1:] { // as a step of training would
			p.Data[1+i] += 0.5
		}
		if p.Len() > 1 && m.Fingerprint() == base {
			t.Errorf("a change of %s[1:] does not show", p.Name)
		}
		copy(p.Data, old)
	}
	if m.Fingerprint() != base {
		t.Error("the fingerprint of the restored model differs")
	}
	m.Config.Vision.Heads = 2
	if m.Fingerprint() == base {
		t.Error("a change of the sizes does not show")
	}
}

func TestFeaturesAreUnitVectors(t *testing.T) {
	m := newSmall(t, 1)
	images := autograd.Zeros(2, 3, 16, 16)
	for i := range images.Data {
		images.Data[i] = float32(i%13)/6 - 1
	}
	v := m.ImageFeatures(nil, images)
	w, err := m.TextFeatures(nil, []string{"cat", "a cat", "act"})
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(v.Shape(), []int{2, 24}) || !slices.Equal(w.Shape(), []int{3, 24}) {
		t.Fatalf("features %v and %v, want [2 24] and [3 24]", v.Shape(), w.Shape())
	}
	for _, x := range []*autograd.Tensor{v, w} {
		for r := range x.Rows() {
			if length, _ := spread(x.Row(r)); math.Abs(length*math.Sqrt(24)-1) > 1e-6 {
				t.Errorf("row %d of %v has length %g", r, x.Shape(), length*math.Sqrt(24))
			}
		}
	}
	logits := m.Logits(nil, v, w)
	if !slices.Equal(logits.Shape(), []int{2, 3}) {
		t.Fatalf("logits %v, want [2 3]", logits.Shape())
	}
	cosine := 0.0
	for j, a := range v.Row(1) {
		cosine += float64(a) * float64(w.Row(2)[j])
	}
	near(t, "logit", logits.Row(1)[2:], []float64{cosine / 0.07}, 1e-5)
}

func TestTextLongerThanTheContextIsAnError(t *testing.T) {
	_, err := newSmall(t, 1).TextFeatures(nil, []string{"cat", "cat cat cat cat cat cat cat"})
	if err == nil || !strings.Contains(err.Error(), "cat cat") {
		t.Errorf("error %v, want one that quotes the text", err)
	}
}

// From scratch every parameter is trained; a model is frozen otherwise.
func TestTrainedMakesEverythingTrainable(t *testing.T) {
	m := newSmall(t, 1)
	for _, p := range m.trained {
		if p.NeedsGrad() {
			t.Errorf("%s is trainable in a new model", p.Name)
		}
	}
	params := m.Trained()
	tp := autograd.NewTape()
	v := m.ImageFeatures(tp, autograd.Const(slices.Repeat([]float32{0.3, -0.7, 1.1}, 512), 2, 3, 16, 16))
	w, err := m.TextFeatures(tp, []string{"cat", "dog"})
	if err != nil {
		t.Fatal(err)
	}
	tp.Backward(tp.CrossEntropy(tp.ScaleExp(tp.MatMulT(v, w), m.LogitScale), []int{0, 1}))
	for _, p := range params {
		if p.Grad() == nil {
			t.Errorf("%s got no gradient", p.Name)
		}
	}
}

func TestBadSizesAreErrors(t *testing.T) {
	for name, edit := range map[string]func(c *Config){
		"positive":            func(c *Config) { c.Text.Layers = 0 },
		"less than the patch": func(c *Config) { c.Vision.Image = c.Vision.Patch - 1 },
		"heads":               func(c *Config) { c.Text.Heads = 5 },
		"tokens":              func(c *Config) { c.Text.Vocab = 99 },
	} {
		c := smallConfig()
		edit(&c)
		tok, err := bpe.New(merges)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := New(c, tok, 1); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("error %v does not say %q", err, name)
		}
	}
}

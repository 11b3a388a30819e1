package clip

import (
	"encoding/json"
	"fmt"
	"testing"

	"frontdoor/autograd"
	"frontdoor/internal/golden"
	"frontdoor/textenc"
	"frontdoor/textenc/bpe"
	"frontdoor/vit"
)

// How far a tensor may be from PyTorch's float64, as a share of its largest
// element. float32 resolves 6e-8; six blocks of rounded sums follow each
// other, and PyTorch's own float32 is off by about 1e-6 in features and up to
// 7e-6 in gradients.
const (
	torchForward  = 5e-6
	torchGradient = 2e-5
)

// torchModel builds the model that tools/golden/clip.py ran.
func torchModel(t *testing.T, f *golden.File) *Model {
	t.Helper()
	var c Config
	if err := json.Unmarshal(f.Config, &c); err != nil {
		t.Fatal(err)
	}
	tok, err := bpe.New(f.Merges)
	if err != nil {
		t.Fatal(err)
	}
	m, err := New(c, tok, 1)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range m.trained {
		golden.FillCLIP(p.Name, p.Data)
	}
	return m
}

func torchImages(m *Model, n int) *autograd.Tensor {
	s := m.Config.Vision.Image
	return autograd.Const(golden.Tensor32("images", n*3*s*s, 4, 0), n, 3, s, s)
}

func TestTorchForward(t *testing.T) { golden.OnThreads(t, torchForwardOf) }

func torchForwardOf(t *testing.T) *golden.File {
	t.Helper()
	f := golden.Read(t, "testdata/torch_clip.json")
	m := torchModel(t, f)
	images := torchImages(m, len(f.Labels))
	batch := vit.Unprompted(m.Config.Vision, len(f.Labels))
	f.Check(t, "image_features", m.Vision.Encode(nil, images, batch, nil).Data, torchForward)

	prompts := f.Prompts[f.Template]
	context := m.Config.Text.Context
	for _, how := range []textenc.Saving{{}, {NoSharing: true}, {NoSharing: true, PadTo: context}} {
		packed := textenc.NewBatch([][][]int{prompts}, how)
		f.Check(t, "text_features", m.Text.Encode(nil, packed, nil).Data, torchForward)
		if t.Failed() {
			t.Fatalf("packing: %+v", how)
		}
	}

	texts := make([]string, len(f.Names))
	for i, name := range f.Names {
		texts[i] = f.Template + " " + name + "."
		ids, err := m.Tokenizer.Tokenize(texts[i], context, false)
		if err != nil {
			t.Fatal(err)
		}
		if got, want := fmt.Sprint(ids), fmt.Sprint(prompts[i]); got != want {
			t.Errorf("tokens of %q are %s, want %s", texts[i], got, want)
		}
	}
	w, err := m.TextFeatures(nil, texts)
	if err != nil {
		t.Fatal(err)
	}
	f.Check(t, "logits", m.Logits(nil, m.ImageFeatures(nil, images), w).Data, torchForward)
	return f
}

// The gradient of every weight of both towers, for the contrastive loss of
// three pairs: what pre-training follows.
func TestTorchGradients(t *testing.T) { golden.OnThreads(t, torchGradientsOf) }

func torchGradientsOf(t *testing.T) *golden.File {
	t.Helper()
	f := golden.Read(t, "testdata/torch_clip.json")
	m := torchModel(t, f)
	params := m.Trained()
	tp := autograd.NewTape()
	tp.Poison()
	w := tp.L2Normalize(m.Text.Encode(tp, textenc.NewBatch([][][]int{f.Prompts[f.Template]}, textenc.Saving{}), nil), 0)
	v := m.ImageFeatures(tp, torchImages(m, len(f.Labels)))
	pairs := []int{0, 1, 2}
	v = tp.Gather(v, autograd.RowIndex(pairs)) // [3, E]
	loss := m.Contrastive(tp, v, w, nil)
	f.Check(t, "loss", loss.Data, torchForward)
	tp.Backward(loss)

	grads := map[string][]float32{}
	for _, p := range params { // q comes before kv
		stored, _ := golden.StoredName(p.Name)
		grads[stored] = append(grads[stored], p.Grad()...)
	}
	for _, p := range m.stored {
		f.Check(t, "grad."+p.Name, grads[p.Name], torchGradient)
	}
	if left := f.Unchecked("grad."); len(left) > 0 {
		t.Errorf("gradients that nothing was compared with: %v", left)
	}
	return f
}

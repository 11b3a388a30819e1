package prompt

import (
	"encoding/json"
	"testing"

	"frontdoor/autograd"
	"frontdoor/clip"
	"frontdoor/data/augment"
	"frontdoor/internal/golden"
	"frontdoor/simd"
	"frontdoor/textenc"
	"frontdoor/textenc/bpe"
	"frontdoor/vit"
)

// How far ViT-B/16 may be from PyTorch's float64, and also from its float32, as
// a share of a tensor's largest element: what the project promises. Sums have up
// to 3072 rounded products, and 24 blocks of them follow each other in each
// direction; PyTorch's own float32 is off by about 1e-6 in features and 1e-5 in
// gradients.
const (
	vitb16Feature  = 2e-5
	vitb16Gradient = 1e-4
	// Cosines within 1e-6 of each other, times a hundred.
	vitb16Logit = 2e-5
)

// vitb16Model builds the model of tools/golden/vitb16.py: 124 million weights
// computed from their names.
func vitb16Model(t *testing.T, f *golden.File) *clip.Model {
	t.Helper()
	var c clip.Config
	if err := json.Unmarshal(f.Config, &c); err != nil {
		t.Fatal(err)
	}
	if v := clip.ViTB16.Vision; c.Vision != v {
		t.Fatalf("the golden file has an image tower of %+v, want %+v", c.Vision, v)
	}
	tok, err := bpe.New(f.Merges)
	if err != nil {
		t.Fatal(err)
	}
	m, err := clip.Build(c, tok, func(name string, shape []int) ([]float32, error) {
		n := 1
		for _, d := range shape {
			n *= d
		}
		data := make([]float32, n)
		golden.FillCLIPBy(f.Factor, name, data)
		return data, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// Features of ViT-B/16 in its real sizes, and MaPLe's logits, loss and
// gradients with nine depths of prompts.
func TestTorchViTB16(t *testing.T) {
	if testing.Short() {
		t.Skip("ViT-B/16 takes some seconds and over a gigabyte; run without -short")
	}
	if simd.Kernel() == "generic" {
		torchViTB16(t) // once: it takes half a minute
		return
	}
	golden.OnThreads(t, torchViTB16)
}

func torchViTB16(t *testing.T) *golden.File {
	t.Helper()
	f := golden.Read(t, "testdata/torch_vitb16.json")
	check := func(name string, got []float32, tolerance float64) {
		t.Helper()
		f.Check(t, name, got, tolerance)
		f.CheckFloat32(t, name, got, tolerance)
	}
	m := vitb16Model(t, f)
	n := len(f.Labels)
	side := m.Config.Vision.Image
	images := autograd.Const(golden.Tensor32("images", n*3*side*side, 4, 0), n, 3, side, side)
	v := m.Vision.Encode(nil, images, vit.Unprompted(m.Config.Vision, n), nil) // [B, E]
	w := m.Text.Encode(nil, textenc.NewBatch([][][]int{f.Prompts[f.Template]}, textenc.Saving{}), nil)
	check("image_features", v.Data, vitb16Feature)
	check("text_features", w.Data, vitb16Feature)
	var none *autograd.Tape
	check("zero_logits", m.Logits(nil, none.L2Normalize(v, 0), none.L2Normalize(w, 0)).Data, vitb16Logit)

	l, err := NewMaPLe(m, Coupling{Tokens: f.Tokens, Depth: f.Depth}, augment.View{}, 1)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range l.Params() {
		copy(p.Data, golden.Tensor32(p.Name, p.Len(), f.Factor, 0))
	}
	if err := l.SetClasses(f.Names); err != nil {
		t.Fatal(err)
	}
	tp := autograd.NewTape()
	v, w = l.Features(tp, images)
	logits := m.Logits(tp, v, w) // [B, N]
	loss := tp.CrossEntropy(logits, f.Labels)
	check("maple.image_features", v.Data, vitb16Feature)
	check("maple.text_features", w.Data, vitb16Feature)
	check("maple.logits", logits.Data, vitb16Logit)
	check("maple.loss", loss.Data, vitb16Gradient)
	tp.Backward(loss)
	for _, p := range l.Params() {
		check("maple.grad."+p.Name, p.Grad(), vitb16Gradient)
	}
	if left := f.Unchecked(""); len(left) > 0 {
		t.Errorf("golden values that nothing was compared with: %v", left)
	}
	return f
}

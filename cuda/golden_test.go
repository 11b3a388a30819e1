package cuda_test

import (
	"encoding/json"
	"fmt"
	"testing"

	"frontdoor/autograd"
	"frontdoor/clip"
	"frontdoor/data/augment"
	"frontdoor/internal/cudatest"
	"frontdoor/internal/golden"
	"frontdoor/nn"
	"frontdoor/prompt"
	"frontdoor/textenc"
	"frontdoor/textenc/bpe"
	"frontdoor/vit"
)

// How far a tensor may be from PyTorch's float64, as a share of its largest
// element: what the CPU is held to.
const (
	torchForward  = 5e-6
	torchGradient = 2e-5
)

// goldenModel builds the model that PyTorch ran, with its towers on a device.
func goldenModel(t *testing.T, f *golden.File, dev autograd.Device) *clip.Model {
	t.Helper()
	var c clip.Config
	if err := json.Unmarshal(f.Config, &c); err != nil {
		t.Fatal(err)
	}
	tok, err := bpe.New(f.Merges)
	if err != nil {
		t.Fatal(err)
	}
	m, err := clip.New(c, tok, 1)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range m.Trained() {
		golden.FillCLIP(p.Name, p.Data)
		p.SetTrainable(false)
	}
	m.Vision.Device, m.Text.Device = dev, dev
	return m
}

func goldenImages(m *clip.Model, n int) *autograd.Tensor {
	s := m.Config.Vision.Image
	return autograd.Const(golden.Tensor32("images", n*3*s*s, 4, 0), n, 3, s, s)
}

// The device's features are PyTorch's.
func TestGoldenFeatures(t *testing.T) {
	t.Parallel()
	r := newRig(t, 21)
	defer r.close()
	f := golden.Read(t, "../clip/testdata/torch_clip.json")
	m := goldenModel(t, f, r.dev)
	images := goldenImages(m, len(f.Labels))
	f.Check(t, "image_features", m.Vision.Encode(nil, images, vit.Unprompted(m.Config.Vision, len(f.Labels)), nil).Data, torchForward)
	for _, how := range []textenc.Saving{{}, {NoSharing: true}} {
		packed := textenc.NewBatch([][][]int{f.Prompts[f.Template]}, how)
		f.Check(t, "text_features", m.Text.Encode(nil, packed, nil).Data, torchForward)
	}
	if err := r.err(); err != nil {
		t.Error(err)
	}
}

// Weights that are moved to the device are trained there: the gradient of every
// weight of both towers is PyTorch's. The logit scale is the host's.
func TestGoldenGradientsOfWeights(t *testing.T) {
	t.Parallel()
	r := newRig(t, 22)
	defer r.close()
	f := golden.Read(t, "../clip/testdata/torch_clip.json")
	m := goldenModel(t, f, r.dev)
	params := m.Trained()
	for _, p := range params {
		if p.Tensor != m.LogitScale {
			p.MoveTo(r.dev)
		}
	}
	tp := autograd.NewTape()
	w := tp.L2Normalize(m.Text.Encode(tp, textenc.NewBatch([][][]int{f.Prompts[f.Template]}, textenc.Saving{}), nil), 0)
	v := tp.Gather(m.ImageFeatures(tp, goldenImages(m, len(f.Labels))), autograd.RowIndex([]int{0, 1, 2}))
	loss := m.Contrastive(tp, v, w, nil)
	f.Check(t, "loss", loss.Data, torchForward)
	tp.Backward(loss)
	grads := map[string][]float32{}
	for _, p := range params { // q comes before kv
		stored, _ := golden.StoredName(p.Name)
		grads[stored] = append(grads[stored], p.Gradient().Host()...)
	}
	for name, g := range grads {
		f.Check(t, "grad."+name, g, torchGradient)
	}
	if left := f.Unchecked("grad."); len(left) > 0 {
		t.Errorf("gradients that nothing was compared with: %v", left)
	}
	if err := r.err(); err != nil {
		t.Error(err)
	}
}

// Where some weights of a tower are trained, gradients are computed for those
// alone, and steps on the device go where those on the CPU go.
func TestSomeWeightsAreTrained(t *testing.T) {
	t.Parallel()
	r := newRig(t, 23)
	defer r.close()
	f := golden.Read(t, "../clip/testdata/torch_clip.json")
	train := func(dev autograd.Device) (learned [][]float32) {
		m := goldenModel(t, f, dev)
		block := &m.Vision.Transformer.Blocks[1]
		chosen := []nn.Named{{Name: "gamma", Tensor: block.LN2.Gamma}, {Name: "beta", Tensor: block.LN2.Beta},
			{Name: "q", Tensor: block.Attn.Q.W}, {Name: "bias", Tensor: block.Attn.Out.B}}
		for _, p := range chosen {
			p.SetTrainable(true)
			p.MoveTo(dev)
		}
		tp, opt := autograd.NewTape(), nn.NewSGD(chosen)
		for range 3 {
			tp.Backward(tp.MeanSquare(m.Vision.Encode(tp, goldenImages(m, 2), vit.Unprompted(m.Config.Vision, 2), nil)))
			opt.Step(0.01)
			tp.Reset()
		}
		for _, p := range chosen {
			learned = append(learned, p.Host())
			p.SetTrainable(false)
		}
		for _, p := range m.Trained() {
			if p.Gradient() != nil {
				t.Errorf("%s has a gradient", p.Name)
			}
		}
		return learned
	}
	want := train(autograd.CPU)
	for i, got := range train(r.dev) {
		if err := near("a weight", got, widen(want[i]), 1e-6); err != nil {
			t.Error(err)
		}
	}
	if err := r.err(); err != nil {
		t.Error(err)
	}
}

// A step of MaPLe with the towers on the device is PyTorch's: logits, loss and the
// gradient of all that is learned; on tensor cores and without.
func TestGoldenMaPLe(t *testing.T) {
	for _, major := range []int{7, 9} {
		t.Run(fmt.Sprintf("sm_%d0", major), func(t *testing.T) {
			t.Parallel()
			r := newRig(t, 24, func(d *cudatest.Driver) { d.Major = major })
			defer r.close()
			f := golden.Read(t, "../prompt/testdata/torch_maple.json")
			m := goldenModel(t, f, r.dev)
			l, err := prompt.NewMaPLe(m, prompt.Coupling{Tokens: f.Tokens, Depth: f.Depth}, augment.View{}, 1)
			if err != nil {
				t.Fatal(err)
			}
			for _, p := range l.Params() {
				copy(p.Data, golden.Tensor32(p.Name, p.Len(), golden.CLIPFactor, 0))
			}
			if err := l.SetClasses(f.Names); err != nil {
				t.Fatal(err)
			}
			images := goldenImages(m, len(f.Labels))
			f.Check(t, "logits", m.Logits(nil, l.Encode(images), l.TextFeatures()).Data, torchForward)
			tp := autograd.NewTape()
			loss := l.Loss(tp, prompt.Batch{Images: images, Labels: f.Labels})
			f.Check(t, "loss", loss.Data, torchForward)
			tp.Backward(loss)
			for _, p := range l.Params() {
				f.Check(t, "grad."+p.Name, p.Grad(), torchGradient)
			}
			if err := r.err(); err != nil {
				t.Error(err)
			}
		})
	}
}

// A warm step allocates nothing, and is one launch of a graph for each direction of
// each tower, and two kernels between what crosses the border.
func TestStepsAreGraphs(t *testing.T) {
	t.Parallel()
	r := newRig(t, 25)
	defer r.close()
	f := golden.Read(t, "../prompt/testdata/torch_maple.json")
	m := goldenModel(t, f, r.dev)
	l, err := prompt.NewMaPLe(m, prompt.Coupling{Tokens: f.Tokens, Depth: f.Depth}, augment.View{}, 1)
	if err != nil {
		t.Fatal(err)
	}
	if err := l.SetClasses(f.Names); err != nil {
		t.Fatal(err)
	}
	batch := prompt.Batch{Images: goldenImages(m, len(f.Labels)), Labels: f.Labels}
	tp, opt := autograd.NewTape(), nn.NewSGD(l.Params())
	step := func() (graphs, single, allocations int) {
		graphs, single, allocations = r.drv.Calls["GraphLaunch"], r.drv.Calls["LaunchKernel"], r.drv.Calls["MemAlloc"]
		tp.Backward(l.Loss(tp, batch))
		opt.Step(f.Rate)
		tp.Reset()
		return r.drv.Calls["GraphLaunch"] - graphs, r.drv.Calls["LaunchKernel"] - single, r.drv.Calls["MemAlloc"] - allocations
	}
	for range 3 {
		step()
	}
	if graphs, single, allocations := step(); graphs != 4 || single != 2 || allocations != 0 {
		t.Errorf("a warm step is %d launches of graphs and %d of kernels, with %d allocations", graphs, single, allocations)
	}
	if err := r.err(); err != nil {
		t.Error(err)
	}
}

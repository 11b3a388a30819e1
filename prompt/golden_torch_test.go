package prompt

import (
	"encoding/json"
	"fmt"
	"testing"

	"frontdoor/autograd"
	"frontdoor/clip"
	"frontdoor/data/augment"
	"frontdoor/internal/golden"
	"frontdoor/nn"
	"frontdoor/textenc/bpe"
)

// How far a tensor may be from PyTorch's float64, as a share of its largest
// element. float32 resolves 6e-8, and six blocks of rounded sums follow each
// other in each direction.
const (
	torchForward  = 5e-6
	torchGradient = 2e-5
	// Losses and logits on the way through ten steps, in which the errors of all
	// gradients so far have been added up and fed back.
	torchTrained = 2e-5
	// What was learned: only its movement, a fraction of its size, has errors
	// other than rounding. PyTorch's own float32 is off by up to 1.2e-6.
	torchLearned = 5e-6
)

// torchModel builds the model that tools/golden ran, all of it frozen.
func torchModel(t *testing.T, f *golden.File) *clip.Model {
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
	return m
}

// One step of MaPLe, then ten: logits, loss, the gradient of every learned
// tensor, the losses on the way and what has been learned at the end.
func TestTorchMaPLe(t *testing.T) { golden.OnThreads(t, torchMaPLe) }

func torchMaPLe(t *testing.T) *golden.File {
	t.Helper()
	f := golden.Read(t, "testdata/torch_maple.json")
	m := torchModel(t, f)
	l, err := NewMaPLe(m, Coupling{Tokens: f.Tokens, Depth: f.Depth}, augment.View{}, 1)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range l.Params() {
		copy(p.Data, golden.Tensor32(p.Name, p.Len(), golden.CLIPFactor, 0))
	}
	if err := l.SetClasses(f.Names); err != nil {
		t.Fatal(err)
	}
	ids, err := learnedPrompts(m, f.Template, f.Names, 0, 0)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := fmt.Sprint(ids), fmt.Sprint(f.Prompts[f.Template]); got != want {
		t.Errorf("prompts are %s, want %s", got, want)
	}

	side := m.Config.Vision.Image
	n := len(f.Labels)
	images := autograd.Const(golden.Tensor32("images", n*3*side*side, 4, 0), n, 3, side, side)
	logits := func() []float32 {
		return m.Logits(nil, l.Encode(images), l.TextFeatures()).Data
	}
	f.Check(t, "logits", logits(), torchForward)

	var losses []float32
	tp := autograd.NewTape()
	tp.Poison()
	sgd := nn.NewSGD(l.Params())
	for step := range f.Values["losses"].Data {
		loss := l.Loss(tp, Batch{Images: images, Labels: f.Labels})
		losses = append(losses, loss.Item())
		tp.Backward(loss)
		if step == 0 {
			f.Check(t, "loss", losses, torchForward)
			for _, p := range l.Params() {
				f.Check(t, "grad."+p.Name, p.Grad(), torchGradient)
			}
		}
		sgd.Step(f.Rate)
		tp.Reset()
	}
	f.Check(t, "losses", losses, torchTrained)
	for _, p := range l.Params() {
		f.Check(t, "after."+p.Name, p.Data, torchLearned)
	}
	f.Check(t, "after.logits", logits(), torchTrained)
	if left := f.Unchecked(""); len(left) > 0 {
		t.Errorf("golden values that nothing was compared with: %v", left)
	}
	return f
}

package prompt

import (
	"testing"

	"frontdoor/autograd"
	"frontdoor/clip"
	"frontdoor/data/augment"
	"frontdoor/internal/golden"
	"frontdoor/nn"
)

// The methods of tools/golden/prompts.py, by the names they have there.
func torchMethods(t *testing.T, m *clip.Model, f *golden.File) map[string]Method {
	t.Helper()
	must := func(l Method, err error) Method {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return l
	}
	coop := func(c Context) Method {
		l, err := NewCoOp(m, c, 1)
		return must(l, err)
	}
	independent := func(s Towers) Method {
		l, err := NewIndependent(m, s, 1)
		return must(l, err)
	}
	cocoop, err := NewCoCoOp(m, Context{Words: f.Template}, 1)
	return map[string]Method{
		"coop.end":    coop(Context{Words: f.Template, Position: End}),
		"coop.middle": coop(Context{Words: f.Template, Position: Middle}),
		"coop.front":  coop(Context{Words: f.Template, Position: Front}),
		"coop.csc":    coop(Context{Tokens: 4, PerClass: true}),
		"cocoop":      must(cocoop, err),
		"ivlp":        independent(Towers{TextTokens: 2, TextDepth: 3, VisionTokens: 2, VisionDepth: 2}),
		"language":    independent(Towers{TextTokens: 4, TextDepth: 3}),
		"vpt.shallow": independent(Towers{VisionTokens: 3, VisionDepth: 1}),
		"vpt.deep":    independent(Towers{VisionTokens: 3, VisionDepth: 3}),
	}
}

// Each method's logits, loss and every gradient, the losses of ten steps, and
// what has been learned at the end.
func TestTorchMethods(t *testing.T) { golden.OnThreads(t, torchMethodsOf) }

func torchMethodsOf(t *testing.T) *golden.File {
	t.Helper()
	f := golden.Read(t, "testdata/torch_prompts.json")
	m := torchModel(t, f)
	for name, method := range torchMethods(t, m, f) {
		t.Run(name, func(t *testing.T) { checkTorchMethod(t, f, m, name+".", method) })
	}
	if left := f.Unchecked(""); len(left) > 0 {
		t.Errorf("golden values that nothing was compared with: %v", left)
	}
	return f
}

func checkTorchMethod(t *testing.T, f *golden.File, m *clip.Model, at string, method Method) {
	l := Tune("x", method, augment.View{})
	if err := l.SetClasses(f.Names); err != nil {
		t.Fatal(err)
	}
	for _, p := range l.Params() {
		copy(p.Data, golden.Tensor32(p.Name, p.Len(), torchFactor(p.Name), 0))
	}
	// Once more, because what was kept belongs to the old numbers.
	if err := l.SetClasses(f.Names); err != nil {
		t.Fatal(err)
	}
	side, n := m.Config.Vision.Image, len(f.Labels)
	images := autograd.Const(golden.Tensor32("images", n*3*side*side, 4, 0), n, 3, side, side)
	f.Check(t, at+"logits", l.Logits(nil, l.ImageFeatures(nil, images)).Data, torchForward)

	var losses []float32
	tp := autograd.NewTape()
	tp.Poison()
	sgd := nn.NewSGD(l.Params())
	for step := range f.Values[at+"losses"].Data {
		loss := l.Loss(tp, Batch{Images: images, Labels: f.Labels})
		losses = append(losses, loss.Item())
		tp.Backward(loss)
		if step == 0 {
			f.Check(t, at+"loss", losses, torchForward)
			for _, p := range l.Params() {
				f.Check(t, at+"grad."+p.Name, p.Grad(), torchGradient)
			}
		}
		sgd.Step(f.Rate)
		tp.Reset()
	}
	f.Check(t, at+"losses", losses, torchTrained)
	for _, p := range l.Params() {
		f.Check(t, at+"after."+p.Name, p.Data, torchLearned)
	}
	f.Check(t, at+"after.logits", l.Logits(nil, l.ImageFeatures(nil, images)).Data, torchTrained)
}

// torchFactor scales a learned tensor: CoCoOp's network is larger than tokens.
func torchFactor(name string) float64 {
	if len(name) > 8 && name[:8] == "meta_net" {
		return 1
	}
	return golden.CLIPFactor
}

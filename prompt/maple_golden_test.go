package prompt

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"frontdoor/autograd"
	"frontdoor/clip"
	"frontdoor/data/augment"
	"frontdoor/internal/golden"
	"frontdoor/nn"
	"frontdoor/textenc"
	"frontdoor/vit"
)

// goldenMaPLe is MaPLe with two learned tokens on the reference's tiny model.
func goldenMaPLe(t *testing.T, depth int, how textenc.Saving) *Ensemble {
	t.Helper()
	c := clip.Config{
		Embed:  golden.Embed,
		Vision: vit.Config{Image: golden.Side, Patch: golden.Patch, Width: golden.Width, Layers: golden.Layers, Heads: golden.Heads},
		Text:   textenc.Config{Context: golden.Context, Vocab: golden.Vocab, Width: golden.Width, Layers: golden.Layers, Heads: golden.Heads},
	}
	m, err := clip.Build(c, nil, golden.Fetch)
	if err != nil {
		t.Fatal(err)
	}
	const n, d = 2, golden.Width
	tpl := &Coupled{Coupling: Coupling{Tokens: n, Depth: depth}}
	param := func(name string, shape ...int) *autograd.Tensor {
		size := 1
		for _, s := range shape {
			size *= s
		}
		return autograd.Param(golden.Weights(name, size, 0.3), shape...)
	}
	for j := range depth {
		text, proj := "ctx", "proj"
		if j > 0 {
			text = fmt.Sprintf("compound_prompts_text.%d", j-1)
			proj = fmt.Sprintf("compound_prompt_projections.%d", j-1)
		}
		tpl.Text = append(tpl.Text, param(text, n, d))
		tpl.Proj = append(tpl.Proj, nn.Linear{W: param(proj+".weight", d, d), B: param(proj+".bias", d)})
	}
	// The template trap: only the first two of the four words of the phrase
	// are learned, the other two stay.
	prompts := golden.Tokens()
	for _, ids := range prompts {
		ids[1], ids[2] = textenc.Learned(0), textenc.Learned(1)
	}
	l := mapleOf(m, tpl, augment.View{})
	l.packed = textenc.NewBatch([][][]int{prompts}, how)
	return l
}

func goldenBatch() Batch {
	return Batch{
		Images: autograd.Const(golden.Image(), golden.Images, 3, golden.Side, golden.Side),
		Labels: golden.Labels(),
	}
}

// The reference ran in float64, this in float32 (6e-8 an operation, some sixty
// operations deep); logits are a hundred times a cosine.
const (
	logitTolerance = 1e-4 // absolute
	gradTolerance  = 1e-4 // relative to the norm of the gradient
)

func TestMaPLeAgreesWithTheReference(t *testing.T) {
	ref := golden.TinyClip()
	for _, how := range []textenc.Saving{{}, {NoSharing: true}, {PadTo: golden.Context}} {
		for depth, want := range map[int]golden.Run{2: ref.MaPLeDepth2, 3: ref.MaPLeDepth3} {
			l := goldenMaPLe(t, depth, how)
			tp := autograd.NewTape()
			v, w := l.Features(tp, goldenBatch().Images)
			logits := l.Model.Logits(tp, v, w)
			for i, row := range want.Logits {
				for k, x := range row {
					if got := float64(logits.Row(i)[k]); !(math.Abs(got-x) <= logitTolerance) {
						t.Errorf("depth %d, %+v: logits[%d][%d] = %v, want %v", depth, how, i, k, got, x)
					}
				}
			}
			if want.Grads == nil {
				continue
			}
			tp.Backward(tp.CrossEntropy(logits, golden.Labels()))
			for _, p := range l.Params() {
				checkGradient(t, p, want.Grads["prompt_learner."+p.Name])
			}
			if l.Model.Text.Token.Grad() != nil || l.Model.Vision.Proj.Grad() != nil {
				t.Error("a frozen tensor got a gradient")
			}
		}
	}
}

func checkGradient(t *testing.T, p nn.Named, want golden.Gradient) {
	t.Helper()
	norm := 0.0
	for _, g := range p.Grad() {
		norm += float64(g) * float64(g)
	}
	norm = math.Sqrt(norm)
	if !(math.Abs(norm-want.Norm) <= gradTolerance*want.Norm) {
		t.Errorf("%s: gradient norm %v, want %v", p.Name, norm, want.Norm)
	}
	for i, x := range want.First4 {
		if got := float64(p.Grad()[i]); !(math.Abs(got-x) <= gradTolerance*want.Norm) {
			t.Errorf("%s: gradient[%d] = %v, want %v", p.Name, i, got, x)
		}
	}
}

func TestMaPLeTrainsAsTheReference(t *testing.T) {
	want := golden.TinyClip().MaPLeDepth3.Losses
	l := goldenMaPLe(t, 3, textenc.Saving{})
	opt := nn.NewSGD(l.Params())
	tp := autograd.NewTape()
	tp.Poison()
	for i, x := range want {
		loss := l.Loss(tp, goldenBatch())
		// Steps of a third of the loss amplify rounding: one digit is lost a step.
		if got := float64(loss.Item()); !(math.Abs(got-x) <= 1e-4*math.Pow(10, float64(i))*x) {
			t.Errorf("loss of step %d = %v, want %v", i, got, x)
		}
		tp.Backward(loss)
		opt.Step(0.0035)
		tp.Reset()
	}
}

func TestMaPLeNamesAreTheOriginals(t *testing.T) {
	var names []string
	for _, p := range goldenMaPLe(t, 2, textenc.Saving{}).Params() {
		names = append(names, p.Name)
	}
	got := strings.Join(names, " ")
	want := "ctx proj.weight proj.bias compound_prompts_text.0 compound_prompt_projections.0.weight compound_prompt_projections.0.bias"
	if got != want {
		t.Errorf("names %q, want %q", got, want)
	}
}

package prompt

import (
	"math"
	"testing"

	"frontdoor/autograd"
	"frontdoor/clip"
	"frontdoor/data/augment"
	"frontdoor/internal/golden"
	"frontdoor/nn"
	"frontdoor/textenc"
	"frontdoor/vit"
)

// goldenModel is the reference's tiny model.
func goldenModel(t *testing.T) *clip.Model {
	t.Helper()
	m, err := clip.Build(clip.Config{
		Embed:  golden.Embed,
		Vision: vit.Config{Image: golden.Side, Patch: golden.Patch, Width: golden.Width, Layers: golden.Layers, Heads: golden.Heads},
		Text:   textenc.Config{Context: golden.Context, Vocab: golden.Vocab, Width: golden.Width, Layers: golden.Layers, Heads: golden.Heads},
	}, nil, golden.Fetch)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func goldenParam(name string, factor float64, shape ...int) *autograd.Tensor {
	p := autograd.Zeros(shape...)
	copy(p.Data, golden.Weights(name, p.Len(), factor))
	p.SetTrainable(true)
	return p
}

func goldenCoOp(t *testing.T, at Position) Method {
	l := &CoOp{Model: goldenModel(t), Context: Context{Position: at}, n: 4, Ctx: goldenParam("ctx", golden.Factor, 4, golden.Width)}
	prompts := golden.Tokens()
	for k, ids := range prompts {
		prompts[k] = l.arrange(ids, l.n, golden.NameLengths()[k], 0)
	}
	l.text.set(l.Model, prompts)
	return l
}

func goldenCoCoOp(t *testing.T) Method {
	const e, d, hidden = golden.Embed, golden.Width, golden.Embed / metaShare
	l := &CoCoOp{Model: goldenModel(t), Ctx: goldenParam("ctx", golden.Factor, 4, d), packed: map[int]*textenc.Batch{}}
	meta := func(name string, shape ...int) *autograd.Tensor {
		return goldenParam("meta_net."+name, golden.MetaFactor, shape...)
	}
	l.Meta = [2]nn.Linear{
		{W: meta("linear1.weight", hidden, e), B: meta("linear1.bias", hidden)},
		{W: meta("linear2.weight", d, hidden), B: meta("linear2.bias", d)},
	}
	l.prompts = golden.Tokens()
	for k, ids := range l.prompts {
		l.prompts[k] = l.arrange(ids, 4, golden.NameLengths()[k], 0)
	}
	return l
}

func goldenIVLP(t *testing.T) Method {
	l := &Independent{Model: goldenModel(t), Towers: Towers{2, golden.Layers, 2, golden.Layers}}
	own := func(name string) *autograd.Tensor { return goldenParam(name, golden.Factor, 2, golden.Width) }
	l.Text = &textenc.Prompts{First: own("ctx")}
	l.Vision = &vit.Prompts{First: own("visual.VPT")}
	for _, block := range []string{"1", "2"} {
		l.Text.Deep = append(l.Text.Deep, own("transformer.resblocks."+block+".VPT_shallow"))
		l.Vision.Deep = append(l.Vision.Deep, own("visual.transformer.resblocks."+block+".VPT_shallow"))
	}
	prompts := golden.Tokens()
	for _, ids := range prompts { // "of a" stays
		ids[1], ids[2] = textenc.Learned(0), textenc.Learned(1)
	}
	l.classes.set(l.Model, prompts)
	return l
}

// Logits, loss, every gradient and the losses of three steps, against what the
// published implementations gave.
func TestMethodsAgreeWithTheReference(t *testing.T) {
	ref := golden.TinyClip()
	for name, c := range map[string]struct {
		method Method
		want   golden.Run
	}{
		"CoOp, name at the end":        {goldenCoOp(t, End), ref.CoOpEnd},
		"CoOp, name in the middle":     {goldenCoOp(t, Middle), ref.CoOpMiddle},
		"CoOp, name in front":          {goldenCoOp(t, Front), ref.CoOpFront},
		"CoCoOp":                       {goldenCoCoOp(t), ref.CoCoOp},
		"independent prompts, depth 3": {goldenIVLP(t), ref.IVLP},
	} {
		t.Run(name, func(t *testing.T) { checkRun(t, c.method, c.want) })
	}
}

func checkRun(t *testing.T, m Method, want golden.Run) {
	l := Tune("x", m, augment.View{})
	tp := autograd.NewTape()
	tp.Poison()
	opt := nn.NewSGD(l.Params())
	batch := goldenBatch()
	for _, tape := range []*autograd.Tape{nil, tp} {
		logits := l.Logits(tape, l.ImageFeatures(tape, batch.Images))
		for i, row := range want.Logits {
			for k, x := range row {
				if got := float64(logits.Row(i)[k]); !(math.Abs(got-x) <= logitTolerance) {
					t.Errorf("logits[%d][%d] = %v, want %v", i, k, got, x)
				}
			}
		}
	}
	tp.Reset()
	if len(want.Grads) != len(l.Params()) {
		t.Errorf("%d trained tensors, want %d", len(l.Params()), len(want.Grads))
	}
	for step, x := range want.Losses {
		loss := l.Loss(tp, batch)
		// As in TestMaPLeTrainsAsTheReference: a digit is lost a step.
		if got := float64(loss.Item()); !(math.Abs(got-x) <= 1e-4*math.Pow(10, float64(step))*x) {
			t.Errorf("loss of step %d = %v, want %v", step, got, x)
		}
		if step == 0 {
			if got := float64(loss.Item()); !(math.Abs(got-want.Loss) <= logitTolerance) {
				t.Errorf("loss = %v, want %v", got, want.Loss)
			}
		}
		tp.Backward(loss)
		if step == 0 {
			for _, p := range l.Params() {
				g, ok := want.Grads[p.Name]
				if !ok {
					g, ok = want.Grads["prompt_learner."+p.Name]
				}
				if !ok {
					t.Errorf("the reference does not train %s", p.Name)
				}
				checkGradient(t, p, g)
			}
		}
		opt.Step(0.0035)
		tp.Reset()
	}
	if want.CtxAfter != nil {
		for i, x := range want.CtxAfter {
			if got := float64(l.Params()[0].Data[i]); !(math.Abs(got-x) <= 1e-4) {
				t.Errorf("ctx[%d] after training = %v, want %v", i, got, x)
			}
		}
	}
}

// The saving of CoCoOp is exact: prompts of an image that share their learned
// tokens give what each gives alone, padded to the context.
func TestCoCoOpPackingIsExact(t *testing.T) {
	want := goldenCoCoOp(t).(*CoCoOp)
	plain := goldenCoCoOp(t).(*CoCoOp)
	var groups [][][]int
	for i := range golden.Images {
		for _, ids := range want.prompts {
			own := append([]int(nil), ids...)
			for at, id := range own {
				if id < 0 {
					own[at] = textenc.Learned(i*4 + ^id)
				}
			}
			groups = append(groups, [][]int{own})
		}
	}
	plain.packed[golden.Images] = textenc.NewBatch(groups, textenc.Saving{NoSharing: true, PadTo: golden.Context})
	f := want.Model.ImageFeatures(nil, goldenBatch().Images)
	a, b := want.textFeatures(nil, f), plain.textFeatures(nil, f)
	for i, x := range a.Data {
		if math.Abs(float64(x-b.Data[i])) > 2e-6 {
			t.Fatalf("feature %d = %v, plainly %v", i, x, b.Data[i])
		}
	}
	// SOT and four tokens once an image, then 4, 3 and 5 tokens of its classes.
	if got, want := want.pack(golden.Images).Rows(), golden.Images*(5+4+3+5); got != want {
		t.Errorf("%d packed rows, want %d: the prompts of an image do not share their tokens", got, want)
	}
}

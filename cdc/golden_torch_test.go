package cdc

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"frontdoor/autograd"
	"frontdoor/clip"
	"frontdoor/internal/golden"
	"frontdoor/nn"
	"frontdoor/prompt"
	"frontdoor/textenc/bpe"
)

// How far a tensor may be from PyTorch's float64, as a share of its largest
// element. float32 resolves 6e-8.
const (
	// Opinions and losses of given logits: a few roundings each, with digamma
	// and the opinions themselves in float64.
	torchHead = 2e-6
	// Logits that went through both towers, six blocks of rounded sums, and
	// losses of such logits. A logit of 20 that is off by 1e-6 of itself
	// changes exp(l - c) by twenty times as much.
	torchForward = 5e-6
	torchOpinion = 5e-5
	// Gradients: back through the same blocks. PyTorch's own float32 is off by
	// up to 1.6e-5.
	torchGradient = 5e-5
	// Losses of ten steps, in which those errors have been added up and fed back.
	torchTrained = 2e-5
	// What was learned: only its movement, a fraction of its size, has errors
	// other than rounding.
	torchLearned = 5e-6
)

const torchFile = "testdata/torch_cdc.json"

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

// Evidence, Dempster's rule and the trusted losses of given logits. PyTorch
// fused opinion by opinion with the pairwise rule on beliefs, not by the closed
// form.
func TestTorchOpinions(t *testing.T) {
	f := golden.Read(t, torchFile)
	const m, b, k, c = 3, 4, 5, 2.5
	labels := []int{4, 0, 2, 2}
	logits := make([]*autograd.Tensor, m)
	for i := range logits {
		logits[i] = autograd.Param(golden.Tensor32(fmt.Sprintf("head.logits.%d", i), b*k, 16, 0), b, k)
	}
	for name, o := range map[string]Offset{"midpoint": Midpoint, "mean": Mean, "mean_max": MeanMax} {
		f.Check(t, "head.offset."+name, []float32{o.of(logits[0])}, torchHead)
	}
	for name, e := range map[string]Evidence{"exp": Exp, "softplus": Softplus, "relu": ReLU} {
		at := "head." + name + "."
		checkOpinions(t, f, at, e, logits, c)
		for _, kl := range []float32{0, 0.1} {
			tp := autograd.NewTape()
			o := Options{TrainOptions: TrainOptions{Evidence: e, Fused: 1}}
			loss := o.trusted(tp, logits, c, labels, kl)
			at := fmt.Sprintf("%skl%g.", at, kl)
			f.Check(t, at+"trusted", loss.Data, torchHead)
			tp.Backward(loss)
			for i, l := range logits {
				f.Check(t, fmt.Sprintf("%sdlogits.%d", at, i), l.Grad(), torchHead)
				l.ZeroGrad()
			}
		}
	}
	checkUsed(t, f, "head.", "head.diversity", "head.consistency")
}

// checkOpinions compares the first template's opinion and the fused one.
func checkOpinions(t *testing.T, f *golden.File, at string, e Evidence, logits []*autograd.Tensor, c float32) {
	b, k := logits[0].Rows(), logits[0].Cols()
	var alpha, belief, prob, u, fusedU, conflict []float32
	for i := range b {
		var opinions []Opinion
		var terms [][]float64
		for _, l := range logits {
			opinions = append(opinions, NewOpinion(widen(e.logOnePlus(nil, l, c, 1).Row(i))))
			terms = append(terms, widen(e.logOnePlus(nil, l, c, k).Row(i)))
		}
		first, fused := opinions[0], Fuse(terms...)
		for j, p := range first.Prob {
			alpha = append(alpha, float32(p*float64(k)/first.Uncertainty)) // alpha/S · S
			belief = append(belief, float32(first.Belief[j]))
			prob = append(prob, float32(fused.Prob[j]))
		}
		u, fusedU = append(u, float32(first.Uncertainty)), append(fusedU, float32(fused.Uncertainty))
		conflict = append(conflict, float32(Conflict(opinions...)))
	}
	f.Check(t, at+"alpha", alpha, torchHead)
	f.Check(t, at+"belief", belief, torchHead)
	f.Check(t, at+"uncertainty", u, torchHead)
	f.Check(t, at+"fused_prob", prob, torchHead)
	f.Check(t, at+"fused_uncertainty", fusedU, torchHead)
	f.Check(t, at+"conflict", conflict, torchHead)
}

// L_de and L_con of given features.
func TestTorchTextLosses(t *testing.T) {
	f := golden.Read(t, torchFile)
	const m, k, e = 3, 5, 16
	w0 := autograd.Const(golden.Tensor32("head.w0", k*e, 1, 0), k, e)
	w0 = (*autograd.Tape)(nil).L2Normalize(w0, 0)
	for name, term := range map[string]func(*autograd.Tape, []*autograd.Tensor, *autograd.Tensor) *autograd.Tensor{
		"head.diversity": diversity, "head.consistency": consistency,
	} {
		tp := autograd.NewTape()
		raw, unit := make([]*autograd.Tensor, m), make([]*autograd.Tensor, m)
		for i := range raw {
			raw[i] = autograd.Param(golden.Tensor32(fmt.Sprintf("head.w.%d", i), k*e, 1, 0), k, e)
			unit[i] = tp.L2Normalize(raw[i], 0)
		}
		loss := term(tp, unit, w0)
		f.Check(t, name, loss.Data, torchHead)
		tp.Backward(loss)
		for i, w := range raw {
			f.Check(t, fmt.Sprintf("%s.dw.%d", name, i), w.Grad(), torchHead)
		}
		checkUsed(t, f, name)
	}
}

func TestTorchStep(t *testing.T) {
	golden.OnThreads(t, func(t *testing.T) *golden.File { return checkTraining(t, "exp.", Exp, false) })
}

func TestTorchStepSoftplus(t *testing.T) {
	golden.OnThreads(t, func(t *testing.T) *golden.File { return checkTraining(t, "softplus_kl.", Softplus, true) })
}

// checkTraining compares a learner of three templates, from calibration over
// ten steps of training to prediction.
func checkTraining(t *testing.T, at string, e Evidence, kl bool) *golden.File {
	t.Helper()
	f := golden.Read(t, torchFile)
	o := DefaultOptions(3, prompt.Coupling{Tokens: f.Tokens, Depth: f.Depth}, f.Template+" {}.")
	// PyTorch fused by Dempster's rule, all templates looking at the whole image.
	o.Evidence, o.Consistency, o.Independence, o.Closed, o.TestViews = e, 4, 1, false, false
	if kl {
		o.KL = f.KL
	}
	l := torchLearner(t, f, o)
	side, b := l.Model.Config.Vision.Image, len(f.Labels)
	numbers := golden.Tensor32("images", o.M*b*3*side*side, 4, 0)
	views := autograd.Const(numbers, o.M*b, 3, side, side)
	clean := autograd.Const(numbers[:b*3*side*side], b, 3, side, side)

	zero := l.zero.Logits(l.Model.ImageFeatures(nil, clean))
	f.Check(t, at+"zero_logits", zero.Data, torchForward)
	l.Calibrate(zero)
	f.Check(t, at+"offset", l.offset.Data, torchForward)
	v, w := l.Features(nil, views)
	vs, ws := l.Split(nil, v), l.Split(nil, w)
	for m := range vs {
		f.Check(t, fmt.Sprintf("%slogits.%d", at, m), l.Model.Logits(nil, vs[m], ws[m]).Data, torchForward)
	}

	var losses []float32
	tp := autograd.NewTape()
	tp.Poison()
	sgd := nn.NewSGD(l.Params())
	for step := range f.Values[at+"losses"].Data {
		loss := l.Loss(tp, prompt.Batch{Images: views, Labels: f.Labels, Progress: f.Progress})
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
	got := prompt.Predict(l.Model, l, clean)
	f.Check(t, at+"after.prob", got.Prob.Data, torchOpinion)
	f.Check(t, at+"after.uncertainty", got.Uncertainty, torchOpinion)
	f.Check(t, at+"after.conflict", got.Conflict, torchOpinion)
	checkUsed(t, f, at)
	return f
}

// torchLearner makes a learner whose templates hold what tools/golden/cdc.py
// gave them.
func torchLearner(t *testing.T, f *golden.File, o Options) *Learner {
	t.Helper()
	l, err := New(torchModel(t, f), o, 1)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range l.Params() {
		name := strings.Replace(p.Name, "template.", "cdc.", 1)
		copy(p.Data, golden.Tensor32(name, p.Len(), golden.CLIPFactor, 0))
	}
	if err := l.SetClasses(f.Names); err != nil {
		t.Fatal(err)
	}
	for _, template := range l.Templates {
		var ids [][]int
		for _, name := range f.Names {
			row, err := l.Model.Tokenizer.Tokenize(template.Phrase+" "+name+".", l.Model.Config.Text.Context, false)
			if err != nil {
				t.Fatal(err)
			}
			ids = append(ids, row)
		}
		if got, want := fmt.Sprint(ids), fmt.Sprint(f.Prompts[template.Phrase]); got != want {
			t.Errorf("prompts of %q are %s, want %s", template.Phrase, got, want)
		}
	}
	return l
}

// checkUsed fails if something in the golden file that begins with prefix was
// compared with nothing, unless another test sees to it.
func checkUsed(t *testing.T, f *golden.File, prefix string, elsewhere ...string) {
	t.Helper()
next:
	for _, name := range f.Unchecked(prefix) {
		for _, other := range elsewhere {
			if strings.HasPrefix(name, other) {
				continue next
			}
		}
		t.Errorf("the golden value %s was compared with nothing", name)
	}
}

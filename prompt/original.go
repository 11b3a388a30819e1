package prompt

import (
	"fmt"
	"strings"

	"frontdoor/autograd"
	"frontdoor/clip"
	"frontdoor/data/augment"
	"frontdoor/nn"
	"frontdoor/textenc"
	"frontdoor/vit"
	"frontdoor/weights"
)

// The published implementations write what they have learned to files called
// model.pth.tar-N. CoOp and CoCoOp keep their prompt learner (ctx,
// meta_net....); MaPLe, independent prompting and VPT keep the whole model
// (prompt_learner...., image_encoder...., text_encoder....). Besides what was
// learned they hold token_prefix and token_suffix, embeddings of the classes
// that were trained on, which are made anew for the classes that are asked
// about.

// learnerPrefix stands before the names of MaPLe's prompt learner.
const learnerPrefix = "prompt_learner."

// FromOriginal returns the learner that a checkpoint of CoOp, CoCoOp, MaPLe,
// independent prompting or VPT holds, ready to classify once it has classes,
// and the name of its method. Which one it is, and its sizes, follow from the
// tensors. The file may be closed afterwards. A file of another kind, or for
// another model, is an error.
func FromOriginal(m *clip.Model, f *weights.File) (l Learner, method string, err error) {
	c := original{f: f, model: m}
	switch {
	case c.has(learnerPrefix + "proj.weight"):
		l, method = c.maple(), "maple"
	case c.has("image_encoder.VPT"), c.has("text_encoder.transformer.resblocks.1.VPT_shallow"):
		l, method = c.independent()
	case c.has("meta_net.linear1.weight"):
		l, method = c.cocoop(), "cocoop"
	case c.has("ctx"):
		l, method = c.coop(), "coop"
	default:
		return nil, "", fmt.Errorf("prompt: %s: no learned prompts: not a checkpoint of CoOp, CoCoOp, MaPLe, independent prompting or VPT", f.Name())
	}
	if c.err != nil {
		return nil, "", fmt.Errorf("prompt: %s: %w", f.Name(), c.err)
	}
	return l, method, nil
}

// original reads tensors until the first error, which it keeps.
type original struct {
	f     *weights.File
	model *clip.Model
	err   error
}

// find looks a tensor up, also behind the "module." of parallel training.
func (c *original) find(name string) (weights.Tensor, bool) {
	if t, ok := c.f.Tensor(name); ok {
		return t, true
	}
	return c.f.Tensor("module." + name)
}

func (c *original) has(name string) bool {
	_, ok := c.find(name)
	return ok
}

// param returns a copy of a tensor as a parameter. A dimension of 0 in shape
// fits any.
func (c *original) param(name string, shape ...int) *autograd.Tensor {
	t, ok := c.find(name)
	fits := ok && t.DType.IsFloat() && len(t.Shape) == len(shape)
	for i := range shape {
		fits = fits && (shape[i] == t.Shape[i] || shape[i] == 0 && t.Shape[i] > 0)
	}
	switch {
	case fits:
		return autograd.Param(t.CopyFloat32(), t.Shape...)
	case c.err != nil:
	case !ok:
		c.err = fmt.Errorf("tensor %q is missing", name)
	default:
		text := strings.ReplaceAll(fmt.Sprint(shape), "0 ", "any ")
		c.err = fmt.Errorf("tensor %q has type %s and shape %v, this model needs %s: the checkpoint belongs to another model", name, t.DType, t.Shape, text)
	}
	for i := range shape {
		shape[i] = max(1, shape[i])
	}
	return autograd.Zeros(shape...)
}

func (c *original) coop() Learner {
	l := &CoOp{Model: c.model}
	if t, _ := c.find("ctx"); len(t.Shape) == 3 {
		l.PerClass = true
		l.Ctx = c.param("ctx", 0, 0, c.model.Config.Text.Width)
		l.n = l.Ctx.Dim(1)
	} else {
		l.Ctx = c.param("ctx", 0, c.model.Config.Text.Width)
		l.n = l.Ctx.Dim(0)
	}
	l.Tokens = l.n
	return Tune("coop", l, augment.View{})
}

func (c *original) cocoop() Learner {
	e, d := c.model.Config.Embed, c.model.Config.Text.Width
	l := &CoCoOp{Model: c.model, Ctx: c.param("ctx", 0, d)}
	l.Tokens = l.Ctx.Dim(0)
	w := c.param("meta_net.linear1.weight", 0, e)
	hidden := w.Dim(0)
	l.Meta[0] = nn.Linear{W: w, B: c.param("meta_net.linear1.bias", hidden)}
	l.Meta[1] = nn.Linear{W: c.param("meta_net.linear2.weight", d, hidden), B: c.param("meta_net.linear2.bias", d)}
	return Tune("cocoop", l, augment.View{})
}

func (c *original) maple() Learner {
	dt, dv := c.model.Config.Text.Width, c.model.Config.Vision.Width
	t := &Coupled{Phrase: phrase}
	add := func(text, proj string) {
		t.Text = append(t.Text, c.param(learnerPrefix+text, t.Tokens, dt))
		t.Proj = append(t.Proj, nn.Linear{W: c.param(learnerPrefix+proj+".weight", dv, dt), B: c.param(learnerPrefix+proj+".bias", dv)})
		t.Tokens, t.Depth = t.Text[0].Dim(0), len(t.Text)
	}
	add("ctx", "proj")
	for i := 0; c.has(fmt.Sprintf("%scompound_prompts_text.%d", learnerPrefix, i)); i++ {
		add(fmt.Sprintf("compound_prompts_text.%d", i), fmt.Sprintf("compound_prompt_projections.%d", i))
	}
	if err := t.check(c.model, len(c.model.Tokenizer.Encode(phrase))); err != nil && c.err == nil {
		c.err = err
	}
	return &MaPLe{Multi: Multi{Model: c.model, Templates: []*Coupled{t}}}
}

// independent reads prompts of both towers, of which one may have none.
func (c *original) independent() (Learner, string) {
	l := &Independent{Model: c.model}
	deep := func(tower string, n, d int) (all []*autograd.Tensor) {
		for i := 1; ; i++ {
			name := fmt.Sprintf("%s.transformer.resblocks.%d.VPT_shallow", tower, i)
			if !c.has(name) {
				return all
			}
			all = append(all, c.param(name, n, d))
		}
	}
	method := "vpt"
	if c.has(learnerPrefix + "ctx") {
		d := c.model.Config.Text.Width
		l.Text = &textenc.Prompts{First: c.param(learnerPrefix+"ctx", 0, d)}
		l.TextTokens = l.Text.First.Dim(0)
		l.Text.Deep = deep("text_encoder", l.TextTokens, d)
		l.TextDepth = 1 + len(l.Text.Deep)
		method = "language"
	}
	if c.has("image_encoder.VPT") {
		d := c.model.Config.Vision.Width
		l.Vision = &vit.Prompts{First: c.param("image_encoder.VPT", 0, d)}
		l.VisionTokens = l.Vision.First.Dim(0)
		l.Vision.Deep = deep("image_encoder", l.VisionTokens, d)
		l.VisionDepth = 1 + len(l.Vision.Deep)
		if l.Text != nil {
			method = "ivlp"
		}
	}
	if err := l.check(c.model); err != nil && c.err == nil {
		c.err = err
	}
	return Tune(method, l, augment.View{}), method
}

// Export lists what a learner has learned in the tensor names that its
// original gives them, for weights.WriteTorch. CDC and what else has no
// original keep their names.
func Export(l Learner) []weights.Tensor {
	prefix := ""
	switch l.(type) {
	case *MaPLe, *MaPLePlusZeroShot:
		prefix = learnerPrefix
	}
	var ts []weights.Tensor
	for _, p := range l.State() {
		ts = append(ts, weights.NewF32(prefix+p.Name, p.Shape(), p.Data))
	}
	return ts
}

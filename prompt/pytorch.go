package prompt

import (
	"fmt"
	"strings"

	"frontdoor/autograd"
	"frontdoor/clip"
	"frontdoor/data"
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
// learned they hold token_prefix and token_suffix, embeddings of the training
// classes, which are made anew for other classes.

// LearnerPrefix stands before the names of MaPLe's and independent prompting's
// text tensors in their checkpoints.
const LearnerPrefix = "prompt_learner."

// CheckpointTensor finds a tensor of a published checkpoint, also behind the
// "module." of parallel training.
func CheckpointTensor(f *weights.File, name string) (weights.Tensor, bool) {
	if t, ok := f.Tensor(name); ok {
		return t, true
	}
	return f.Tensor("module." + name)
}

// checkpoint reads tensors until the first error, which it keeps.
type checkpoint struct {
	f     *weights.File
	model *clip.Model
	err   error
}

func (c *checkpoint) has(name string) bool {
	_, ok := CheckpointTensor(c.f, name)
	return ok
}

// fail keeps err unless there is an earlier one.
func (c *checkpoint) fail(err error) {
	if c.err == nil {
		c.err = err
	}
}

// named returns the first error, with the file's name.
func (c *checkpoint) named() error {
	if c.err == nil {
		return nil
	}
	return fmt.Errorf("prompt: %s: %w", c.f.Name(), c.err)
}

// param returns a copy of a tensor as a parameter. A dimension of 0 in shape
// fits any.
func (c *checkpoint) param(name string, shape ...int) *autograd.Tensor {
	t, ok := CheckpointTensor(c.f, name)
	fits := ok && t.DType.IsFloat() && len(t.Shape) == len(shape)
	for i := range shape {
		fits = fits && (shape[i] == t.Shape[i] || shape[i] == 0 && t.Shape[i] > 0)
	}
	switch {
	case fits && !t.Finite():
		c.fail(fmt.Errorf("tensor %q holds NaN or infinite numbers: the file is damaged", name))
	case fits:
		return autograd.Param(t.CopyFloat32(), t.Shape...)
	case !ok:
		c.fail(fmt.Errorf("tensor %q is missing", name))
	default:
		text := strings.ReplaceAll(fmt.Sprint(shape), "0 ", "any ")
		c.fail(fmt.Errorf("tensor %q has type %s and shape %.60s, this model needs floats of shape %s: the checkpoint belongs to another model", name, t.DType, fmt.Sprint(t.Shape), text))
	}
	for i := range shape {
		shape[i] = max(1, shape[i])
	}
	return autograd.Zeros(shape...)
}

// ReadCoOp returns the context of a checkpoint of CoOp, one for all classes or
// one for each. Without classes yet, it is ready for SetClasses. The file may be
// closed afterwards. A file that lacks a tensor, or of another model's sizes, is
// an error.
func ReadCoOp(m *clip.Model, f *weights.File) (*CoOp, error) {
	c := &checkpoint{f: f, model: m}
	l := &CoOp{Model: m}
	if t, _ := CheckpointTensor(f, "ctx"); len(t.Shape) == 3 {
		l.PerClass = true
		l.Ctx = c.param("ctx", 0, 0, m.Config.Text.Width)
		l.n = l.Ctx.Dim(1)
	} else {
		l.Ctx = c.param("ctx", 0, m.Config.Text.Width)
		l.n = l.Ctx.Dim(0)
	}
	l.Tokens = l.n
	return l, c.named()
}

// ReadCoCoOp is [ReadCoOp] of a checkpoint of CoCoOp.
func ReadCoCoOp(m *clip.Model, f *weights.File) (*CoCoOp, error) {
	c := &checkpoint{f: f, model: m}
	e, d := m.Config.Embed, m.Config.Text.Width
	l := &CoCoOp{Model: m, Ctx: c.param("ctx", 0, d)}
	l.Tokens = l.Ctx.Dim(0)
	w := c.param("meta_net.linear1.weight", 0, e)
	hidden := w.Dim(0)
	l.Meta[0] = nn.Linear{W: w, B: c.param("meta_net.linear1.bias", hidden)}
	l.Meta[1] = nn.Linear{W: c.param("meta_net.linear2.weight", d, hidden), B: c.param("meta_net.linear2.bias", d)}
	return l, c.named()
}

// ReadMaPLe is [ReadCoOp] of a checkpoint of MaPLe. The number of tokens and of
// prompted blocks follow from the tensors.
func ReadMaPLe(m *clip.Model, f *weights.File) (*Ensemble, error) {
	c := &checkpoint{f: f, model: m}
	dt, dv := m.Config.Text.Width, m.Config.Vision.Width
	t := &Coupled{Phrase: data.Phrase}
	add := func(text, proj string) {
		t.Text = append(t.Text, c.param(LearnerPrefix+text, t.Tokens, dt))
		t.Proj = append(t.Proj, nn.Linear{W: c.param(LearnerPrefix+proj+".weight", dv, dt), B: c.param(LearnerPrefix+proj+".bias", dv)})
		t.Tokens, t.Depth = t.Text[0].Dim(0), len(t.Text)
	}
	add("ctx", "proj")
	for i := 0; c.has(fmt.Sprintf("%scompound_prompts_text.%d", LearnerPrefix, i)); i++ {
		add(fmt.Sprintf("compound_prompts_text.%d", i), fmt.Sprintf("compound_prompt_projections.%d", i))
	}
	if err := t.check(m, len(m.Tokenizer.Encode(t.Phrase))); err != nil {
		c.fail(err)
	}
	return mapleOf(m, t, augment.View{}), c.named()
}

// ReadIndependent is [ReadCoOp] of a checkpoint with prompts of both towers, or
// of one: independent prompting, deep language prompting, VPT.
func ReadIndependent(m *clip.Model, f *weights.File) (*Independent, error) {
	c := &checkpoint{f: f, model: m}
	l := &Independent{Model: m}
	deep := func(tower string, n, d int) (all []*autograd.Tensor) {
		for i := 1; ; i++ {
			name := fmt.Sprintf("%s.transformer.resblocks.%d.VPT_shallow", tower, i)
			if !c.has(name) {
				return all
			}
			all = append(all, c.param(name, n, d))
		}
	}
	if c.has(LearnerPrefix + "ctx") {
		d := m.Config.Text.Width
		l.Text = &textenc.Prompts{First: c.param(LearnerPrefix+"ctx", 0, d)}
		l.TextTokens = l.Text.First.Dim(0)
		l.Text.Deep = deep("text_encoder", l.TextTokens, d)
		l.TextDepth = 1 + len(l.Text.Deep)
	}
	if c.has("image_encoder.VPT") {
		d := m.Config.Vision.Width
		l.Vision = &vit.Prompts{First: c.param("image_encoder.VPT", 0, d)}
		l.VisionTokens = l.Vision.First.Dim(0)
		l.Vision.Deep = deep("image_encoder", l.VisionTokens, d)
		l.VisionDepth = 1 + len(l.Vision.Deep)
	}
	if err := l.check(m); err != nil {
		c.fail(err)
	}
	return l, c.named()
}

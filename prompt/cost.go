package prompt

import (
	"errors"

	"frontdoor/clip"
	"frontdoor/data"
	"frontdoor/nn"
	"frontdoor/textenc"
	"frontdoor/vit"
)

// Tower is one of the two.
type Tower int

// The towers.
const (
	Text Tower = iota
	Vision
)

// Pass is one run of a tower that a learner asks for.
type Pass struct {
	Tower Tower
	Taped bool // recorded, and taken back
	Rows  int  // tokens in front of the first block
	Cost  nn.Cost
}

// Costs is what a learner asks of the towers, everything else being little
// beside them. It follows from the names of the classes, not from what has been
// learned.
type Costs struct {
	Classes  []Pass // constant features, when classes are set
	Step     []Pass // a training step, without the features that FrozenStep says
	Text     []Pass // features of the classes, before the first prediction
	Tuned    []Pass // image features of a batch of test images by what was learned
	Classify []Pass // of a batch of test images, besides
	// FrozenStep and FrozenTest say that a training batch and a test image are read
	// by features of the frozen tower.
	FrozenStep, FrozenTest bool
}

// Costing is a learner or method that can tell its costs for classes, a
// training batch of so many images in each of its views, and so many test
// images at once. Asking changes no classes.
type Costing interface {
	Costs(names []string, batch, test int) (Costs, error)
}

// ErrNoCosts is returned by Costs of a learner whose method cannot tell them.
var ErrNoCosts = errors.New("prompt: the method cannot tell what it costs")

// textPass is one pass of the text tower.
func textPass(m *clip.Model, p *textenc.Batch, taped bool) Pass {
	return Pass{Text, taped, p.Rows(), m.Text.Cost(p)}
}

// visionPass is one pass of the image tower on images in front of which there
// are so many learned tokens.
func visionPass(m *clip.Model, images, tokens int, taped bool) Pass {
	c := m.Config.Vision
	b := vit.NewBatch(c, make([]int, images), tokens)
	return Pass{Vision, taped, images * (c.Tokens() + tokens), m.Vision.Cost(b)}
}

// FrozenPass is the pass of the frozen image tower on so many images.
func FrozenPass(m *clip.Model, images int) Pass { return visionPass(m, images, 0, false) }

// captionPass is the pass of the text tower on filled templates.
func captionPass(m *clip.Model, template string, names []string) (Pass, error) {
	prompts, err := captions(m, template, names)
	if err != nil {
		return Pass{}, err
	}
	return textPass(m, textenc.NewBatch([][][]int{prompts}, m.Text.Saving), false), nil
}

// captions returns the ids of a template filled with each name.
func captions(m *clip.Model, template string, names []string) ([][]int, error) {
	prompts := make([][]int, len(names))
	for k, name := range names {
		var err error
		if prompts[k], err = m.Tokenizer.Tokenize(Fill(template, name), m.Config.Text.Context, false); err != nil {
			return nil, err
		}
	}
	return prompts, nil
}

// Costs of zero-shot classification: the captions once, and features of the frozen tower.
func (z *ZeroShot) Costs(names []string, _, _ int) (Costs, error) {
	c := Costs{FrozenTest: true}
	var long error
	for _, t := range z.templates {
		p, err := captionPass(z.model, t, names)
		if err != nil {
			long = err // SetClasses leaves the template out as well
			continue
		}
		c.Classes = append(c.Classes, p)
	}
	if len(c.Classes) == 0 {
		return c, long
	}
	return c, nil
}

// Costs of coupled templates: every template's prompts and views in each step.
func (l *Multi) Costs(names []string, batch, test int) (Costs, error) {
	p, err := packTemplates(l.Model, l.Templates, names)
	if err != nil {
		return Costs{}, err
	}
	m, t := len(l.Templates), l.Templates[0]
	c := l.Model.Config.Vision
	tuned := m // templates with image features of their own
	if l.OneVision {
		tuned = 1
	}
	return Costs{
		Step:  []Pass{textPass(l.Model, p, true), visionPass(l.Model, m*batch, t.Tokens, true)},
		Text:  []Pass{textPass(l.Model, p, false)},
		Tuned: []Pass{{Vision, false, tuned * test * (c.Tokens() + t.Tokens), l.Model.Vision.Cost(vit.NewSharedBatch(c, test, tuned, t.Tokens))}},
	}, nil
}

// Costs are the ensemble's and the zero-shot classifier's.
func (l *WithZeroShot) Costs(names []string, batch, test int) (Costs, error) {
	c, err := l.Ensemble.Costs(names, batch, test)
	if err != nil {
		return c, err
	}
	zero, err := l.zero.Costs(names, batch, test)
	c.Classes, c.FrozenTest = zero.Classes, true
	return c, err
}

// Costs are those of the method, if it tells them.
func (l *Tuned) Costs(names []string, batch, test int) (Costs, error) {
	if m, ok := l.Method.(Costing); ok {
		return m.Costs(names, batch, test)
	}
	return Costs{}, ErrNoCosts
}

// Costs of a context: the text tower alone.
func (l *CoOp) Costs(names []string, _, _ int) (Costs, error) {
	n := l.n
	prompts, err := l.Context.prompts(l.Model, names, n)
	if err != nil {
		return Costs{}, err
	}
	p := textenc.NewBatch([][][]int{prompts}, l.Model.Text.Saving)
	return Costs{
		Step: []Pass{textPass(l.Model, p, true)}, FrozenStep: true,
		Text: []Pass{textPass(l.Model, p, false)}, FrozenTest: true,
	}, nil
}

// Costs of conditional contexts: the classes' prompts once for each image.
func (l *CoCoOp) Costs(names []string, batch, test int) (Costs, error) {
	prompts, err := l.Context.prompts(l.Model, names, l.Ctx.Rows())
	if err != nil {
		return Costs{}, err
	}
	pass := func(images int, taped bool) Pass {
		return textPass(l.Model, textenc.NewBatch(imagePrompts(prompts, images, l.Ctx.Rows()), l.Model.Text.Saving), taped)
	}
	one := pass(1, false)
	part := min(test, max(1, maxRows/one.Rows))
	classify := pass(part, false)
	classify.Cost = classify.Cost.Times(float64(test) / float64(part))
	return Costs{Step: []Pass{pass(batch, true)}, FrozenStep: true, Classify: []Pass{classify}, FrozenTest: true}, nil
}

// Costs of independent prompts: a tower without them works without a tape, the
// text tower then once for the classes.
func (l *Independent) Costs(names []string, batch, test int) (Costs, error) {
	var c Costs
	n := 0
	if l.Text != nil {
		n = l.TextTokens
	}
	prompts, err := learnedPrompts(l.Model, data.Phrase, names, 0, n)
	if err != nil {
		return c, err
	}
	packed := textenc.NewBatch([][][]int{prompts}, l.Model.Text.Saving)
	c.Text = []Pass{textPass(l.Model, packed, false)}
	if l.Text != nil {
		c.Step = append(c.Step, textPass(l.Model, packed, true))
	}
	if c.FrozenStep = l.Vision == nil; c.FrozenStep {
		c.FrozenTest = true
		return c, nil
	}
	c.Step = append(c.Step, visionPass(l.Model, batch, l.VisionTokens, true))
	c.Tuned = []Pass{visionPass(l.Model, test, l.VisionTokens, false)}
	return c, nil
}

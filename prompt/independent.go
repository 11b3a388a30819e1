package prompt

import (
	"fmt"
	"math/rand/v2"

	"frontdoor/autograd"
	"frontdoor/clip"
	"frontdoor/data"
	"frontdoor/nn"
	"frontdoor/textenc"
	"frontdoor/vit"
)

// Independent has learned tokens in each tower, without a coupling between
// them. By its sizes it is one of three baselines of MaPLe's paper:
//
//	independent V-L prompting  tokens in both towers
//	deep language prompting    no vision tokens
//	VPT (Jia et al. 2022)      no text tokens: the classes are those of
//	                           "a photo of a {}."; shallow with depth 1
type Independent struct {
	Model *clip.Model
	Towers
	Text   *textenc.Prompts // nil without text tokens
	Vision *vit.Prompts     // nil without vision tokens

	classes classText
	layouts recent[*vit.Batch]
}

// Towers sizes independent prompts: how many tokens, and in how many blocks,
// the first one included. A depth of 0 leaves a tower as it is.
type Towers struct {
	TextTokens, TextDepth     int
	VisionTokens, VisionDepth int
}

// check reports sizes that the model has no room for.
func (s Towers) check(m *clip.Model) error {
	switch {
	case s.TextDepth < 0 || s.TextDepth > m.Config.Text.Layers:
		return fmt.Errorf("prompt: text prompt depth %d; this model takes 0 to %d", s.TextDepth, m.Config.Text.Layers)
	case s.VisionDepth < 0 || s.VisionDepth > m.Config.Vision.Layers:
		return fmt.Errorf("prompt: vision prompt depth %d; this model takes 0 to %d", s.VisionDepth, m.Config.Vision.Layers)
	case s.TextDepth == 0 && s.VisionDepth == 0:
		return fmt.Errorf("prompt: prompts of depth 0 in both towers leave nothing to learn")
	case s.VisionDepth > 0 && s.VisionTokens < 1:
		return fmt.Errorf("prompt: %d vision tokens; at least 1 is needed", s.VisionTokens)
	}
	return nil
}

// NewIndependent returns untrained prompts: the first text tokens are words of
// "a photo of a", of which those behind the learned tokens stay; all others are
// N(0, 0.02²).
func NewIndependent(m *clip.Model, s Towers, seed uint64) (*Independent, error) {
	if err := s.check(m); err != nil {
		return nil, err
	}
	l := &Independent{Model: m, Towers: s}
	r := rand.New(rand.NewPCG(seed, 0x69766c70))
	if s.TextDepth > 0 {
		first, err := wordTokens(m, data.Phrase, s.TextTokens)
		if err != nil {
			return nil, err
		}
		l.Text = &textenc.Prompts{First: first}
		for range s.TextDepth - 1 {
			l.Text.Deep = append(l.Text.Deep, randomTokens(r, s.TextTokens, m.Config.Text.Width))
		}
	}
	if s.VisionDepth > 0 {
		l.Vision = &vit.Prompts{First: randomTokens(r, s.VisionTokens, m.Config.Vision.Width)}
		for range s.VisionDepth - 1 {
			l.Vision.Deep = append(l.Vision.Deep, randomTokens(r, s.VisionTokens, m.Config.Vision.Width))
		}
	}
	return l, nil
}

// Params lists the tokens in the original's names.
func (l *Independent) Params() []nn.Named {
	var ps []nn.Named
	add := func(name string, t *autograd.Tensor) { ps = append(ps, nn.Named{Name: name, Tensor: t}) }
	if l.Text != nil {
		add("prompt_learner.ctx", l.Text.First)
		for i, t := range l.Text.Deep {
			add(fmt.Sprintf("text_encoder.transformer.resblocks.%d.VPT_shallow", i+1), t)
		}
	}
	if l.Vision != nil {
		add("image_encoder.VPT", l.Vision.First)
		for i, t := range l.Vision.Deep {
			add(fmt.Sprintf("image_encoder.transformer.resblocks.%d.VPT_shallow", i+1), t)
		}
	}
	return ps
}

// SetClasses lays out the prompts of the classes.
func (l *Independent) SetClasses(names []string) error {
	n := 0
	if l.Text != nil {
		n = l.TextTokens
	}
	prompts, err := learnedPrompts(l.Model, data.Phrase, names, 0, n)
	if err != nil {
		return err
	}
	l.classes.set(l.Model, prompts)
	return nil
}

// Frozen says whether there are no vision tokens.
func (l *Independent) Frozen() bool { return l.Vision == nil }

// ImageFeatures returns the unit features [B, E] of images [B, 3, S, S].
// Without learned tokens the tower works without a tape.
func (l *Independent) ImageFeatures(tp *autograd.Tape, images *autograd.Tensor) *autograd.Tensor {
	if l.Frozen() {
		return l.Model.ImageFeatures(nil, images)
	}
	n := images.Dim(0)
	batch := l.layouts.of(n, func() *vit.Batch { return layout(l.Model.Config.Vision, n, 1, l.VisionTokens) })
	return tp.L2Normalize(l.Model.Vision.Encode(tp, images, batch, l.Vision), 0)
}

// Logits returns the scaled cosines [B, N] of unit image features v [B, E].
// Text features without learned tokens are computed once.
func (l *Independent) Logits(tp *autograd.Tape, v *autograd.Tensor) *autograd.Tensor {
	text := tp
	if l.Text == nil {
		text = nil
	}
	return l.Model.Logits(tp, v, l.classes.features(text, l.Model, l.Text))
}

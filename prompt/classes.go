package prompt

import (
	"errors"
	"fmt"
	"math/rand/v2"

	"frontdoor/autograd"
	"frontdoor/clip"
	"frontdoor/nn"
	"frontdoor/textenc"
	"frontdoor/vit"
)

// ErrClassBound is wrapped by SetClasses of a learner that has parameters for
// each training class, when the classes are others.
var ErrClassBound = errors.New("what was learned belongs to the classes that it was learned from")

// classText is the text side of a learner: the packed prompts of its classes,
// and their features for as long as nothing is trained.
type classText struct {
	packed *textenc.Batch
	kept   *autograd.Tensor // [N, E] as of the last call without a tape
}

// set changes the prompts, laid out as the model's text tower wants them.
func (c *classText) set(m *clip.Model, prompts [][]int) {
	c.packed, c.kept = textenc.NewBatch([][][]int{prompts}, m.Text.Saving), nil
}

// features returns the unit features [N, E] of the prompts, kept for the next
// call unless there is a tape: a training step follows then.
func (c *classText) features(tp *autograd.Tape, m *clip.Model, learned *textenc.Prompts) *autograd.Tensor {
	if tp == nil && c.kept != nil {
		return c.kept
	}
	mustChoose(c.packed != nil)
	w := tp.L2Normalize(m.Text.Encode(tp, c.packed, learned), 0) // [N, E]
	c.kept = nil
	if tp == nil {
		c.kept = w
	}
	return w
}

// layout lays out images for each of so many templates with their learned
// tokens, template by template.
func layout(c vit.Config, images, templates, tokens int) *vit.Batch {
	var template []int
	for m := range templates {
		for range images {
			template = append(template, m)
		}
	}
	return vit.NewBatch(c, template, tokens)
}

// wordTokens returns the embeddings [n, D] of the first n words of a phrase as
// a parameter.
func wordTokens(m *clip.Model, phrase string, n int) (*autograd.Tensor, error) {
	ids := m.Tokenizer.Encode(phrase)
	if n < 1 || n > len(ids) {
		return nil, fmt.Errorf("prompt: %d learned tokens; %q has %d tokens to take them from", n, phrase, len(ids))
	}
	d := m.Config.Text.Width
	data := make([]float32, 0, n*d)
	for _, id := range ids[:n] {
		data = append(data, m.Text.Token.Row(id)...)
	}
	return autograd.Param(data, n, d), nil
}

// startStd is the standard deviation of random initial tokens.
const startStd = 0.02

// randomTokens returns a parameter of the shape with initial values from
// N(0, 0.02²).
func randomTokens(r *rand.Rand, shape ...int) *autograd.Tensor {
	t := autograd.Zeros(shape...)
	nn.Normal(t.Data, startStd, r)
	t.SetTrainable(true)
	return t
}

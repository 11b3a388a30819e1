package prompt

import (
	"fmt"
	"math/rand/v2"

	"frontdoor/autograd"
	"frontdoor/clip"
	"frontdoor/nn"
	"frontdoor/textenc"
	"frontdoor/vit"
)

// Coupling sizes the learned tokens of a template.
type Coupling struct {
	Tokens int     // n learned tokens at each depth
	Depth  int     // J blocks get prompts, the first one included; J >= 1
	Jitter float64 // standard deviation of noise on the initial words
}

// check reports a coupling that the model or the phrase has no room for.
func (c Coupling) check(m *clip.Model, words int) error {
	switch layers := min(m.Config.Text.Layers, m.Config.Vision.Layers); {
	case c.Tokens < 1 || c.Tokens > words:
		return fmt.Errorf("prompt: %d learned tokens; the initial phrase has %d words to take them from", c.Tokens, words)
	case c.Depth < 1 || c.Depth > layers:
		return fmt.Errorf("prompt: prompt depth %d; this model takes 1 to %d", c.Depth, layers)
	}
	return nil
}

// Coupled is one multi-modal template (MaPLe, section 3.2): n learned text
// tokens at each of J blocks, and for each block a linear map that makes the
// vision tokens of that block out of them.
type Coupled struct {
	Coupling
	Phrase string
	Text   []*autograd.Tensor // J of [n, Dt]
	Proj   []nn.Linear        // J of Dt -> Dv
}

// newCoupled returns a template with the initial words of phrase: the first tokens
// are the embeddings of its first n words, the deeper ones are N(0, 0.02²). All
// deeper projections have the same random initial values, the first has others.
func newCoupled(m *clip.Model, phrase string, c Coupling, r *rand.Rand) (*Coupled, error) {
	ids := m.Tokenizer.Encode(phrase)
	if err := c.check(m, len(ids)); err != nil {
		return nil, err
	}
	dt, dv := m.Config.Text.Width, m.Config.Vision.Width
	t := &Coupled{Coupling: c, Phrase: phrase}
	var deepW, deepB []float32
	for j := range c.Depth {
		tokens := make([]float32, c.Tokens*dt)
		nn.Normal(tokens, 0.02, r)
		if j == 0 {
			nn.Normal(tokens, c.Jitter, r)
			for i, id := range ids[:c.Tokens] {
				for k, v := range m.Text.Token.Row(id) {
					tokens[i*dt+k] += v
				}
			}
		}
		t.Text = append(t.Text, autograd.Param(tokens, c.Tokens, dt))
		w, b := make([]float32, dv*dt), make([]float32, dv)
		if j <= 1 {
			nn.Uniform(w, nn.FanIn(dt), r)
			nn.Uniform(b, nn.FanIn(dt), r)
			deepW, deepB = w, b
		}
		copy(w, deepW)
		copy(b, deepB)
		t.Proj = append(t.Proj, nn.Linear{W: autograd.Param(w, dv, dt), B: autograd.Param(b, dv)})
	}
	return t, nil
}

// Params lists the template's tensors in MaPLe's names behind prefix: ctx,
// proj, compound_prompts_text.i and compound_prompt_projections.i.
func (t *Coupled) Params(prefix string) []nn.Named {
	var ps []nn.Named
	for j := range t.Text {
		text, proj := "ctx", "proj"
		if j > 0 {
			text = fmt.Sprintf("compound_prompts_text.%d", j-1)
			proj = fmt.Sprintf("compound_prompt_projections.%d", j-1)
		}
		ps = append(ps, nn.Named{Name: prefix + text, Tensor: t.Text[j]},
			nn.Named{Name: prefix + proj + ".weight", Tensor: t.Proj[j].W},
			nn.Named{Name: prefix + proj + ".bias", Tensor: t.Proj[j].B})
	}
	return ps
}

// TextParams lists the text tokens of the template alone, in Params' names.
func (t *Coupled) TextParams(prefix string) []nn.Named {
	var ps []nn.Named
	for i, p := range t.Params(prefix) {
		if i%3 == 0 { // token, weight, bias of each depth
			ps = append(ps, p)
		}
	}
	return ps
}

// Join stacks the tokens of several templates of equal coupling for one pass
// of each tower: template m has rows m·n .. m·n+n-1 at every depth.
func Join(tp *autograd.Tape, templates []*Coupled) (*textenc.Prompts, *vit.Prompts) {
	var text, vision []*autograd.Tensor // J of [M·n, D]
	for j := range templates[0].Depth {
		var ts, vs []*autograd.Tensor
		for _, t := range templates {
			ts = append(ts, t.Text[j])
			vs = append(vs, t.Proj[j].Forward(tp, t.Text[j])) // [n, Dv]
		}
		text = append(text, stack(tp, ts))
		vision = append(vision, stack(tp, vs))
	}
	return &textenc.Prompts{First: text[0], Deep: text[1:]}, &vit.Prompts{First: vision[0], Deep: vision[1:]}
}

// stack puts matrices of equal shape [n, D] on top of each other.
func stack(tp *autograd.Tape, parts []*autograd.Tensor) *autograd.Tensor {
	if len(parts) == 1 {
		return parts[0]
	}
	n := parts[0].Rows()
	refs := make([]autograd.RowRef, 0, n*len(parts))
	for m := range parts {
		for i := range n {
			refs = append(refs, autograd.RowRef{Src: int32(m), Row: int32(i)})
		}
	}
	return tp.Assemble(autograd.NewIndex(refs), parts...) // [M·n, D]
}

// packTemplates returns the packed prompts of all templates filled with the class
// names, template by template: M groups of N prompts.
func packTemplates(m *clip.Model, templates []*Coupled, names []string) (*textenc.Batch, error) {
	if err := choosable(m, names); err != nil {
		return nil, err
	}
	groups := make([][][]int, len(templates))
	for i, t := range templates {
		var err error
		if groups[i], err = learnedPrompts(m, t.Phrase, names, i*t.Tokens, t.Tokens); err != nil {
			return nil, err
		}
	}
	return textenc.NewBatch(groups, m.Text.Saving), nil
}

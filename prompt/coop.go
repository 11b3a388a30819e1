package prompt

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"

	"frontdoor/autograd"
	"frontdoor/clip"
	"frontdoor/nn"
	"frontdoor/textenc"
)

// Position is the place of the class name among the learned tokens.
type Position string

// The positions of the class name, as CoOp names them.
const (
	End    Position = "end"    // [tokens] name.
	Middle Position = "middle" // [half of the tokens] name [the others].
	Front  Position = "front"  // name [tokens].
)

// Context describes learned tokens in front of class names. The zero value of
// Position is End.
type Context struct {
	// Words give the initial tokens, such as "a photo of a", one for each token of
	// the words. Without words they are random.
	Words string
	// Tokens is their number when there are no words.
	Tokens   int
	Position Position
	// PerClass gives every class its own tokens, which are random at first.
	PerClass bool
}

// check reports settings that exclude each other.
func (c Context) check() error {
	switch {
	case c.Words == "" && c.Tokens < 1:
		return fmt.Errorf("prompt: a context of %d tokens; it needs at least 1, or words to begin with", c.Tokens)
	case c.Words != "" && c.PerClass:
		return fmt.Errorf("prompt: a context of its own for each class begins at random, not as %q", c.Words)
	case c.Position != "" && c.Position != End && c.Position != Middle && c.Position != Front:
		return fmt.Errorf("prompt: class position %q; choose %s, %s or %s", c.Position, End, Middle, Front)
	}
	return nil
}

// prefix is the text whose tokens the learned ones replace; "X" is one token.
func (c Context) prefix() string {
	if c.Words != "" {
		return c.Words
	}
	return strings.TrimSpace(strings.Repeat("X ", c.Tokens))
}

// prompts returns one prompt for each class: SOT, the tokens around the name,
// full stop, EOT. Class k has the learned tokens k·n .. k·n+n-1 if the context
// is per class, else 0 .. n-1.
func (c Context) prompts(m *clip.Model, names []string, n int) ([][]int, error) {
	if err := choosable(m, names); err != nil {
		return nil, err
	}
	out := make([][]int, len(names))
	for k, name := range names {
		row, err := m.Tokenizer.Tokenize(Fill(c.prefix()+" {}.", name), m.Config.Text.Context, false)
		if err != nil {
			return nil, fmt.Errorf("prompt: class %q: %w", name, err)
		}
		first := 0
		if c.PerClass {
			first = k * n
		}
		own := len(m.Tokenizer.Encode(Fill("{}", name)))
		if len(row) < 1+n+own+1 {
			return nil, fmt.Errorf("prompt: the name of class %q has an end of text within", name)
		}
		out[k] = c.arrange(row, n, own, first)
	}
	return out, nil
}

// arrange replaces the n ids behind SOT by learned tokens and puts the name,
// the next ids, where it belongs.
func (c Context) arrange(row []int, n, name, first int) []int {
	before := n
	switch c.Position {
	case Middle:
		before = n / 2
	case Front:
		before = 0
	}
	out := row[:1:1]
	for j := range n {
		if j == before {
			out = append(out, row[1+n:1+n+name]...)
		}
		out = append(out, textenc.Learned(first+j))
	}
	if before == n {
		out = append(out, row[1+n:1+n+name]...)
	}
	return append(out, row[1+n+name:]...)
}

// CoOp is context optimisation (Zhou et al. 2022): learned tokens in place of
// the words around the class name, in the text tower alone. Image features do not
// depend on them.
type CoOp struct {
	Model *clip.Model
	Context
	Ctx *autograd.Tensor // [n, D]; [N, n, D] if per class, nil before the first SetClasses

	n     int
	rand  *rand.Rand
	bound []string // the classes of contexts of their own
	text  classText
}

// NewCoOp returns an untrained context.
func NewCoOp(m *clip.Model, c Context, seed uint64) (*CoOp, error) {
	if err := c.check(); err != nil {
		return nil, err
	}
	l := &CoOp{Model: m, Context: c, n: c.Tokens, rand: rand.New(rand.NewPCG(seed, 0x636f6f70))}
	switch {
	case c.Words != "":
		l.n = len(m.Tokenizer.Encode(c.Words))
		var err error
		l.Ctx, err = wordTokens(m, c.Words, l.n)
		return l, err
	case !c.PerClass:
		l.Ctx = randomTokens(l.rand, l.n, m.Config.Text.Width)
	}
	return l, nil
}

// Params lists the context.
func (l *CoOp) Params() []nn.Named {
	if l.Ctx == nil {
		return nil
	}
	return []nn.Named{{Name: "ctx", Tensor: l.Ctx}}
}

// SetClasses lays out the prompts of the classes. With a context for each class
// the first call fixes the classes; others are an error that is ErrClassBound.
func (l *CoOp) SetClasses(names []string) error {
	if l.PerClass {
		if l.Ctx == nil {
			l.Ctx = randomTokens(l.rand, len(names), l.n, l.Model.Config.Text.Width)
		}
		if l.bound == nil && l.Ctx.Dim(0) == len(names) {
			l.bound = slices.Clone(names)
		}
		if !slices.Equal(l.bound, names) {
			return fmt.Errorf("prompt: a context for each of %d classes cannot serve others: %w", l.Ctx.Dim(0), ErrClassBound)
		}
	}
	prompts, err := l.prompts(l.Model, names, l.n)
	if err != nil {
		return err
	}
	l.text.set(l.Model, prompts)
	return nil
}

// TextFeatures returns the unit features [N, E] of the classes.
func (l *CoOp) TextFeatures(tp *autograd.Tape) *autograd.Tensor {
	return l.text.features(tp, l.Model, &textenc.Prompts{First: l.Ctx})
}

// Frozen says that the image tower has no learned tokens.
func (l *CoOp) Frozen() bool { return true }

// ImageFeatures returns the model's, without a tape: no gradient is needed.
func (l *CoOp) ImageFeatures(_ *autograd.Tape, images *autograd.Tensor) *autograd.Tensor {
	return l.Model.ImageFeatures(nil, images)
}

// Logits returns the scaled cosines [B, N] of unit image features v [B, E].
func (l *CoOp) Logits(tp *autograd.Tape, v *autograd.Tensor) *autograd.Tensor {
	return l.Model.Logits(tp, v, l.TextFeatures(tp))
}

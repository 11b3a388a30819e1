package textenc

import (
	"frontdoor/autograd"
	"frontdoor/nn"
)

// Config gives the sizes of a text tower.
type Config struct {
	Context int `json:"context"` // T, longest prompt including SOT and EOT
	Vocab   int `json:"vocab"`   // number of token ids
	Width   int `json:"width"`   // D
	Layers  int `json:"layers"`  // number of blocks
	Heads   int `json:"heads"`   // H

	MLP int     `json:"mlp,omitempty"` // width inside the MLPs; 0 means 4·D
	Eps float64 `json:"eps,omitempty"` // of the LayerNorms; 0 means nn.Epsilon

	// Pool says where a row of ids from elsewhere is read: "" at its highest
	// id, as CLIP does, "eos" at the first EOS. The tokenizer
	// of textenc/bpe ends its rows there.
	Pool string `json:"pool,omitempty"`
	EOS  int    `json:"eos,omitempty"`
}

// Stack returns the sizes of the tower's blocks.
func (c Config) Stack(act autograd.Activation) nn.Stack {
	s := nn.Stack{Layers: c.Layers, Width: c.Width, Heads: c.Heads, MLP: c.MLP, Eps: float32(c.Eps), Act: act}
	return s.WithDefaults()
}

// Encoder is the text tower.
type Encoder struct {
	Config
	Token       *autograd.Tensor // [V, D]
	Positional  *autograd.Tensor // [T, D]
	Transformer nn.Transformer
	LNFinal     nn.LayerNorm
	Projection  *autograd.Tensor // [D, E]

	// Packing is how learners lay prompts out for this tower.
	Packing Packing
}

// New builds the tower from b in the tensor names of OpenAI's checkpoints;
// embed is E.
func New(b *nn.Builder, c Config, embed int, act autograd.Activation) *Encoder {
	stack := c.Stack(act)
	return &Encoder{
		Config:      c,
		Positional:  b.Tensor("positional_embedding", c.Context, c.Width),
		Projection:  b.Tensor("text_projection", c.Width, embed),
		Transformer: b.Transformer("transformer", stack),
		Token:       b.Tensor("token_embedding.weight", c.Vocab, c.Width),
		LNFinal:     b.LayerNorm("ln_final", c.Width, stack.Eps),
	}
}

// Prompts are the learned tokens that negative ids refer to: [Learned](j) is
// row j of every tensor here.
type Prompts struct {
	First *autograd.Tensor   // enter with the word embeddings, and get positions
	Deep  []*autograd.Tensor // Deep[l-1] overwrites them at the input of block l, without positions
}

// Encode returns the features [N, E], not normalised, of the packed prompts in
// the order they were given to Pack. learned may be nil if no prompt has
// learned tokens.
func (e *Encoder) Encode(tp *autograd.Tape, p *Packed, learned *Prompts) *autograd.Tensor {
	if p.chunks != nil {
		return e.encodeChunks(tp, p, learned)
	}
	srcs := []*autograd.Tensor{e.Token}
	deep := nn.Deep{}
	if learned != nil {
		srcs = append(srcs, learned.First)
		deep = nn.Deep{Rows: p.deep, Layers: learned.Deep}
	}
	tokens := tp.Assemble(p.rows, srcs...)       // [R, D]
	x := tp.AddRows(tokens, e.Positional, p.pos) // [R, D]
	tp.Free(tokens)
	x = e.Transformer.Forward(tp, x, p.layout, deep, p.readout) // [N, D]
	return tp.MatMul(e.LNFinal.Forward(tp, x), e.Projection)    // [N, E]
}

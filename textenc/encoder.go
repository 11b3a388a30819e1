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

// stack returns the sizes of the tower's blocks.
func (c Config) stack(act autograd.Activation) nn.Stack {
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

	// Saving is how learners lay prompts out for this tower.
	Saving Saving

	// Device runs the tower; nil is the CPU.
	Device autograd.Device
}

// New builds the tower from b in the tensor names of OpenAI's checkpoints;
// embed is E.
func New(b *nn.Builder, c Config, embed int, act autograd.Activation) *Encoder {
	stack := c.stack(act)
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

// Encode returns the features [N, E], not normalised, of the prompts in the order
// they were given to NewBatch. prompts may be nil if none has learned tokens. The
// tower runs on Device; learned tokens and features are on the host.
func (e *Encoder) Encode(tp *autograd.Tape, batch *Batch, prompts *Prompts) *autograd.Tensor {
	there := prompts.to(tp, e.Device)
	encode := e.encode
	if batch.chunks != nil {
		encode = e.encodeChunks
	}
	x := encode(tp, batch, there) // [N, E]
	if there != prompts {
		tp.Release(there.First)
		tp.Release(there.Deep...)
	}
	return tp.Host(tp.Last(x)) // [N, E]
}

// to returns the tokens on a device; p itself if that is the host.
func (p *Prompts) to(tp *autograd.Tape, dev autograd.Device) *Prompts {
	if p == nil || dev == nil || dev == autograd.CPU {
		return p
	}
	there := &Prompts{First: tp.To(dev, p.First)} // [P, D]
	for _, t := range p.Deep {
		there.Deep = append(there.Deep, tp.To(dev, t)) // [P, D]
	}
	return there
}

// encode is Encode on the device.
func (e *Encoder) encode(tp *autograd.Tape, batch *Batch, prompts *Prompts) *autograd.Tensor {
	srcs := []*autograd.Tensor{e.Token}
	deep := nn.Deep{}
	if prompts != nil {
		srcs = append(srcs, prompts.First)
		deep = nn.Deep{Rows: batch.deep, Layers: prompts.Deep}
	}
	x := tp.AssembleOn(e.Device, batch.rows, srcs...)                   // [R, D]
	x = tp.AddRows(tp.Last(x), e.Positional, batch.pos)                 // [R, D]
	x = e.Transformer.Forward(tp, x, batch.layout, deep, batch.readout) // [N, D]
	x = e.LNFinal.Forward(tp, tp.Last(x))                               // [N, D]
	return tp.MatMul(tp.Last(x), e.Projection)                          // [N, E]
}

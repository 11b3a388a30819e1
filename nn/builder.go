package nn

import (
	"fmt"

	"frontdoor/autograd"
)

// Named is a tensor with its name in a checkpoint.
type Named struct {
	Name string
	*autograd.Tensor
}

// Builder makes the tensors of a model one by one from somewhere: a file, or
// random numbers. The first error sticks; later calls return zeros, so that
// building code needs no error checks of its own.
type Builder struct {
	// Fetch returns the elements of the named tensor.
	Fetch func(name string, shape []int) ([]float32, error)

	// Stored lists every tensor asked for, as a checkpoint holds it.
	Stored []Named
	// Trained lists the tensors that gradients go to. It differs from Stored
	// where a stored tensor is used in parts.
	Trained []Named
	// Err is the first error of Fetch.
	Err error
}

// Tensor returns the named tensor as a frozen leaf.
func (b *Builder) Tensor(name string, shape ...int) *autograd.Tensor {
	t := b.stored(name, shape)
	b.Trained = append(b.Trained, Named{name, t})
	return t
}

func (b *Builder) stored(name string, shape []int) *autograd.Tensor {
	n := 1
	for _, d := range shape {
		n *= d
	}
	var data []float32
	if b.Err == nil {
		data, b.Err = b.Fetch(name, shape)
	}
	if b.Err != nil {
		data = make([]float32, n)
	}
	t := autograd.Const(data, shape...)
	b.Stored = append(b.Stored, Named{name, t})
	return t
}

// Linear returns the layer stored as name.weight [out, in] and name.bias [out].
func (b *Builder) Linear(name string, out, in int) Linear {
	return Linear{W: b.Tensor(name+".weight", out, in), B: b.Tensor(name+".bias", out)}
}

// LayerNorm returns the layer stored as name.weight and name.bias, both [d].
func (b *Builder) LayerNorm(name string, d int, eps float32) LayerNorm {
	return LayerNorm{Gamma: b.Tensor(name+".weight", d), Beta: b.Tensor(name+".bias", d), Eps: eps}
}

// Epsilon is what OpenAI's models add to the variance in every LayerNorm.
const Epsilon = 1e-5

// Stack gives the sizes of a transformer.
type Stack struct {
	Layers, Width, Heads int
	MLP                  int     // F, width inside the MLPs; 0 means 4 Width
	Eps                  float32 // of the LayerNorms; 0 means Epsilon
	Act                  autograd.Activation
}

// WithDefaults returns s with the values that 0 stands for.
func (s Stack) WithDefaults() Stack {
	if s.MLP == 0 {
		s.MLP = 4 * s.Width
	}
	if s.Eps == 0 {
		s.Eps = Epsilon
	}
	return s
}

// Transformer returns blocks stored as name.resblocks.{0..Layers-1}, in the
// names of OpenAI's checkpoints.
func (b *Builder) Transformer(name string, s Stack) Transformer {
	s = s.WithDefaults()
	d := s.Width
	t := Transformer{Blocks: make([]Block, s.Layers)}
	for l := range t.Blocks {
		at := fmt.Sprintf("%s.resblocks.%d.", name, l)
		t.Blocks[l] = Block{
			LN1:  b.LayerNorm(at+"ln_1", d, s.Eps),
			Attn: b.attention(at+"attn", d, s.Heads),
			LN2:  b.LayerNorm(at+"ln_2", d, s.Eps),
			Up:   b.Linear(at+"mlp.c_fc", s.MLP, d),
			Down: b.Linear(at+"mlp.c_proj", d, s.MLP),
			Act:  s.Act,
		}
	}
	return t
}

// attention splits the packed in_proj: d query rows, then d key and d value
// rows. The parts share memory with the stored tensor.
func (b *Builder) attention(name string, d, heads int) Attention {
	w := b.stored(name+".in_proj_weight", []int{3 * d, d})
	bias := b.stored(name+".in_proj_bias", []int{3 * d})
	a := Attention{
		Q:     Linear{W: autograd.Const(w.Data[:d*d], d, d), B: autograd.Const(bias.Data[:d], d)},
		KV:    Linear{W: autograd.Const(w.Data[d*d:], 2*d, d), B: autograd.Const(bias.Data[d:], 2*d)},
		Heads: heads,
	}
	b.Trained = append(b.Trained, Named{name + ".q.weight", a.Q.W}, Named{name + ".q.bias", a.Q.B},
		Named{name + ".kv.weight", a.KV.W}, Named{name + ".kv.bias", a.KV.B})
	a.Out = b.Linear(name+".out_proj", d, d)
	return a
}

// Conv returns a patch projection stored as a convolution weight
// [out, in, p, p], as the matrix [out, in·p·p] that works on unfolded patches.
func (b *Builder) Conv(name string, out, in, p int) *autograd.Tensor {
	stored := b.stored(name, []int{out, in, p, p})
	w := autograd.Const(stored.Data, out, in*p*p)
	b.Trained = append(b.Trained, Named{name, w})
	return w
}

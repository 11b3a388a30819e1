package golden

import "fmt"

// Sizes of the model.
const (
	Embed   = 32
	Side    = 16
	Patch   = 8
	Width   = 128 // of both towers
	Layers  = 3   // of both towers
	Heads   = 2   // of both towers
	Context = 16
	Vocab   = 64
)

// Tensor is one tensor of the model as a checkpoint stores it.
type Tensor struct {
	Name  string
	Shape []int
	Data  []float32
}

// Tensors returns every tensor of the model in the names of OpenAI's
// checkpoints. vocab is the number of rows of the token table: with [Vocab] it
// is the model that ran, and with more rows, which a real tokenizer needs, the
// features of [Tokens] are the same.
func Tensors(vocab int) []Tensor {
	var all []Tensor
	add := func(name string, shape ...int) {
		data, _ := Fetch(name, shape)
		all = append(all, Tensor{Name: name, Shape: shape, Data: data})
	}
	layerNorm := func(name string) {
		add(name+".weight", Width)
		add(name+".bias", Width)
	}
	linear := func(name string, out, in int) {
		add(name+".weight", out, in)
		add(name+".bias", out)
	}
	transformer := func(name string) {
		for l := range Layers {
			at := fmt.Sprintf("%s.resblocks.%d.", name, l)
			add(at+"attn.in_proj_weight", 3*Width, Width)
			add(at+"attn.in_proj_bias", 3*Width)
			linear(at+"attn.out_proj", Width, Width)
			layerNorm(at + "ln_1")
			linear(at+"mlp.c_fc", 4*Width, Width)
			linear(at+"mlp.c_proj", Width, 4*Width)
			layerNorm(at + "ln_2")
		}
	}
	const grid = Side / Patch
	add("visual.class_embedding", Width)
	add("visual.positional_embedding", 1+grid*grid, Width)
	add("visual.proj", Width, Embed)
	add("visual.conv1.weight", Width, 3, Patch, Patch)
	layerNorm("visual.ln_pre")
	transformer("visual.transformer")
	layerNorm("visual.ln_post")
	add("positional_embedding", Context, Width)
	add("text_projection", Width, Embed)
	add("logit_scale", 1)
	add("token_embedding.weight", vocab, Width)
	transformer("transformer")
	layerNorm("ln_final")
	return all
}

// Images is the number of images B.
const Images = 2

// Image returns the input [B, 3, S, S].
func Image() []float32 { return Weights("image", Images*3*Side*Side, imageFactor) }

// Tokens returns the three prompts, from start (62) to end of text (63) and
// without padding. Token 40 is the full stop; before it stand class names of
// two, one and three tokens, and 5 6 7 8 is the template that contexts of up
// to four learned tokens replace.
func Tokens() [][]int {
	return [][]int{
		{62, 5, 6, 7, 8, 20, 21, 40, 63},
		{62, 5, 6, 7, 8, 30, 40, 63},
		{62, 5, 6, 7, 8, 33, 34, 35, 40, 63},
	}
}

// NameLengths returns the number of tokens of each class name.
func NameLengths() []int { return []int{2, 1, 3} }

// Labels returns the class of each image.
func Labels() []int { return []int{2, 0} }

package vit

import (
	"fmt"

	"frontdoor/autograd"
	"frontdoor/nn"
)

// Config gives the sizes of an image tower.
type Config struct {
	Image  int `json:"image"`  // S, side of the square input in pixels
	Patch  int `json:"patch"`  // P, side of a patch in pixels
	Width  int `json:"width"`  // D
	Layers int `json:"layers"` // number of blocks
	Heads  int `json:"heads"`  // H

	MLP int     `json:"mlp,omitempty"` // width inside the MLPs; 0 means 4·D
	Eps float64 `json:"eps,omitempty"` // of the LayerNorms; 0 means nn.Epsilon
}

// stack returns the sizes of the tower's blocks.
func (c Config) stack(act autograd.Activation) nn.Stack {
	s := nn.Stack{Layers: c.Layers, Width: c.Width, Heads: c.Heads, MLP: c.MLP, Eps: float32(c.Eps), Act: act}
	return s.WithDefaults()
}

// Grid returns the number of patches along a side. It panics if there is no patch
// size.
func (c Config) Grid() int {
	if c.Patch < 1 {
		panic(fmt.Sprintf("vit: patches of %d pixels", c.Patch))
	}
	return c.Image / c.Patch
}

// Tokens returns the length of an image's sequence without prompts: the class
// token and the patches.
func (c Config) Tokens() int { return 1 + c.Grid()*c.Grid() }

// Encoder is the image tower.
type Encoder struct {
	Config
	Conv          nn.Linear        // W [D, 3·P·P], no bias
	Class         *autograd.Tensor // [1, D]
	Positional    *autograd.Tensor // [1+G², D]
	LNPre, LNPost nn.LayerNorm
	Transformer   nn.Transformer
	Proj          *autograd.Tensor // [D, E]

	// Device runs the tower; nil is the CPU.
	Device autograd.Device
}

// New builds the tower from b in the tensor names of OpenAI's checkpoints;
// embed is E.
func New(b *nn.Builder, c Config, embed int, act autograd.Activation) *Encoder {
	e := &Encoder{Config: c}
	d, stack := c.Width, c.stack(act)
	class := b.Tensor("visual.class_embedding", d)
	e.Class = class
	e.Positional = b.Tensor("visual.positional_embedding", c.Tokens(), d)
	e.Proj = b.Tensor("visual.proj", d, embed)
	e.Conv = nn.Linear{W: b.Conv("visual.conv1.weight", d, 3, c.Patch)}
	e.LNPre = b.LayerNorm("visual.ln_pre", d, stack.Eps)
	e.Transformer = b.Transformer("visual.transformer", stack)
	e.LNPost = b.LayerNorm("visual.ln_post", d, stack.Eps)
	return e
}

// Prompts are learned vision tokens. With n tokens a template and M templates
// every tensor is [M·n, D], template by template.
type Prompts struct {
	First *autograd.Tensor   // enter with the patches
	Deep  []*autograd.Tensor // Deep[l-1] overwrites them at the input of block l
}

// Encode returns the features [B, E], not normalised, of images [B, 3, S, S]
// laid out by batch; it panics at another shape. prompts may be nil exactly when batch has no prompt tokens.
// The tower runs on Device; images, prompts and features are on the host.
func (e *Encoder) Encode(tp *autograd.Tape, images *autograd.Tensor, batch *Batch, prompts *Prompts) *autograd.Tensor {
	x := e.pool(tp, images, batch, prompts)                // [B, D]
	return tp.Host(tp.Last(tp.MatMul(tp.Last(x), e.Proj))) // [B, E]
}

// Pool returns what Encode projects: the class tokens [B, D] of images behind
// the last LayerNorm.
func (e *Encoder) Pool(tp *autograd.Tape, images *autograd.Tensor, batch *Batch, prompts *Prompts) *autograd.Tensor {
	return tp.Host(tp.Last(e.pool(tp, images, batch, prompts)))
}

// pool is Pool on Device.
func (e *Encoder) pool(tp *autograd.Tape, images *autograd.Tensor, batch *Batch, prompts *Prompts) *autograd.Tensor {
	pixels := tp.To(e.Device, tp.Last(e.unfold(tp, images))) // [B·G², 3·P·P]
	patches := e.Conv.Forward(tp, tp.Last(pixels))           // [B·G², D]
	srcs := []*autograd.Tensor{e.Class, tp.Last(patches)}
	there := prompts.to(tp, e.Device)
	deep := nn.Deep{Rows: batch.deep}
	if batch.tokens > 0 {
		srcs, deep.Layers = append(srcs, there.First), there.Deep
	}
	x := tp.AssembleOn(e.Device, batch.rows, srcs...)                   // [R, D]
	x = tp.AddRows(tp.Last(x), e.Positional, batch.pos)                 // [R, D]
	x = e.LNPre.Forward(tp, tp.Last(x))                                 // [R, D]
	x = e.Transformer.Forward(tp, x, batch.layout, deep, batch.readout) // [B, D]
	x = e.LNPost.Forward(tp, tp.Last(x))                                // [B, D]
	if there != prompts {
		tp.Release(there.First)
		tp.Release(there.Deep...)
	}
	return x
}

// to returns the tokens on a device; p itself if that is the host.
func (p *Prompts) to(tp *autograd.Tape, dev autograd.Device) *Prompts {
	if p == nil || dev == nil || dev == autograd.CPU {
		return p
	}
	there := &Prompts{First: tp.To(dev, p.First)} // [M·n, D]
	for _, t := range p.Deep {
		there.Deep = append(there.Deep, tp.To(dev, t)) // [M·n, D]
	}
	return there
}

// unfold cuts images [B, 3, S, S] into patch rows [B·G², 3·P·P], channel by
// channel as a convolution's weight lists them. Images that need a gradient get
// it back pixel by pixel.
func (e *Encoder) unfold(tp *autograd.Tape, images *autograd.Tensor) *autograd.Tensor {
	if s := images.Shape(); len(s) != 4 || s[1] != 3 || s[2] != e.Image || s[3] != e.Image {
		panic(fmt.Sprintf("vit: images of shape %v, want [B, 3, %d, %d]", s, e.Image, e.Image))
	}
	g, p := e.Grid(), e.Patch
	out := tp.Buffer(images.Dim(0)*g*g, 3*p*p) // [B·G², 3·P·P]
	e.eachRun(images.Dim(0), func(at, from int) { copy(out.Data[at:at+p], images.Data[from:from+p]) })
	if !images.NeedsGrad() {
		return out
	}
	return tp.Op(out, func(dy []float32) {
		dx := images.GradBuffer()
		e.eachRun(images.Dim(0), func(at, from int) {
			for i, d := range dy[at : at+p] {
				dx[from+i] += d
			}
		})
	}, images)
}

// eachRun calls f for each row of pixels of each patch of n images: where the P
// pixels begin in the patch rows, and where in the images.
func (e *Encoder) eachRun(n int, f func(at, from int)) {
	g, p, s := e.Grid(), e.Patch, e.Image
	for r := range n * g * g {
		img, gy, gx := r/(g*g), r/g%g, r%g
		for c := range 3 {
			for y := range p {
				f((r*3+c)*p*p+y*p, ((img*3+c)*s+gy*p+y)*s+gx*p)
			}
		}
	}
}

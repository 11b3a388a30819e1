package clip

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"frontdoor/autograd"
	"frontdoor/imaging"
	"frontdoor/textenc"
	"frontdoor/vit"
)

// Config gives the sizes of a model and what else decides on its numbers.
type Config struct {
	Embed  int            `json:"embed"` // E, width of the joint embedding
	Vision vit.Config     `json:"vision"`
	Text   textenc.Config `json:"text"` // zero for an image tower alone

	// Activation is "quick_gelu", which "" stands for too, or "gelu".
	Activation string `json:"activation,omitempty"`
	// TextActivation is the text tower's where it is another.
	TextActivation string `json:"text_activation,omitempty"`
	// Bias says that the model has a logit bias.
	Bias bool `json:"bias,omitempty"`
	// Preprocess is how pictures are made an input. The zero value is CLIP's
	// way: the shorter side is scaled, bicubic, the middle cut out.
	Preprocess imaging.Processor `json:"preprocess,omitzero"`
}

// The activations of published models: OpenAI's use the first, most of
// OpenCLIP's the second.
const (
	QuickGELU = "quick_gelu"
	GELU      = "gelu"
)

// activations are the operations by their names in configurations.
var activations = map[string]autograd.Activation{
	"":        autograd.QuickGELU,
	QuickGELU: autograd.QuickGELU,
	GELU:      autograd.GELU,
}

// poolEOS is the Pool of a text tower that is read at the first EOS.
const poolEOS = "eos"

// ViTB16 is the configuration of OpenAI's ViT-B/16.
var ViTB16 = Config{
	Embed:  512,
	Vision: vit.Config{Image: 224, Patch: 16, Width: 768, Layers: 12, Heads: 12},
	Text:   textenc.Config{Context: 77, Vocab: 49408, Width: 512, Layers: 12, Heads: 8},
}

// imageOnly says whether the model has no text tower.
func (c Config) imageOnly() bool { return c.Text == (textenc.Config{}) }

// withoutText returns the configuration of the image tower alone.
func (c Config) withoutText() Config {
	c.Text, c.TextActivation, c.Bias = textenc.Config{}, "", false
	return c
}

// textActivation is the activation of the text tower.
func (c Config) textActivation() string {
	if c.TextActivation != "" {
		return c.TextActivation
	}
	return c.Activation
}

// leavesOut says whether the tensor of that name belongs to a part of the file
// that a model of these sizes is without.
func (c Config) leavesOut(name string) bool {
	inner, vision := strings.CutPrefix(name, "visual.")
	if !vision && c.imageOnly() {
		return true
	}
	layers := c.Text.Layers
	if vision {
		layers = c.Vision.Layers
	}
	rest, ok := strings.CutPrefix(inner, "transformer.resblocks.")
	index, _, _ := strings.Cut(rest, ".")
	n, err := strconv.Atoi(index)
	return ok && err == nil && n >= layers
}

// check reports sizes that cannot work together.
func (c Config) check() error {
	v, t := c.Vision, c.Text
	if c.imageOnly() {
		t = textenc.Config{Context: 1, Vocab: 1, Width: 1, Layers: 1, Heads: 1}
	}
	switch {
	case min(c.Embed, v.Image, v.Patch, v.Width, v.Layers, v.Heads, t.Context, t.Vocab, t.Width, t.Layers, t.Heads) <= 0,
		min(v.MLP, t.MLP) < 0 || v.Eps < 0 || t.Eps < 0:
		return fmt.Errorf("every size must be positive: %+v", c)
	case v.Image < v.Patch:
		return fmt.Errorf("image side %d is less than the patch side %d", v.Image, v.Patch)
	case v.Width%v.Heads != 0 || t.Width%t.Heads != 0:
		return fmt.Errorf("widths %d and %d must be multiples of their heads %d and %d", v.Width, t.Width, v.Heads, t.Heads)
	case t.Pool != "" && t.Pool != poolEOS:
		return fmt.Errorf("pooling %q of the text is not known; want %q or nothing", t.Pool, poolEOS)
	}
	for _, name := range []string{c.Activation, c.TextActivation} {
		if _, ok := activations[name]; !ok {
			return fmt.Errorf("activation %q is not known; want %s or %s", name, QuickGELU, GELU)
		}
	}
	return checkInput(c.Preprocess, v.Image)
}

// parameters returns how many numbers a model of these sizes has. It is a
// float64 so that absurd sizes cannot overflow.
func (c Config) parameters() float64 {
	block := func(layers, width, mlp int) float64 {
		l, d, f := float64(layers), float64(width), 4*float64(width)
		if mlp != 0 {
			f = float64(mlp)
		}
		return l * (4*d*d + 2*d*f + 9*d + f)
	}
	v, t := c.Vision, c.Text
	dv, dt, grid := float64(v.Width), float64(t.Width), float64(v.Image/v.Patch)
	vision := dv*(3*float64(v.Patch)*float64(v.Patch)+1+1+grid*grid+4+float64(c.Embed)) + block(v.Layers, v.Width, v.MLP)
	if c.imageOnly() {
		return vision
	}
	text := dt*(float64(t.Vocab)+float64(t.Context)+2+float64(c.Embed)) + block(t.Layers, t.Width, t.MLP)
	return vision + text + 1
}

// UpToEnd returns the ids of a text up to the one at which the tower reads it:
// the first highest, or the first EOS, or the first of all where there is none.
// What follows is not seen, since attention is causal.
func (c Config) UpToEnd(ids []int) []int {
	at := 0
	if c.Text.Pool == poolEOS {
		at = max(0, slices.Index(ids, c.Text.EOS))
	} else {
		at = slices.Index(ids, slices.Max(ids))
	}
	return ids[:at+1]
}

package clip

import (
	"fmt"

	"frontdoor/autograd"
	"frontdoor/textenc"
	"frontdoor/vit"
)

// Config gives the sizes of a model.
type Config struct {
	Embed  int            `json:"embed"` // E, width of the joint embedding
	Vision vit.Config     `json:"vision"`
	Text   textenc.Config `json:"text"`

	// Activation is "quick_gelu", which "" stands for too, or "gelu".
	Activation string `json:"activation,omitempty"`
}

// The activations of published models: OpenAI's use the first, most of
// OpenCLIP's the second.
const (
	QuickGELU = "quick_gelu"
	GELU      = "gelu"
)

// ViTB16 is the configuration of OpenAI's ViT-B/16.
var ViTB16 = Config{
	Embed:  512,
	Vision: vit.Config{Image: 224, Patch: 16, Width: 768, Layers: 12, Heads: 12},
	Text:   textenc.Config{Context: 77, Vocab: 49408, Width: 512, Layers: 12, Heads: 8},
}

// activation returns the operation of both towers.
func (c Config) activation() autograd.Activation {
	if c.Activation == GELU {
		return autograd.GELU
	}
	return autograd.QuickGELU
}

// check reports sizes that cannot work together.
func (c Config) check() error {
	switch v, t := c.Vision, c.Text; {
	case min(c.Embed, v.Image, v.Patch, v.Width, v.Layers, v.Heads, t.Context, t.Vocab, t.Width, t.Layers, t.Heads) <= 0:
		return fmt.Errorf("every size must be positive: %+v", c)
	case v.Image%v.Patch != 0:
		return fmt.Errorf("image side %d is not a multiple of the patch side %d", v.Image, v.Patch)
	case v.Width%v.Heads != 0 || t.Width%t.Heads != 0:
		return fmt.Errorf("widths %d and %d must be multiples of their heads %d and %d", v.Width, t.Width, v.Heads, t.Heads)
	case c.Activation != "" && c.Activation != QuickGELU && c.Activation != GELU:
		return fmt.Errorf("activation %q is not known; want %s or %s", c.Activation, QuickGELU, GELU)
	}
	return nil
}

// parameters returns how many numbers a model of these sizes has. It is a
// float64 so that absurd sizes cannot overflow.
func (c Config) parameters() float64 {
	block := func(layers, width int) float64 {
		l, d := float64(layers), float64(width)
		return l * (12*d*d + 13*d)
	}
	v, t := c.Vision, c.Text
	dv, dt, grid := float64(v.Width), float64(t.Width), float64(v.Image/v.Patch)
	vision := dv*(3*float64(v.Patch)*float64(v.Patch)+1+1+grid*grid+4+float64(c.Embed)) + block(v.Layers, v.Width)
	text := dt*(float64(t.Vocab)+float64(t.Context)+2+float64(c.Embed)) + block(t.Layers, t.Width)
	return vision + text + 1
}

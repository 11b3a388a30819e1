package clip

import (
	"fmt"
	"math"
	"strings"

	"frontdoor/textenc"
	"frontdoor/vit"
	"frontdoor/weights"
)

// Config gives the sizes of a model.
type Config struct {
	Embed  int            `json:"embed"` // E, width of the joint embedding
	Vision vit.Config     `json:"vision"`
	Text   textenc.Config `json:"text"`
}

// ViTB16 is the configuration of OpenAI's ViT-B/16.
var ViTB16 = Config{
	Embed:  512,
	Vision: vit.Config{Image: 224, Patch: 16, Width: 768, Layers: 12, Heads: 12},
	Text:   textenc.Config{Context: 77, Vocab: 49408, Width: 512, Layers: 12, Heads: 8},
}

// headWidth is the number of channels a head has in every published CLIP.
const headWidth = 64

// check reports sizes that cannot work together.
func (c Config) check() error {
	switch v, t := c.Vision, c.Text; {
	case min(c.Embed, v.Image, v.Patch, v.Width, v.Layers, v.Heads, t.Context, t.Vocab, t.Width, t.Layers, t.Heads) <= 0:
		return fmt.Errorf("every size must be positive: %+v", c)
	case v.Image%v.Patch != 0:
		return fmt.Errorf("image side %d is not a multiple of the patch side %d", v.Image, v.Patch)
	case v.Width%v.Heads != 0 || t.Width%t.Heads != 0:
		return fmt.Errorf("widths %d and %d must be multiples of their heads %d and %d", v.Width, t.Width, v.Heads, t.Heads)
	}
	return nil
}

// infer reads the sizes off the tensors of a checkpoint in OpenAI's names.
func infer(f *weights.File) (Config, error) {
	var c Config
	var err error
	dim := func(name string, i int) int {
		t, ok := f.Tensor(name)
		if !ok || i >= len(t.Shape) {
			if err == nil {
				err = fmt.Errorf("tensor %q with %d or more dimensions is missing", name, i+1)
			}
			return 1
		}
		return t.Shape[i]
	}
	if _, ok := f.Tensor("visual.proj"); !ok {
		if _, ok := f.Tensor("visual.layer1.0.conv1.weight"); ok {
			return c, fmt.Errorf("this is a CLIP with a ResNet image tower; only Vision Transformers are supported (ViT-B/32, ViT-B/16, ViT-L/14 ...)")
		}
		return c, fmt.Errorf("no tensor %q: not a CLIP checkpoint in OpenAI's names", "visual.proj")
	}
	c.Vision.Width = dim("visual.conv1.weight", 0)
	c.Vision.Patch = dim("visual.conv1.weight", 3)
	grid := int(math.Round(math.Sqrt(float64(dim("visual.positional_embedding", 0) - 1))))
	c.Vision.Image = c.Vision.Patch * grid
	c.Vision.Heads = max(1, c.Vision.Width/headWidth)
	c.Embed = dim("text_projection", 1)
	c.Text.Context = dim("positional_embedding", 0)
	c.Text.Vocab = dim("token_embedding.weight", 0)
	c.Text.Width = dim("ln_final.weight", 0)
	c.Text.Heads = max(1, c.Text.Width/headWidth)
	for _, name := range f.Names() {
		if strings.HasSuffix(name, ".attn.in_proj_weight") {
			if strings.HasPrefix(name, "visual.") {
				c.Vision.Layers++
			} else if strings.HasPrefix(name, "transformer.") {
				c.Text.Layers++
			}
		}
	}
	if err != nil {
		return c, err
	}
	return c, c.check()
}

package clip

import (
	"encoding/json"
	"fmt"
	"math"
	"strings"
)

// headWidth is the number of channels a head has in every CLIP of OpenAI.
const headWidth = 64

// config returns the sizes of the model in the file: from the project's own
// metadata, or inferred from the tensors and the files beside it.
func (c *checkpoint) config(beside sidecar) (Config, error) {
	var out Config
	var err error
	if text, ok := c.file.Metadata()[metaConfig]; ok {
		if err := json.Unmarshal([]byte(text), &out); err != nil {
			return out, fmt.Errorf("metadata %q: %w", metaConfig, err)
		}
	} else if out, err = c.infer(beside); err != nil {
		return out, err
	}
	if err := out.check(); err != nil {
		return out, err
	}
	// Sizes are only announced until the tensors are seen to be there.
	have := 0.0
	for _, name := range c.file.Names() {
		t, _ := c.file.Tensor(name)
		have += float64(t.Len())
	}
	if need := out.parameters(); need > have {
		return out, c.incomplete(out, need, have)
	}
	return out, nil
}

// incomplete names a tensor that is missing or has a wrong shape, if sizes are
// plausible, since the file has too few numbers for them.
func (c *checkpoint) incomplete(out Config, need, have float64) error {
	if need < 2*have+1e6 {
		_, err := build(c.builder(false), out, nil)
		if err != nil {
			return err
		}
	}
	return fmt.Errorf("a model of the sizes %+v has %.0f weights, and the file has %.0f", out, need, have)
}

// infer reads the sizes off the tensors.
func (c *checkpoint) infer(beside sidecar) (Config, error) {
	var out Config
	var err error
	dim := func(name string, i int) int {
		shape, ok := c.shape(name)
		if !ok || i >= len(shape) {
			if err == nil {
				err = fmt.Errorf("tensor %q with %d or more dimensions is missing", name, i+1)
			}
			return 1
		}
		return shape[i]
	}
	out.Vision.Width = dim("visual.conv1.weight", 0)
	out.Vision.Patch = dim("visual.conv1.weight", 3)
	rows := dim("visual.positional_embedding", 0)
	out.Embed = dim("text_projection", 1)
	out.Text.Context = dim("positional_embedding", 0)
	out.Text.Vocab = dim("token_embedding.weight", 0)
	out.Text.Width = dim("ln_final.weight", 0)
	out.Vision.Layers = c.layers("visual.transformer.resblocks.")
	out.Text.Layers = c.layers("transformer.resblocks.")
	if _, ok := c.shape("visual.proj"); err == nil && !ok {
		if _, ok := c.places["visual.layer1.0.conv1.weight"]; ok {
			return out, errResNet
		}
		err = fmt.Errorf("tensor %q is missing: not a CLIP checkpoint with a Vision Transformer", "visual.proj")
	}
	grid := int(math.Round(math.Sqrt(float64(max(rows-1, 0)))))
	if err == nil && 1+grid*grid != rows {
		err = fmt.Errorf("tensor %q has %d rows, want a square number and one", c.label("visual.positional_embedding"), rows)
	}
	out.Vision.Image = out.Vision.Patch * grid
	out.Vision.Heads = beside.heads(beside.VisionHeads, out.Vision.Width)
	out.Text.Heads = beside.heads(beside.TextHeads, out.Text.Width)
	out.Activation = beside.Activation
	return out, err
}

// layers counts the blocks of a tower.
func (c *checkpoint) layers(prefix string) int {
	seen := make(map[string]bool)
	for name := range c.places {
		if rest, ok := strings.CutPrefix(name, prefix); ok {
			index, _, _ := strings.Cut(rest, ".")
			seen[index] = true
		}
	}
	return len(seen)
}

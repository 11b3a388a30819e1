package clip

import (
	"fmt"
	"math"
	"strings"

	"frontdoor/internal/exactjson"
	"frontdoor/weights"
)

// config returns the sizes of the model in the file: from the project's own
// metadata, or read off the tensors and completed with what is said about it.
func (c *checkpoint) config(path string, o Options) (Config, error) {
	var out Config
	if text, ok := c.file.Metadata()[metaConfig]; ok {
		if err := exactjson.Unmarshal([]byte(text), &out); err != nil {
			return out, fmt.Errorf("metadata %q: %w", metaConfig, err)
		}
		if o.ImageOnly {
			out = out.withoutText()
		}
	} else {
		var err error
		if out, err = c.described(path, o); err != nil {
			return out, err
		}
	}
	if o.Activation != "" {
		out.Activation, out.TextActivation = o.Activation, ""
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
	for name, rows := range c.rows {
		if parts, _, err := c.parts(name); err == nil {
			have += float64(rows) * float64(parts[0].Len()) / float64(max(1, parts[0].Shape[0]))
		}
	}
	if need := out.parameters(); need > have {
		return out, c.incomplete(out, need, have)
	}
	return out, nil
}

// described is config for the files of others.
func (c *checkpoint) described(path string, o Options) (Config, error) {
	out, err := c.infer(o.ImageOnly)
	if err != nil {
		return out, err
	}
	var d description
	if path != embedded {
		if d, err = describe(path, c); err != nil {
			return out, err
		}
	}
	switch {
	case d.source == "" && o.Activation == "" && path != embedded && !c.isOpenAIs():
		c.notes = append(c.notes, fmt.Sprintf("nothing beside the model says how it was trained; it is taken for one like OpenAI's, with the activation %s "+
			"and CLIP's own preprocessing (Options.Activation says otherwise, -activation of predict, serve and fetch)", QuickGELU))
	case d.named && d.activation != "":
		c.notes = append(c.notes, fmt.Sprintf("the activation is %s by %s", d.activation, d.source))
	}
	if err := c.resize(d, &out); err != nil {
		return out, err
	}
	notes, err := d.setSizes(&out)
	c.notes = append(c.notes, notes...)
	if err != nil {
		return out, err
	}
	if err := checkInput(out.Preprocess, out.Vision.Image); err != nil {
		return out, fmt.Errorf("%s: %w", d.processorSource, err)
	}
	return out, nil
}

// isOpenAIs says whether the file is a TorchScript archive of OpenAI's class.
func (c *checkpoint) isOpenAIs() bool {
	return strings.Contains(c.file.Metadata()[weights.TorchScript], "multimodal")
}

// incomplete names a tensor that is missing or has a wrong shape, if sizes are
// plausible, since the file has too few numbers for them.
func (c *checkpoint) incomplete(out Config, need, have float64) error {
	if need < 2*have+1e6 {
		_, err := build(out, nil, c.fetcher(false))
		if err != nil {
			return err
		}
	}
	return fmt.Errorf("a model of the sizes %+v has %.0f weights, and the file has %.0f", out, need, have)
}

// reader reads dimensions of tensors; the first that is missing sticks.
type reader struct {
	*checkpoint
	err error
}

func (r *reader) dim(name string, i int) int {
	shape, ok := r.shape(name)
	if ok && i < len(shape) {
		return shape[i]
	}
	if r.err == nil {
		r.err = fmt.Errorf("tensor %q with %d or more dimensions is missing", name, i+1)
	}
	return 1
}

// infer reads the sizes off the tensors.
func (c *checkpoint) infer(imageOnly bool) (Config, error) {
	var out Config
	r := &reader{checkpoint: c}
	out.Vision.Width = r.dim("visual.conv1.weight", 0)
	out.Vision.Patch = r.dim("visual.conv1.weight", 3)
	rows := r.dim("visual.positional_embedding", 0)
	out.Vision.Layers = c.layers("visual.transformer.resblocks.")
	out.Vision.MLP = c.mlp("visual.transformer.resblocks.", out.Vision.Width)
	if _, ok := c.shape("visual.proj"); r.err == nil && !ok {
		if _, ok := c.places["visual.layer1.0.conv1.weight"]; ok {
			return out, errResNet
		}
		r.err = fmt.Errorf("tensor %q is missing (visual_projection.weight in transformers): not a CLIP checkpoint, but an image tower without its projection, as CLIPVisionModel saves it, and nothing can be compared with its features; load the whole model's file or what CLIPVisionModelWithProjection saves", "visual.proj")
	}
	out.Embed = r.dim("visual.proj", 1)
	if !imageOnly {
		if r.err == nil && !c.hasText() {
			return out, fmt.Errorf("tensor %q is missing: the file holds an image tower alone, which serves to embed images and nothing else", "token_embedding.weight")
		}
		out.Text.Context = r.dim("positional_embedding", 0)
		out.Text.Vocab = r.dim("token_embedding.weight", 0)
		out.Text.Width = r.dim("ln_final.weight", 0)
		out.Text.Layers = c.layers("transformer.resblocks.")
		out.Text.MLP = c.mlp("transformer.resblocks.", out.Text.Width)
		_, out.Bias = c.places["logit_bias"]
	}
	grid := int(math.Round(math.Sqrt(float64(max(rows-1, 0)))))
	if r.err == nil && 1+grid*grid != rows {
		r.err = fmt.Errorf("tensor %q has %d rows, want a square number and one: only square pictures are supported", c.label("visual.positional_embedding"), rows)
	}
	out.Vision.Image = out.Vision.Patch * grid
	return out, r.err
}

// hasText says whether the file has anything of a text tower.
func (c *checkpoint) hasText() bool {
	for name := range c.places {
		if !strings.HasPrefix(name, "visual.") && !strings.HasPrefix(name, "logit_") {
			return true
		}
	}
	return false
}

// mlp returns the width inside the MLPs of a tower, 0 for the usual one.
func (c *checkpoint) mlp(prefix string, width int) int {
	shape, ok := c.shape(prefix + "0.mlp.c_fc.weight")
	if !ok || len(shape) != 2 || shape[0] == 4*width {
		return 0
	}
	return shape[0]
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

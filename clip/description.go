package clip

import (
	"fmt"
	"path/filepath"

	"frontdoor/imaging"
)

// description is what the tensors do not tell about a model: what the files
// beside the weights say, or the name that the weights were published under.
// Zeros are not said.
type description struct {
	source                     string // the file or the name, "" if there is neither
	named                      bool   // it is a name
	activation, textActivation string
	embed, image, patch        int
	context, vocab             int
	resizes                    bool // positions of another number are resized
	vision, text               towerDescription
	pool                       string // "eos" or "" for the highest id
	eos                        int
	// What is left out where the library has a default that the tensors may
	// contradict.
	imageUnsaid, contextUnsaid, endUnsaid bool
	processor                             func(side int) imaging.Processor // nil for the default; side is the tower's
	processorSource                       string
}

// towerDescription is what is said about one tower.
type towerDescription struct {
	width, layers, mlp int
	heads, headWidth   int // one of them, or neither
	eps                float64
}

// describe reads what is said about the model of a checkpoint at path: in the
// configuration of the library whose names the tensors have, else in that of the
// other one, else by the published name.
func describe(path string, ck *checkpoint) (d description, err error) {
	dir, found := filepath.Dir(path), false
	transformers := ck.scheme == huggingFace
	if transformers {
		d, found, err = readHuggingFace(dir, false)
	}
	if !found && err == nil {
		d, found, err = readOpenCLIP(dir)
	}
	if !found && err == nil && !transformers {
		d, found, err = readHuggingFace(dir, true)
	}
	if err != nil {
		return d, err
	}
	if !found {
		if d = namedDescription(path, ck.file.Metadata()); transformers && d.activation == "" {
			d.activation, d.textActivation = QuickGELU, QuickGELU // transformers' default
		}
	}
	if transformers || d.source != openCLIPConfig {
		err = d.readPreprocessor(dir)
	}
	return d, err
}

// readPreprocessor enters the preprocessing of transformers, if there is a file
// of it.
func (d *description) readPreprocessor(dir string) error {
	p, found, err := readPreprocessor(dir)
	if found && err == nil {
		d.processorSource = preprocessorConfig
		d.processor = func(int) imaging.Processor { return p }
	}
	return err
}

// headsOf returns the number of heads of a tower of the given width, and what
// was assumed for it, if anything was.
func (t towerDescription) headsOf(tower string, width int) (heads int, assumed string) {
	switch {
	case t.heads > 0:
		return t.heads, ""
	case t.headWidth > 0 && width >= t.headWidth:
		return width / t.headWidth, ""
	}
	if heads, ok := publishedHeads[tower][width]; ok {
		return heads, ""
	}
	heads = max(1, width/headWidth)
	return heads, fmt.Sprintf("the %s tower is taken to have %d heads, one for each %d of its width %d", tower, heads, headWidth, width)
}

// defaultEnd is transformers' eos_token_id where a file has none.
const defaultEnd = 49407

// headWidth is the number of channels a head has in every CLIP of OpenAI.
const headWidth = 64

// publishedHeads are the heads of published towers by width. Those of a width
// that OpenAI has not used are wider than 64 from ViT-H/14 on.
var publishedHeads = map[string]map[int]int{
	"image": {384: 6, 512: 8, 640: 10, 768: 12, 896: 14, 1024: 16, 1280: 16, 1408: 16, 1664: 16, 1792: 16},
	"text":  {384: 6, 512: 8, 640: 10, 768: 12, 1024: 16, 1280: 20},
}

// setSizes enters what was described into the sizes that were read off the
// tensors, and returns notes of what was assumed. What contradicts the tensors
// is an error that names the key.
func (d description) setSizes(c *Config) (notes []string, err error) {
	for _, s := range []struct {
		key        string
		said, have int
	}{
		{"the joint embedding's width", d.embed, c.Embed},
		{"the patch size", d.patch, c.Vision.Patch},
		{"the image tower's width", d.vision.width, c.Vision.Width},
		{"the image tower's MLP width", d.vision.mlp, mlpWidth(c.Vision.MLP, c.Vision.Width)},
		{"the text tower's width", d.text.width, c.Text.Width},
		{"the text tower's MLP width", d.text.mlp, mlpWidth(c.Text.MLP, c.Text.Width)},
		{"the vocabulary", d.vocab, c.Text.Vocab},
		{"the context length", d.context, c.Text.Context},
	} {
		if s.said != 0 && s.have != 0 && s.said != s.have {
			return nil, fmt.Errorf("%s says that %s is %d, and the tensors have %d", d.source, s.key, s.said, s.have)
		}
	}
	if err := d.setImage(c); err != nil {
		return nil, err
	}
	for _, t := range []struct {
		name   string
		said   towerDescription
		layers *int
		heads  *int
		eps    *float64
		width  int
	}{
		{"image", d.vision, &c.Vision.Layers, &c.Vision.Heads, &c.Vision.Eps, c.Vision.Width},
		{"text", d.text, &c.Text.Layers, &c.Text.Heads, &c.Text.Eps, c.Text.Width},
	} {
		if t.width == 0 {
			continue // the file has no such tower
		}
		if n := t.said.layers; n != 0 && n != *t.layers {
			if n > *t.layers {
				return nil, fmt.Errorf("%s says that the %s tower has %d blocks, and there are tensors of %d", d.source, t.name, n, *t.layers)
			}
			notes = append(notes, fmt.Sprintf("%s asks for %d of the %d blocks of the %s tower; the others are left out", d.source, n, *t.layers, t.name))
			*t.layers = n
		}
		heads, assumed := t.said.headsOf(t.name, t.width)
		if *t.heads = heads; assumed != "" {
			notes = append(notes, assumed)
		}
		if t.said.eps != 0 && t.said.eps != 1e-5 {
			*t.eps = t.said.eps
		}
	}
	if c.Activation = d.activation; d.textActivation != d.activation && !c.imageOnly() {
		c.TextActivation = d.textActivation
	}
	if !c.imageOnly() {
		c.Text.Pool, c.Text.EOS = d.pool, d.eos
	}
	if d.processor != nil {
		c.Preprocess = d.processor(c.Vision.Image)
	}
	return append(notes, d.passedOver(*c)...), nil
}

// passedOver returns notes of defaults of the library that the model's tensors
// contradict, where the configuration leaves a key out: the tensors are followed.
func (d description) passedOver(c Config) (notes []string) {
	if d.imageUnsaid && c.Vision.Image != 224 {
		notes = append(notes, fmt.Sprintf("%s has no image_size, for which open_clip takes 224; the tensors' %d is taken here", d.source, c.Vision.Image))
	}
	if c.imageOnly() {
		return notes
	}
	if d.contextUnsaid && c.Text.Context != 77 {
		notes = append(notes, fmt.Sprintf("%s has no context_length, for which open_clip takes 77; the tensors' %d is taken here", d.source, c.Text.Context))
	}
	if d.endUnsaid && c.Text.Vocab <= defaultEnd {
		notes = append(notes, fmt.Sprintf("%s has no eos_token_id, for which transformers takes %d, beyond the vocabulary of %d, and reads every text at its beginning; "+
			"it is read at its highest id here", d.source, defaultEnd, c.Text.Vocab))
	}
	return notes
}

// setImage enters the side of the input, which the positions tell up to what
// the patches leave over.
func (d description) setImage(c *Config) error {
	if d.image == 0 {
		return nil
	}
	if d.image/c.Vision.Patch != c.Vision.Image/c.Vision.Patch {
		return fmt.Errorf("%s says that pictures have %d pixels a side, which are %d patches, and the tensor of positions is for %d; transformers does not load it either",
			d.source, d.image, d.image/c.Vision.Patch, c.Vision.Image/c.Vision.Patch)
	}
	c.Vision.Image = d.image
	return nil
}

func mlpWidth(mlp, width int) int {
	if mlp == 0 {
		return 4 * width
	}
	return mlp
}

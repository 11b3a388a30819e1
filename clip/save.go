package clip

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"strings"

	"frontdoor/nn"
	"frontdoor/textenc/bpe"
	"frontdoor/weights"
)

// Metadata keys of the project's own checkpoints. Other files have neither;
// their sizes are inferred and their vocabulary is looked for beside them.
const (
	metaConfig = "clip.config"
	metaMerges = "clip.merges"
)

// metadata returns what makes a file complete: sizes and vocabulary.
func metadata(c Config, tok *bpe.Tokenizer, extra map[string]string) (map[string]string, error) {
	var config bytes.Buffer
	if err := json.NewEncoder(&config).Encode(c); err != nil {
		return nil, err
	}
	meta := map[string]string{
		metaConfig: strings.TrimSpace(config.String()),
		metaMerges: strings.Join(tok.Merges(), "\n"),
	}
	maps.Copy(meta, extra)
	return meta, nil
}

// Save writes the model to path as safetensors in fp16, with its sizes and
// vocabulary in the metadata. extra is added to the metadata.
func (m *Model) Save(path string, extra map[string]string) error {
	meta, err := metadata(m.Config, m.Tokenizer, extra)
	if err != nil {
		return fmt.Errorf("clip: save %s: %w", path, err)
	}
	tensors := make([]weights.Tensor, len(m.stored))
	for i, t := range m.stored {
		if tensors[i] = weights.NewF16(t.Name, t.Shape(), t.Data); !tensors[i].Finite() {
			return fmt.Errorf("clip: save %s: tensor %q has weights that are infinite or not numbers in float16", path, t.Name)
		}
	}
	return weights.Write(path, tensors, meta)
}

// Convert reads the model at from, in any format that Load reads, and writes
// it to the file to as safetensors in OpenAI's names, with its sizes, its
// preprocessing and its vocabulary in the metadata: one file that is complete
// and loads fastest. The numbers are the same, in the types that they have in
// the file, except that float64 is rounded to float32. It returns the notes of
// Load.
func Convert(from, to string, o Options) (notes []string, err error) {
	f, err := open(from)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	notes, err = convert(f, to, o)
	if err != nil {
		return nil, fmt.Errorf("clip: %s: %w", from, err)
	}
	return notes, nil
}

func convert(f *weights.File, to string, o Options) (notes []string, err error) {
	o.ImageOnly, o.NoVocabulary = false, false // the result is to be complete
	ck, err := newCheckpoint(f)
	if err != nil {
		return nil, err
	}
	m, err := ck.model(f.Name(), o)
	if err != nil {
		return nil, err
	}
	tensors, err := ck.all(m.stored)
	if err != nil {
		return nil, err
	}
	meta, err := metadata(m.Config, m.Tokenizer, map[string]string{"format": "pt"})
	if err != nil {
		return nil, err
	}
	return m.Notes, weights.Write(to, tensors, meta)
}

// all returns the named tensors as they are to be written.
func (c *checkpoint) all(names []nn.Named) ([]weights.Tensor, error) {
	tensors := make([]weights.Tensor, len(names))
	for i, t := range names {
		var err error
		if tensors[i], err = c.stored(t.Name, t.Shape()); err != nil {
			return nil, err
		}
	}
	return tensors, nil
}

package clip

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"frontdoor/nn"
	"frontdoor/textenc"
	"frontdoor/weights"
)

// Metadata keys of the project's own checkpoints. Other safetensors files in
// OpenAI's names have neither; their sizes are inferred and their vocabulary
// is looked for beside them.
const (
	metaConfig = "clip.config"
	metaMerges = "clip.merges"
)

//go:embed tiny.safetensors
var tiny []byte

// Tiny returns the embedded model: a small CLIP pre-trained by cmd/pretrain on
// the synthetic world, about 1.3 million parameters. TINY.md beside the file
// records how it was made.
func Tiny() (*Model, error) {
	f, err := weights.Parse(tiny, "embedded tiny model")
	if err != nil {
		return nil, err
	}
	return fromFile(f, "tiny", "")
}

// Load reads a model from path, or returns the embedded one if path is "tiny".
// Files are safetensors in OpenAI's tensor names, with the sizes in the
// metadata or inferred from the tensors. A file that does not carry its own
// vocabulary needs CLIP's bpe_simple_vocab_16e6.txt.gz in the same folder.
func Load(path string) (*Model, error) {
	if path == "tiny" || path == "" {
		return Tiny()
	}
	f, err := weights.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return fromFile(f, filepath.Base(path), filepath.Dir(path))
}

func fromFile(f *weights.File, name, dir string) (*Model, error) {
	c, err := configOf(f)
	if err != nil {
		return nil, fmt.Errorf("clip: %s: %w", name, err)
	}
	tok, err := tokenizerOf(f, dir)
	if err != nil {
		return nil, fmt.Errorf("clip: %s: %w", name, err)
	}
	m, err := build(&nn.Builder{Fetch: func(key string, shape []int) ([]float32, error) {
		t, ok := f.Tensor(key)
		if !ok {
			return nil, fmt.Errorf("tensor %q is missing", key)
		}
		if !slices.Equal(t.Shape, shape) && !(len(t.Shape) == 0 && len(shape) == 1 && shape[0] == 1) {
			return nil, fmt.Errorf("tensor %q has shape %v, want %v", key, t.Shape, shape)
		}
		// A copy: the file may be unmapped before the model is done.
		return t.CopyFloat32(), nil
	}}, c, tok)
	if err != nil {
		return nil, fmt.Errorf("clip: %s: %w", name, err)
	}
	m.Name = name
	return m, nil
}

func configOf(f *weights.File) (Config, error) {
	text, ok := f.Metadata()[metaConfig]
	if !ok {
		return infer(f)
	}
	var c Config
	if err := json.Unmarshal([]byte(text), &c); err != nil {
		return c, fmt.Errorf("metadata %q: %w", metaConfig, err)
	}
	return c, c.check()
}

func tokenizerOf(f *weights.File, dir string) (*textenc.Tokenizer, error) {
	if text, ok := f.Metadata()[metaMerges]; ok {
		// Unlike strings.Split, no text gives no merges.
		return textenc.NewTokenizer(strings.FieldsFunc(text, func(r rune) bool { return r == '\n' }))
	}
	for _, name := range []string{"bpe_simple_vocab_16e6.txt.gz", "bpe_simple_vocab_16e6.txt"} {
		path := filepath.Join(dir, name)
		if _, err := os.Stat(path); err == nil {
			return textenc.LoadTokenizer(path)
		}
	}
	return nil, fmt.Errorf("no vocabulary: put CLIP's bpe_simple_vocab_16e6.txt.gz into %s", dir)
}

// Save writes the model to path as safetensors in fp16, with its sizes and
// vocabulary in the metadata. extra is added to the metadata.
func (m *Model) Save(path string, extra map[string]string) error {
	var config bytes.Buffer
	if err := json.NewEncoder(&config).Encode(m.Config); err != nil {
		return fmt.Errorf("clip: save %s: %w", path, err)
	}
	meta := map[string]string{
		metaConfig: strings.TrimSpace(config.String()),
		metaMerges: strings.Join(m.Tokenizer.Merges(), "\n"),
	}
	for k, v := range extra {
		meta[k] = v
	}
	tensors := make([]weights.Tensor, len(m.stored))
	for i, t := range m.stored {
		tensors[i] = weights.NewF16(t.Name, t.Shape(), t.Data)
	}
	return weights.Write(path, tensors, meta)
}

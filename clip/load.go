package clip

import (
	_ "embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"frontdoor/internal/cache"
	"frontdoor/nn"
	"frontdoor/weights"
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
	return fromFile(f, "tiny", Options{})
}

// Options says about a file what the file itself does not. The zero value is
// right for published models in their usual surroundings.
type Options struct {
	// Vocabulary is the tokenizer's file. If empty, it is the one in the
	// metadata, beside the weights or in a cache folder.
	Vocabulary string
	// Activation overrides the activation: QuickGELU or GELU. If empty, it is
	// the one in the metadata or in a configuration beside the weights, and
	// otherwise OpenAI's, QuickGELU.
	Activation string
}

// Load reads a model from path, or returns the embedded one if path is "tiny"
// or empty; it is LoadWith without options.
func Load(path string) (*Model, error) { return LoadWith(path, Options{}) }

// LoadWith reads a model from path, in whatever format it was published:
// OpenAI's TorchScript archives, state dictionaries of torch.save, or
// safetensors, in the names of OpenAI, OpenCLIP or Hugging Face. A path that
// is a folder is searched for the usual file names; a bare name that is not
// there is looked for in the cache folders. Sizes come from the metadata or
// from the tensors.
//
// Numbers that are float32 in the file are used where they lie, so the file
// must not be changed in place while the model is used; replacing it is safe.
func LoadWith(path string, o Options) (*Model, error) {
	if path == "tiny" || path == "" {
		return Tiny()
	}
	f, err := open(path)
	if err != nil {
		return nil, err
	}
	m, err := fromFile(f, f.Name(), o)
	if err != nil || m.file == nil {
		f.Close() // of memory that was only read there is nothing to report
	}
	return m, err
}

// open opens the file of tensors that path stands for.
func open(path string) (*weights.File, error) {
	file, err := resolve(path)
	if err != nil {
		return nil, err
	}
	return weights.Open(file)
}

// usualNames are the names under which models are published in folders, the
// ones that load fastest first.
var usualNames = []string{
	"model.safetensors", "model.safetensors.index.json", "open_clip_model.safetensors",
	"pytorch_model.bin", "pytorch_model.bin.index.json", "open_clip_pytorch_model.bin",
}

// resolve returns the file that path stands for.
func resolve(path string) (string, error) {
	info, err := os.Stat(path)
	switch {
	case err == nil && info.IsDir():
		for _, name := range usualNames {
			file := filepath.Join(path, name)
			if _, err := os.Stat(file); err == nil {
				return file, nil
			}
		}
		return "", fmt.Errorf("clip: the folder %s holds no model by one of its usual names (%s)", path, strings.Join(usualNames, ", "))
	case errors.Is(err, fs.ErrNotExist) && path == filepath.Base(path):
		if file, ok := cache.Find(path); ok {
			return file, nil
		}
		return "", fmt.Errorf("clip: %w; it is not in the folders of downloads either (%s)", err, strings.Join(cache.Dirs(), ", "))
	}
	return path, nil
}

// fromFile builds the model of a file, which stays open if it has a path.
func fromFile(f *weights.File, path string, o Options) (*Model, error) {
	m, err := assemble(f, path, o)
	if err != nil {
		return nil, fmt.Errorf("clip: %s: %w", filepath.Base(path), err)
	}
	m.Name = filepath.Base(path)
	return m, nil
}

func assemble(f *weights.File, path string, o Options) (*Model, error) {
	embedded := path == "tiny"
	ck, c, err := read(f, path, o)
	if err != nil {
		return nil, err
	}
	dir := ""
	if !embedded {
		dir = filepath.Dir(path)
	}
	tok, err := tokenizerOf(f, dir, o.Vocabulary)
	if err != nil {
		return nil, err
	}
	// Memory of the program itself must not be written to, as training would.
	m, err := build(ck.builder(!embedded), c, tok)
	if err == nil {
		err = ck.strict(m.stored)
	}
	if err == nil && ck.kept {
		m.file = f
	}
	return m, err
}

// read finds out what names and sizes the file's model has.
func read(f *weights.File, path string, o Options) (*checkpoint, Config, error) {
	ck, err := newCheckpoint(f)
	if err != nil {
		return nil, Config{}, err
	}
	var beside sidecar
	if _, own := f.Metadata()[metaConfig]; !own && path != "tiny" {
		if beside, err = readSidecar(path, ck.scheme); err != nil {
			return nil, Config{}, err
		}
	}
	c, err := ck.config(beside)
	if o.Activation != "" {
		c.Activation = o.Activation
	}
	if err == nil {
		err = c.check()
	}
	return ck, c, err
}

// builder takes a model's tensors from the file.
func (c *checkpoint) builder(keep bool) *nn.Builder {
	return &nn.Builder{Fetch: func(name string, shape []int) ([]float32, error) {
		return c.fetch(name, shape, keep)
	}}
}

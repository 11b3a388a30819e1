package clip

import (
	_ "embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"frontdoor/internal/cache"
	"frontdoor/internal/mmap"
	"frontdoor/textenc/bpe"
	"frontdoor/weights"
)

//go:embed tiny.safetensors
var tiny []byte

// embedded is the path of the embedded model.
const embedded = "tiny"

// Tiny returns the embedded model: a small CLIP pre-trained by cmd/pretrain on
// the synthetic world, about 1.3 million parameters. TINY.md beside the file
// records how it was made.
func Tiny() (*Model, error) { return loadTiny(Options{}) }

func loadTiny(o Options) (*Model, error) {
	f, err := weights.Parse(tiny, "embedded tiny model")
	if err != nil {
		return nil, err
	}
	return fromFile(f, embedded, o)
}

// Options says about a file what the file itself does not, and how much of it
// is needed. The zero value is right for published models in their usual
// surroundings.
type Options struct {
	// Vocabulary is the tokenizer's file. If empty, it is the one in the
	// metadata, beside the weights or in a cache folder.
	Vocabulary string
	// Activation overrides the activation: QuickGELU or GELU. If empty, it is
	// the one in the metadata, in a configuration beside the weights or of the
	// published name, and otherwise OpenAI's, QuickGELU.
	Activation string
	// ImageOnly leaves the text tower, the logit scale and the tokenizer out;
	// the file need not have them.
	ImageOnly bool
	// NoVocabulary leaves the tokenizer out, for programs that have token ids.
	NoVocabulary bool
}

// Load reads a model from path, in whatever format it was published: OpenAI's
// TorchScript archives, state dictionaries of torch.save, or safetensors, in
// the names of OpenAI, OpenCLIP or Hugging Face. It returns the embedded model
// if path is "tiny" or empty. A path that is a folder is searched for the usual
// file names; a bare name that is not there is looked for in the cache folders.
// What the tensors do not tell, the files beside them and the published name
// do; [Model.Notes] says what had to be assumed. docs/models.md lists the forms.
//
// Numbers that are float32 in the file are used where they lie, so the file
// must not be changed in place while the model is used; replacing it is safe.
// If it is cut short then, computing with the model is a fault in memory, which
// package runtime turns into a panic where debug.SetPanicOnFault is set and
// else into the end of the process.
// Load panics if more than one Options is given.
func Load(path string, options ...Options) (*Model, error) {
	var o Options
	switch len(options) {
	case 0:
	case 1:
		o = options[0]
	default:
		panic(fmt.Sprintf("clip.Load: %d Options, want one at most", len(options)))
	}
	if path == embedded || path == "" {
		return loadTiny(o)
	}
	f, err := open(path)
	if err != nil {
		return nil, err
	}
	var m *Model
	err = mmap.Guard(func() (err error) { m, err = fromFile(f, f.Name(), o); return err })
	if err != nil || m.file == nil {
		f.Close() // of memory that was only read there is nothing to report
	}
	if err != nil {
		return nil, err
	}
	return m, nil
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
	"open_clip_pytorch_model.safetensors", "open_clip_model.safetensors.index.json",
	"pytorch_model.bin", "pytorch_model.bin.index.json", "open_clip_pytorch_model.bin",
	"open_clip_pytorch_model.pth", "pytorch_model.pth", "model.pth", "model.pt",
}

// weightFiles are the endings of files that may hold weights.
var weightFiles = []string{".safetensors", ".pt", ".pth", ".bin", ".ckpt", ".pth.tar"}

// soleFile returns the one file of weights that a folder has, if it has one.
func soleFile(dir string) (string, bool) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return "", false
	}
	var found []string
	for _, e := range entries {
		named := func(end string) bool { return strings.HasSuffix(e.Name(), end) }
		if slices.ContainsFunc(weightFiles, named) && !e.IsDir() {
			found = append(found, filepath.Join(dir, e.Name()))
		}
	}
	if len(found) != 1 {
		return "", false
	}
	return found[0], true
}

// File returns the file that Load reads for a path, "" for the embedded model.
func File(path string) (string, error) {
	if path == embedded || path == "" {
		return "", nil
	}
	return resolve(path)
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
		if file, ok := soleFile(path); ok {
			return file, nil
		}
		return "", fmt.Errorf("clip: the folder %s holds no model by one of its usual names (%s)", path, strings.Join(usualNames, ", "))
	case errors.Is(err, fs.ErrNotExist) && path == filepath.Base(path):
		if file, ok := cache.Find(path); ok {
			return file, nil
		}
		if _, published := cache.Models[path]; published {
			return "", fmt.Errorf("clip: %s was not downloaded yet: go run ./cmd/fetch %[1]s does that", path)
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

// assemble builds the model of a file in the folder of path.
func assemble(f *weights.File, path string, o Options) (*Model, error) {
	ck, err := newCheckpoint(f)
	if err != nil {
		return nil, err
	}
	return ck.model(path, o)
}

// model builds the checkpoint's model.
func (c *checkpoint) model(path string, o Options) (*Model, error) {
	sizes, err := c.config(path, o)
	if err != nil {
		return nil, err
	}
	var tok *bpe.Tokenizer
	if !o.NoVocabulary && !o.ImageOnly {
		dir := ""
		if path != embedded {
			dir = filepath.Dir(path)
		}
		if tok, err = tokenizerOf(c.file, dir, o.Vocabulary); err != nil {
			return nil, err
		}
	}
	// Memory of the program itself must not be written to, as training would.
	m, err := build(sizes, tok, c.fetcher(path != embedded))
	if err == nil {
		err = c.strict(m.stored, sizes)
	}
	if err == nil && c.kept {
		m.file = c.file
	}
	if err == nil {
		m.Notes = c.notes
	}
	return m, err
}

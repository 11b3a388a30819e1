package frontdoor

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"frontdoor/clip"
	"frontdoor/eval/rundir"
	"frontdoor/internal/safefile"
	"frontdoor/method"
	"frontdoor/simd"
)

// SaveOption is a choice that [Classifier.Save] leaves to the caller.
type SaveOption func(*saveOptions)

type saveOptions struct{ model bool }

// IncludeModel makes Save copy the model into the folder, as one file with its
// vocabulary.
func IncludeModel() SaveOption { return func(o *saveOptions) { o.model = true } }

// savedModel is the name of a model's copy in a saved folder.
const savedModel = "model.safetensors"

// Save writes what a run has learned to a new folder that Open opens wherever it
// is moved to: the configuration, the learned tensors, results and promise. Of a
// classifier of Load it keeps the classes and their captions. The model is
// referred to by its place relative to the folder and by the SHA-256 of its file,
// or it is copied, with [IncludeModel]; the embedded model is in the program. The
// folder must be empty or absent. Without classes there is nothing to save, which
// is [ErrNoClasses].
func (c *Classifier) Save(dir string, opts ...SaveOption) error {
	var o saveOptions
	for _, set := range opts {
		if set == nil {
			return &OptionError{errors.New("frontdoor: a SaveOption is nil")}
		}
		set(&o)
	}
	if err := c.enter(); err != nil {
		return err
	}
	defer c.calls.Done()
	config, err := c.config()
	if err != nil {
		return err
	}
	if files, err := os.ReadDir(dir); err == nil && len(files) > 0 {
		return fmt.Errorf("frontdoor: %s is not empty: Save needs a new folder", dir)
	}
	to, err := rundir.Create(dir)
	if err != nil {
		return err
	}
	return errors.Join(c.save(to, config, o), to.Close())
}

// config is that of the classifier's run, or one for the classes of Load.
func (c *Classifier) config() (*rundir.Config, error) {
	if c.info.Run != "" {
		return rundir.ReadConfig(c.info.Run)
	}
	classes := c.Classes()
	if len(classes) == 0 {
		return nil, ErrNoClasses
	}
	untrained := slices.IndexFunc(method.All, func(m *method.Method) bool { return !m.Trained() })
	config := &rundir.Config{
		Version: rundir.Version, Model: c.info.Model, Vocabulary: c.vocabulary, Fingerprint: c.info.Fingerprint, Backbone: c.info.Backbone,
		Dataset: "classes", Protocol: "all", Methods: []string{method.All[untrained].Name}, Seeds: []uint64{1}, Shots: 1,
		Classes: classes, Template: c.options.templates[0], Captions: c.options.templates, Kernel: simd.Rounding(), Exif: &c.info.Upright,
	}
	if c.gpu != nil {
		config.Kernel, config.Device = c.gpu.Arithmetic(), c.gpu.String()
	}
	return config, config.Check()
}

func (c *Classifier) save(to *rundir.Dir, config *rundir.Config, o saveOptions) error {
	for _, name := range []string{rundir.CheckpointFile, rundir.ResultsFile, rundir.PromiseFile} {
		if c.info.Run == "" {
			break // there are none
		}
		err := copyOf(safefile.Dir(c.info.Run), name, to)
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	if err := c.saveModel(to, config, o.model); err != nil {
		return err
	}
	return to.WriteJSON(rundir.ConfigFile, config) // last: without it the folder is no run
}

// saveModel makes the configuration refer to the model from the folder.
func (c *Classifier) saveModel(to *rundir.Dir, config *rundir.Config, include bool) error {
	if c.source == "" { // the embedded one
		return nil
	}
	path := c.source
	if include {
		path = to.File(savedModel)
		if _, err := clip.Convert(c.source, path, clip.Options{Vocabulary: c.vocabulary, Activation: c.options.activation}); err != nil {
			return err
		}
		config.Vocabulary = ""
	}
	if filepath.Ext(path) == ".json" {
		return fmt.Errorf("frontdoor: %s is a model of several files, to which one digest cannot refer: save it with IncludeModel", path)
	}
	digest, err := rundir.FileDigest(path)
	if err != nil {
		return err
	}
	if config.Model, err = relative(to.Path, path); err != nil {
		return err
	}
	if config.Vocabulary != "" {
		if config.Vocabulary, err = relative(to.Path, c.vocabulary); err != nil {
			return err
		}
	}
	config.ModelDigest = digest
	return nil
}

// relative is the path of a file as seen from a folder, with forward slashes. A
// folder is where it really is, however it was reached: from the place of a link
// another path would lead there.
func relative(dir, path string) (string, error) {
	from, err1 := real(dir)
	to, err2 := real(filepath.Dir(path))
	if err := errors.Join(err1, err2); err != nil {
		return "", err
	}
	rest, err := filepath.Rel(from, filepath.Join(to, filepath.Base(path)))
	return filepath.ToSlash(rest), err
}

// real is the absolute path of a folder, without links.
func real(dir string) (string, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return "", err
	}
	return filepath.EvalSymlinks(dir)
}

// maxCopied is more than what a run writes has: learned tensors are some hundred
// megabytes at most.
const maxCopied = 1 << 30

// copyOf copies a file of a run, which may be a stranger's, to another.
func copyOf(run safefile.Dir, name string, to *rundir.Dir) error {
	in, err := run.Open(name)
	if err != nil {
		return err
	}
	defer in.Close()
	info, err := in.Stat()
	if err != nil {
		return err
	}
	if info.Size() > maxCopied {
		return fmt.Errorf("%s: %d bytes, more than the limit of %d", in.Name(), info.Size(), maxCopied)
	}
	return safefile.Dir(to.Path).Write(name, func(w io.Writer) error {
		_, err := io.Copy(w, in)
		return err
	})
}

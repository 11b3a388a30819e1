package frontdoor

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"frontdoor/clip"
	"frontdoor/eval/rundir"
	"frontdoor/internal/atomicfile"
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
// is moved to: the configuration, the learned tensors, results and promise. The
// model is referred to by its place relative to the folder and by the SHA-256 of
// its file, or it is copied, with [IncludeModel]; the embedded model is in the
// program. The folder must be empty or absent. A classifier of Load has nothing
// to save.
func (c *Classifier) Save(dir string, opts ...SaveOption) error {
	var o saveOptions
	for _, set := range opts {
		set(&o)
	}
	if err := c.enter(); err != nil {
		return err
	}
	defer c.calls.Done()
	if c.info.Run == "" {
		return errors.New("frontdoor: there is nothing learned to save: Load the model and name the classes again")
	}
	config, err := rundir.ReadConfig(c.info.Run)
	if err != nil {
		return err
	}
	to, err := rundir.Create(dir)
	if err != nil {
		return err
	}
	return errors.Join(c.save(to, config, o), to.Close())
}

func (c *Classifier) save(to *rundir.Dir, config *rundir.Config, o saveOptions) error {
	for _, name := range []string{rundir.CheckpointFile, rundir.ResultsFile, rundir.PromiseFile} {
		err := copyFile(filepath.Join(c.info.Run, name), to.File(name))
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

// relative is a path as seen from a folder, with forward slashes.
func relative(dir, path string) (string, error) {
	from, err1 := filepath.Abs(dir)
	to, err2 := filepath.Abs(path)
	if err := errors.Join(err1, err2); err != nil {
		return "", err
	}
	rest, err := filepath.Rel(from, to)
	return filepath.ToSlash(rest), err
}

func copyFile(from, to string) error {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	return atomicfile.Write(to, func(w io.Writer) error {
		_, err := io.Copy(w, in)
		return err
	})
}

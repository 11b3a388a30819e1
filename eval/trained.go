package eval

import (
	"fmt"
	"path/filepath"
	"slices"

	"frontdoor/clip"
	"frontdoor/data"
	"frontdoor/prompt"
)

// ReadConfig reads the configuration of a run folder.
func ReadConfig(dir string) (*Config, error) {
	c := &Config{}
	return c, ReadRunJSON(dir, ConfigFile, c)
}

// Trained is a finished run: its configuration and the model it adapts.
type Trained struct {
	*Config
	Model *clip.Model
	dir   string
}

// LoadRun opens a run folder for prediction. model overrides where the run's
// model is; "" takes it from where it was.
func LoadRun(dir, model string) (*Trained, error) {
	c, err := ReadConfig(dir)
	if err != nil {
		return nil, err
	}
	if model == "" {
		model = c.Model
	}
	m, err := clip.LoadWith(model, clip.Options{Vocabulary: c.Vocabulary})
	if err != nil {
		return nil, err
	}
	return &Trained{Config: c, Model: m, dir: dir}, nil
}

// Learner returns a trained learner of the run, choosing among classes.
func (t *Trained) Learner(method string, seed uint64, classes []string) (prompt.Learner, error) {
	if !slices.Contains(t.Methods, method) {
		return nil, fmt.Errorf("the run has no method %q; it has %v", method, t.Methods)
	}
	if !slices.Contains(t.Seeds, seed) {
		return nil, fmt.Errorf("the run has no seed %d; it has %v", seed, t.Seeds)
	}
	l, err := NewLearner(t.Model, method, t.Template, t.Settings[method], seed)
	if err != nil {
		return nil, err
	}
	base, err := t.trainedOn()
	if err != nil {
		return nil, err
	}
	if err := trainedOn(l, base); err != nil {
		return nil, err
	}
	if t.Settings[method].PerClass { // its tensors are there once the classes are
		if err := l.SetClasses(base); err != nil {
			return nil, err
		}
	}
	if len(l.State()) > 0 {
		if err := LoadLearner(l, filepath.Join(t.dir, CheckpointFile), method, seed, t.Model.Fingerprint()); err != nil {
			return nil, err
		}
	}
	return l, l.SetClasses(classes)
}

// trainedOn returns the names of the classes that the run was trained on.
func (t *Trained) trainedOn() ([]string, error) {
	if t.Protocol == "base2new" {
		return t.Half("base")
	}
	return t.Half("all")
}

// Half returns the names of the run's classes: "all", or the "base" or "new"
// half.
func (t *Trained) Half(which string) ([]string, error) {
	base, novel := data.BaseNew(t.Classes)
	switch which {
	case "all":
		return t.Classes, nil
	case "base":
		return base, nil
	case "new":
		return novel, nil
	}
	return nil, fmt.Errorf("%q is not all, base or new", which)
}

package eval

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"frontdoor/clip"
	"frontdoor/data"
	"frontdoor/eval/protocol"
	"frontdoor/eval/rundir"
	"frontdoor/internal/setting"
	"frontdoor/method"
	"frontdoor/prompt"
)

// Trained is a finished run: its configuration and the model it adapts.
type Trained struct {
	*rundir.Config
	Model *clip.Model
	// ModelFile is the file that the model was read from, "" for the embedded one.
	ModelFile string
	dir       string
}

// LoadRun opens a run folder for prediction. model overrides where the run's
// model is; "" takes it from where it was. A model that is not the one of the
// training is [rundir.ErrModelChanged].
func LoadRun(dir, model string, o clip.Options) (*Trained, error) {
	c, err := rundir.ReadConfig(dir)
	if err != nil {
		return nil, err
	}
	if err := protocol.Check(c); err != nil {
		return nil, fmt.Errorf("%s: %w", filepath.Join(dir, rundir.ConfigFile), err)
	}
	if c.ModelDigest != "" {
		c.Model = beside(dir, c.Model)
		if c.Vocabulary != "" {
			c.Vocabulary = beside(dir, c.Vocabulary)
		}
	}
	moved := model != ""
	if !moved {
		model = c.Model
	}
	if o.Vocabulary == "" {
		o.Vocabulary = c.Vocabulary
	}
	file, err := clip.File(model)
	if err != nil {
		return nil, err
	}
	var m *clip.Model
	if !moved {
		err = c.CheckDigest(dir, file)
	}
	if err == nil {
		m, err = clip.Load(model, o)
	}
	if !moved && errors.Is(err, fs.ErrNotExist) {
		err = setting.Errorf("the model of the run in %s: %w: give its {model} (WithModel in a program) if it was moved", dir, err)
	}
	if err != nil {
		return nil, err
	}
	if err := c.CheckModel(dir, m.Fingerprint()); err != nil {
		return nil, errors.Join(err, m.Close())
	}
	return &Trained{Config: c, Model: m, ModelFile: file, dir: dir}, nil
}

// beside is the path of a file that a saved folder refers to: as seen from where
// the folder really is, should a link have led to it.
func beside(dir, path string) string {
	path = filepath.FromSlash(path)
	if real, err := filepath.EvalSymlinks(dir); err == nil {
		if there := filepath.Join(real, path); exists(there) {
			return there
		}
	}
	return filepath.Join(dir, path)
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

// Trained returns a run that is finished, for prediction.
func (r *Run) Trained() *Trained {
	file, _ := clip.File(r.Config.Model) // it was loaded
	return &Trained{Config: r.Config, Model: r.Model, ModelFile: file, dir: r.Dir.Path}
}

// Pick finds the cell of a run that has what is asked for: fields of want that
// are empty may be anything, but there must be one choice only. The method and
// the seed must be given.
func (t *Trained) Pick(want rundir.Cell) (rundir.Cell, error) {
	if m := method.Find(want.Method); m != nil {
		want.Method = m.Name // of an alias
	}
	if !slices.Contains(t.Methods, want.Method) {
		return rundir.Cell{}, fmt.Errorf("the run has no method %q; it has %v", want.Method, t.Methods)
	}
	if !slices.Contains(t.Seeds, want.Seed) {
		return rundir.Cell{}, fmt.Errorf("the run has no seed %d; it has %v", want.Seed, t.Seeds)
	}
	var names []string
	for _, set := range t.Sets() {
		names = append(names, set.Name)
	}
	dataset, err1 := choose("dataset", want.Dataset, names)
	shots, err2 := choose("shots", want.Shots, t.AllShots())
	m, err3 := choose("templates", want.M, t.TemplatesOf(want.Method))
	return rundir.Cell{Dataset: dataset, Shots: shots, Seed: want.Seed, Method: want.Method, M: m}, cmp.Or(err1, err2, err3)
}

// choose returns the value that is wanted, or the only one there is.
func choose[T comparable](name string, want T, have []T) (T, error) {
	var none T
	switch {
	case slices.Contains(have, want):
		return want, nil
	case want != none && len(have) == 1 && have[0] == none: // of the method's own number
		return none, setting.Errorf("{"+name+"} %v: the run has one number only; leave {"+name+"} away", want)
	case want != none:
		return none, setting.Errorf("{"+name+"} %v: the run has %v", want, have)
	case len(have) == 1:
		return have[0], nil
	}
	return none, setting.Errorf("the run has several: choose {"+name+"}, one of %v", have)
}

// Learner returns a trained learner of the run, choosing among classes. In a
// sweep use Pick and CellLearner.
func (t *Trained) Learner(name string, seed uint64, classes []string) (prompt.Learner, error) {
	cell, err := t.Pick(rundir.Cell{Method: name, Seed: seed})
	if err != nil {
		return nil, err
	}
	return t.CellLearner(cell, classes)
}

// CellLearner returns the trained learner of a cell, choosing among classes.
func (t *Trained) CellLearner(cell rundir.Cell, classes []string) (prompt.Learner, error) {
	set, ok := t.Set(cell.Dataset)
	if !ok {
		return nil, fmt.Errorf("the run has no dataset %q", cell.Dataset)
	}
	if len(t.Captions) > 0 {
		l := prompt.NewZeroShotEnsemble(t.Model, "zero-shot", t.Captions)
		return l, l.SetClasses(classes)
	}
	settings := t.For(cell)
	how, err := method.ByName(cell.Method)
	if err != nil {
		return nil, err
	}
	l, err := how.New(t.Model, set.Template, settings, cell.Seed)
	if err != nil {
		return nil, err
	}
	trained, _ := protocol.TrainedClasses(t.Protocol, set.Classes)
	if err := trainedOn(l, trained); err != nil {
		return nil, err
	}
	if settings.PerClass { // its tensors are there once the classes are
		if err := l.SetClasses(trained); err != nil {
			return nil, err
		}
	}
	if _, fitted := l.(prompt.Fitted); fitted || len(l.State()) > 0 {
		if err := t.LoadLearner(t.dir, cell, l, t.Model.Fingerprint()); err != nil {
			return nil, err
		}
	}
	return l, l.SetClasses(classes)
}

// Half returns the names of the run's classes: "all", or the "base" or "new"
// half. In a sweep over datasets use HalfOf.
func (t *Trained) Half(which string) ([]string, error) { return t.HalfOf(t.Sets()[0].Name, which) }

// HalfOf returns the names of the classes of a dataset of the run: "all", or
// the "base" or "new" half.
func (t *Trained) HalfOf(dataset, which string) ([]string, error) {
	set, ok := t.Set(dataset)
	if !ok {
		return nil, fmt.Errorf("the run has no dataset %q", dataset)
	}
	base, novel := data.BaseNew(set.Classes)
	switch which {
	case "all":
		return set.Classes, nil
	case "base":
		return base, nil
	case "new":
		return novel, nil
	}
	return nil, fmt.Errorf("%q is not all, base or new", which)
}

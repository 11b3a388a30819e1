package eval

import (
	"cmp"
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
	m, err := clip.Load(model, clip.Options{Vocabulary: c.Vocabulary})
	if err != nil {
		return nil, err
	}
	return &Trained{Config: c, Model: m, dir: dir}, nil
}

// Pick finds the cell of a run that has what is asked for: fields of want that
// are empty may be anything, but there must be one choice only. The method and
// the seed must be given.
func (t *Trained) Pick(want Cell) (Cell, error) {
	if !slices.Contains(t.Methods, want.Method) {
		return Cell{}, fmt.Errorf("the run has no method %q; it has %v", want.Method, t.Methods)
	}
	if !slices.Contains(t.Seeds, want.Seed) {
		return Cell{}, fmt.Errorf("the run has no seed %d; it has %v", want.Seed, t.Seeds)
	}
	var names []string
	for _, set := range t.Sets() {
		names = append(names, set.Name)
	}
	dataset, err1 := choose("-dataset", want.Dataset, names)
	shots, err2 := choose("-shots", want.Shots, t.AllShots())
	m, err3 := choose("-templates", want.M, t.templates(want.Method))
	return Cell{dataset, shots, want.Seed, want.Method, m}, cmp.Or(err1, err2, err3)
}

// choose returns the value that is wanted, or the only one there is.
func choose[T comparable](flag string, want T, have []T) (T, error) {
	var none T
	switch {
	case slices.Contains(have, want):
		return want, nil
	case want != none:
		return none, fmt.Errorf("%s %v: the run has %v", flag, want, have)
	case len(have) == 1:
		return have[0], nil
	}
	return none, fmt.Errorf("the run has several: choose with %s one of %v", flag, have)
}

// Learner returns a trained learner of the run, choosing among classes. In a
// sweep use Pick and CellLearner.
func (t *Trained) Learner(method string, seed uint64, classes []string) (prompt.Learner, error) {
	cell, err := t.Pick(Cell{Method: method, Seed: seed})
	if err != nil {
		return nil, err
	}
	return t.CellLearner(cell, classes)
}

// CellLearner returns the trained learner of a cell, choosing among classes.
func (t *Trained) CellLearner(cell Cell, classes []string) (prompt.Learner, error) {
	set, ok := t.set(cell.Dataset)
	if !ok {
		return nil, fmt.Errorf("the run has no dataset %q", cell.Dataset)
	}
	settings := t.For(cell)
	l, err := NewLearner(t.Model, cell.Method, set.Template, settings, cell.Seed)
	if err != nil {
		return nil, err
	}
	if err := trainedOn(l, t.trainedOn(set)); err != nil {
		return nil, err
	}
	if settings.PerClass { // its tensors are there once the classes are
		if err := l.SetClasses(t.trainedOn(set)); err != nil {
			return nil, err
		}
	}
	if len(l.State()) > 0 {
		if err := loadLearner(l, filepath.Join(t.dir, CheckpointFile), t.prefix(cell), t.Model.Fingerprint()); err != nil {
			return nil, err
		}
	}
	return l, l.SetClasses(classes)
}

// trainedOn returns the names of the classes of a dataset that the run was
// trained on.
func (t *Trained) trainedOn(set Set) []string {
	if t.Protocol == "base2new" {
		base, _ := data.BaseNew(set.Classes)
		return base
	}
	return set.Classes
}

// Half returns the names of the run's classes: "all", or the "base" or "new"
// half. In a sweep over datasets use HalfOf.
func (t *Trained) Half(which string) ([]string, error) { return t.HalfOf(t.Sets()[0].Name, which) }

// HalfOf returns the names of the classes of a dataset of the run: "all", or
// the "base" or "new" half.
func (t *Trained) HalfOf(dataset, which string) ([]string, error) {
	set, ok := t.set(dataset)
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

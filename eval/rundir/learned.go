package rundir

import (
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"frontdoor/autograd"
	"frontdoor/nn"
	"frontdoor/prompt"
	"frontdoor/weights"
)

// Momentum is the prefix of the optimiser's buffers in the state of a training,
// which a checkpoint does not have.
const Momentum = "momentum."

// MetaOwner is the metadata of a state file that says which cell it is of.
const MetaOwner = "train.owner"

// LearnedTensors lists what a learner keeps, with a prefix to each name.
func LearnedTensors(prefix string, l prompt.Learner) []weights.Tensor {
	var ts []weights.Tensor
	for _, named := range l.State() {
		ts = append(ts, weights.NewF32(prefix+named.Name, named.Shape(), named.Data))
	}
	return ts
}

// SetLearned fills a learner from the tensors of f that begin with prefix.
func SetLearned(f *weights.File, prefix string, l prompt.Learner) error {
	if fitted, ok := l.(prompt.Fitted); ok {
		return restore(f, prefix, fitted)
	}
	for _, named := range l.State() {
		if err := setTensor(named, f, prefix+named.Name); err != nil {
			return err
		}
	}
	return nil
}

// restore gives a fitted learner its tensors, whose shapes only the file knows.
func restore(f *weights.File, prefix string, l prompt.Fitted) error {
	var state []nn.Named
	for _, name := range f.Names() {
		own, ok := strings.CutPrefix(name, prefix)
		if !ok || strings.HasPrefix(own, Momentum) {
			continue
		}
		t, _ := f.Tensor(name)
		if err := usable(t, f, name); err != nil {
			return err
		}
		state = append(state, nn.Named{Name: own, Tensor: autograd.Const(t.CopyFloat32(), t.Shape...)})
	}
	if err := l.Restore(state); err != nil {
		return fmt.Errorf("%s: %w", f.Name(), err)
	}
	return nil
}

func setTensor(to nn.Named, f *weights.File, name string) error {
	t, ok := f.Tensor(name)
	if !ok {
		return fmt.Errorf("%s: tensor %q is missing: not a checkpoint of this method", f.Name(), name)
	}
	if !slices.Equal(t.Shape, to.Shape()) {
		return fmt.Errorf("%s: tensor %q has shape %.60s, this model needs %v: the checkpoint belongs to another model", f.Name(), name, fmt.Sprint(t.Shape), to.Shape())
	}
	if err := usable(t, f, name); err != nil {
		return err
	}
	copy(to.Data, t.Float32())
	return nil
}

// usable returns an error if a tensor holds what no run writes.
func usable(t weights.Tensor, f *weights.File, name string) error {
	switch {
	case !t.DType.IsFloat():
		return fmt.Errorf("%s: tensor %q is of type %s, not of floats: no run writes that", f.Name(), name, t.DType)
	case !t.Finite():
		return fmt.Errorf("%s: tensor %q holds NaN or infinite numbers: the file is damaged", f.Name(), name)
	}
	return nil
}

// LoadLearner fills a learner with what the run in the folder dir has learned
// in a cell. fingerprint is that of the model in use; a checkpoint of another
// model is refused.
func (c *Config) LoadLearner(dir string, cell Cell, l prompt.Learner, fingerprint string) error {
	f, err := openTensors(dir, CheckpointFile)
	if errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("the run in %s is not finished: let it go on: %w", dir, err)
	}
	if err != nil {
		return err
	}
	defer f.Close()
	if err := sameModel(f.Name(), f.Metadata()[metaModel], fingerprint); err != nil {
		return err
	}
	return SetLearned(f, c.prefix(cell), l)
}

const metaModel = "model.fingerprint"

package eval

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"strconv"

	"frontdoor/nn"
	"frontdoor/prompt"
	"frontdoor/weights"
)

// progress is the part of a training's state that is not tensors. Floats are
// kept as hexadecimal text so that a resumed run sees the very same numbers.
type progress struct {
	Step    int      `json:"step"`
	LossSum string   `json:"loss_sum"`
	Losses  []string `json:"losses"`
	Seconds float64  `json:"seconds"` // spent training so far
	Curve   []point  `json:"curve,omitempty"`
}

const metaProgress = "train.progress"

// momentum is the prefix of optimiser buffers in a state file.
const momentum = "momentum."

// save writes the training's state to path: everything that run needs to go on
// with the same bits. owner identifies the cell and its settings.
func (t *training) save(path, owner string) error {
	p := progress{Step: t.step, LossSum: fmt.Sprintf("%x", t.lossSum), Seconds: t.seconds(), Curve: t.curve}
	for _, l := range t.losses {
		p.Losses = append(p.Losses, fmt.Sprintf("%x", l))
	}
	text, err := json.Marshal(p)
	if err != nil {
		return err
	}
	tensors := stateTensors("", t.learner)
	for i, buf := range t.opt.State() {
		if buf != nil {
			named := t.learner.Params()[i]
			tensors = append(tensors, weights.NewF32(momentum+named.Name, named.Shape(), buf))
		}
	}
	return weights.Write(path, tensors, map[string]string{metaProgress: string(text), metaOwner: owner})
}

const metaOwner = "train.owner"

// restore continues from path. It reports whether there was anything to
// continue from.
func (t *training) restore(path, owner string) (bool, error) {
	f, err := weights.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	defer f.Close()
	if f.Metadata()[metaOwner] != owner {
		return false, fmt.Errorf("%s was written by a run with other settings; remove it or use another -out", path)
	}
	var p progress
	if err := json.Unmarshal([]byte(f.Metadata()[metaProgress]), &p); err != nil {
		return false, fmt.Errorf("%s: %w", path, err)
	}
	if err := setState(f, "", t.learner); err != nil {
		return false, err
	}
	bufs := make([][]float32, len(t.learner.Params()))
	for i, named := range t.learner.Params() {
		if b, ok := f.Tensor(momentum + named.Name); ok {
			bufs[i] = b.CopyFloat32()
		}
	}
	t.opt.SetState(bufs)
	t.step, t.before, t.curve = p.Step, p.Seconds, p.Curve
	if t.lossSum, err = strconv.ParseFloat(p.LossSum, 64); err != nil {
		return false, fmt.Errorf("%s: loss: %w", path, err)
	}
	for _, text := range p.Losses {
		l, err := strconv.ParseFloat(text, 64)
		if err != nil {
			return false, fmt.Errorf("%s: loss: %w", path, err)
		}
		t.losses = append(t.losses, l)
	}
	return true, nil
}

// stateTensors lists what a learner keeps, with a prefix to each name.
func stateTensors(prefix string, l prompt.Learner) []weights.Tensor {
	var ts []weights.Tensor
	for _, named := range l.State() {
		ts = append(ts, weights.NewF32(prefix+named.Name, named.Shape(), named.Data))
	}
	return ts
}

// setState fills a learner from the tensors of f that begin with prefix.
func setState(f *weights.File, prefix string, l prompt.Learner) error {
	for _, named := range l.State() {
		if err := fill(named, f, prefix+named.Name); err != nil {
			return err
		}
	}
	return nil
}

func fill(to nn.Named, f *weights.File, name string) error {
	t, ok := f.Tensor(name)
	if !ok {
		return fmt.Errorf("%s: tensor %q is missing: not a checkpoint of this method", f.Name(), name)
	}
	if fmt.Sprint(t.Shape) != fmt.Sprint(to.Shape()) {
		return fmt.Errorf("%s: tensor %q has shape %v, this model needs %v: the checkpoint belongs to another model", f.Name(), name, t.Shape, to.Shape())
	}
	copy(to.Data, t.Float32())
	return nil
}

// LoadLearner fills a learner with what a run's checkpoint holds for a method
// and a seed. fingerprint is that of the model in use; a checkpoint of another
// model is refused.
func LoadLearner(l prompt.Learner, path, method string, seed uint64, fingerprint string) error {
	return loadLearner(l, path, cellPrefix(method, seed), fingerprint)
}

// loadLearner fills a learner with the tensors that begin with prefix.
func loadLearner(l prompt.Learner, path, prefix, fingerprint string) error {
	f, err := weights.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	if have := f.Metadata()[metaModel]; have != fingerprint {
		return fmt.Errorf("%s was trained with another model (fingerprint %s, this one is %s): give the -model of the run", path, have, fingerprint)
	}
	return setState(f, prefix, l)
}

const metaModel = "model.fingerprint"

// cellPrefix begins the names of a cell's tensors in the checkpoint of a run
// where method and seed say which cell it is.
func cellPrefix(method string, seed uint64) string {
	return fmt.Sprintf("%s.seed%d.", method, seed)
}

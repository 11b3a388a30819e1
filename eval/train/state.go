package train

import (
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"path"
	"path/filepath"
	"slices"
	"strconv"

	"frontdoor/eval/rundir"
	"frontdoor/internal/exactjson"
	"frontdoor/internal/setting"
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
	Curve   []Point  `json:"curve,omitempty"`
	Images  string   `json:"images,omitempty"` // see Training.images; empty in states of older versions
	// Fitted are loss and rate of the epochs of a learner that is fitted.
	Fitted [][2]string `json:"fitted,omitempty"`
}

const metaProgress = "train.progress"

// Save writes the training's state to a run folder as that of a cell: everything
// that Run needs to go on with the same bits. owner identifies the cell and its
// settings.
func (t *Training) Save(dir *rundir.Dir, cell rundir.Cell, owner rundir.Owner) error {
	p := progress{Step: t.step, LossSum: fmt.Sprintf("%x", t.lossSum), Seconds: t.Seconds(), Curve: t.curve, Images: t.images()}
	for _, l := range t.losses {
		p.Losses = append(p.Losses, fmt.Sprintf("%x", l))
	}
	for _, e := range t.fitted {
		p.Fitted = append(p.Fitted, [2]string{fmt.Sprintf("%x", e.Loss), fmt.Sprintf("%x", e.LR)})
	}
	text, err := json.Marshal(p)
	if err != nil {
		return err
	}
	tensors := rundir.LearnedTensors("", t.learner)
	for i, buf := range t.opt.State() {
		if buf != nil {
			named := t.learner.Params()[i]
			tensors = append(tensors, weights.NewF32(rundir.Momentum+named.Name, named.Shape(), buf))
		}
	}
	return dir.WriteState(cell, tensors, map[string]string{metaProgress: string(text), rundir.MetaOwner: owner.String()})
}

// Restore continues from the state of a cell. It reports whether there was
// anything to continue from. A state that no training can have left is an error
// that names its file; the training then stays as it is.
func (t *Training) Restore(dir *rundir.Dir, cell rundir.Cell, owner rundir.Owner) (bool, error) {
	f, err := dir.OpenState(cell)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	defer f.Close()
	if !owner.Is(f.Metadata()[rundir.MetaOwner]) {
		return false, setting.Errorf("%s was written by a run with other settings; remove it or use another {out}", f.Name())
	}
	if err := t.restore(f); err != nil {
		return false, fmt.Errorf("%w; or remove the file to train the cell anew", err)
	}
	return true, nil
}

// images identifies what is trained on: how many images there are, and a
// fingerprint of their names and labels in order.
func (t *Training) images() string {
	if t.fit != nil {
		return ""
	}
	h := sha256.New()
	for _, it := range t.items {
		fmt.Fprintf(h, "%d %q\n", it.Label, path.Base(filepath.ToSlash(it.Name()))) // wherever they lie
	}
	return fmt.Sprintf("%d images, %x", len(t.items), h.Sum(nil)[:8])
}

// restore reads the state from a file.
func (t *Training) restore(f *weights.File) error {
	var p progress
	if err := exactjson.Unmarshal([]byte(f.Metadata()[metaProgress]), &p); err != nil {
		return fmt.Errorf("%s: its progress: %w", f.Name(), err)
	}
	if now := t.images(); p.Images != "" && p.Images != now {
		return fmt.Errorf("%s: the training began with other images (%.60q) than can be read now (%q): put them back", f.Name(), p.Images, now)
	}
	lossSum, losses, err := p.check(t.Steps(), t.perEpoch())
	if err != nil {
		return fmt.Errorf("%s: %w", f.Name(), err)
	}
	fitted, err := p.fitted()
	if err != nil || len(fitted) > 0 && t.fit == nil {
		return fmt.Errorf("%s: epochs that the method does not have: %v", f.Name(), err)
	}
	bufs := make([][]float32, len(t.learner.Params()))
	for i, named := range t.learner.Params() {
		if bufs[i], err = momentum(f, named); err != nil {
			return err
		}
	}
	if err := rundir.SetLearned(f, "", t.learner); err != nil {
		return err
	}
	t.opt.SetState(bufs)
	t.step, t.before, t.curve, t.lossSum, t.losses = p.Step, p.Seconds, p.Curve, lossSum, losses
	t.fitted = fitted
	return nil
}

// momentum returns the optimiser's buffer of a parameter, nil if it has none.
func momentum(f *weights.File, of nn.Named) ([]float32, error) {
	t, ok := f.Tensor(rundir.Momentum + of.Name)
	switch {
	case !ok:
		return nil, nil
	case !slices.Equal(t.Shape, of.Shape()) || !t.DType.IsFloat() || !t.Finite():
		return nil, fmt.Errorf("%s: the momentum of %q has type %s and shape %.60s, or numbers that are not finite; its tensor has shape %v", f.Name(), of.Name, t.DType, fmt.Sprint(t.Shape), of.Shape())
	}
	return t.CopyFloat32(), nil
}

// check returns the numbers of the losses, if a training of so many steps can
// have come to where p says.
func (p progress) check(steps, perEpoch int) (lossSum float64, losses []float64, err error) {
	if p.Step < 0 || p.Step > steps {
		return 0, nil, fmt.Errorf("it stands at step %d of %d", p.Step, steps)
	}
	if len(p.Losses) != p.Step/perEpoch || len(p.Curve) > len(p.Losses) {
		return 0, nil, fmt.Errorf("it has %d epochs and stands at step %d, with %d steps in an epoch", len(p.Losses), p.Step, perEpoch)
	}
	if !(p.Seconds >= 0 && p.Seconds < 1e12) {
		return 0, nil, fmt.Errorf("it has trained for %g s", p.Seconds)
	}
	for i, text := range append([]string{p.LossSum}, p.Losses...) {
		l, err := finite(text)
		if err != nil {
			return 0, nil, err
		}
		if i == 0 {
			lossSum = l
			continue
		}
		losses = append(losses, l)
	}
	return lossSum, losses, nil
}

// finite reads a number that a training can have come to.
func finite(text string) (float64, error) {
	v, err := strconv.ParseFloat(text, 64)
	if err != nil || math.IsNaN(v) || math.IsInf(v, 0) {
		return 0, fmt.Errorf("%.40q is no loss", text)
	}
	return v, nil
}

// fitted returns the epochs of a learner that is fitted.
func (p progress) fitted() ([]prompt.FitEpoch, error) {
	var all []prompt.FitEpoch
	for _, text := range p.Fitted {
		loss, err1 := finite(text[0])
		rate, err2 := finite(text[1])
		if err := errors.Join(err1, err2); err != nil {
			return nil, err
		}
		all = append(all, prompt.FitEpoch{Loss: loss, LR: rate})
	}
	return all, nil
}

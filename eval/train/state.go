package train

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"strconv"

	"frontdoor/eval/rundir"
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
}

const metaProgress = "train.progress"

// Save writes the training's state to path: everything that Run needs to go on
// with the same bits. owner identifies the cell and its settings.
func (t *Training) Save(path string, owner rundir.Owner) error {
	p := progress{Step: t.step, LossSum: fmt.Sprintf("%x", t.lossSum), Seconds: t.Seconds(), Curve: t.curve}
	for _, l := range t.losses {
		p.Losses = append(p.Losses, fmt.Sprintf("%x", l))
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
	return weights.Write(path, tensors, map[string]string{metaProgress: string(text), rundir.MetaOwner: owner.String()})
}

// Restore continues from path. It reports whether there was anything to
// continue from.
func (t *Training) Restore(path string, owner rundir.Owner) (bool, error) {
	f, err := weights.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	defer f.Close()
	if !owner.Is(f.Metadata()[rundir.MetaOwner]) {
		return false, fmt.Errorf("%s was written by a run with other settings; remove it or use another -out", path)
	}
	var p progress
	if err := json.Unmarshal([]byte(f.Metadata()[metaProgress]), &p); err != nil {
		return false, fmt.Errorf("%s: %w", path, err)
	}
	if err := rundir.SetLearned(f, "", t.learner); err != nil {
		return false, err
	}
	bufs := make([][]float32, len(t.learner.Params()))
	for i, named := range t.learner.Params() {
		if b, ok := f.Tensor(rundir.Momentum + named.Name); ok {
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

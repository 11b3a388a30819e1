package train

import (
	"strings"
	"testing"

	"frontdoor/eval/rundir"
	"frontdoor/internal/hostile"
	"frontdoor/nn"
	"frontdoor/weights"
)

// FuzzState restores a training from any file of tensors. What is accepted is a
// place in the training, with finite numbers; what is refused is said in short
// and names the file.
func FuzzState(f *testing.F) {
	tr := untrained(f, "coop", false)
	for _, progress := range []string{
		`{"step": 1, "loss_sum": "0x1p-02", "losses": [], "seconds": 1}`,
		`{"step": 4611686018427387904, "loss_sum": "0", "losses": []}`,
		`{"step": -1, "loss_sum": "Inf", "losses": ["NaN"], "curve": [{}]}`,
	} {
		good, err := weights.Marshal(stateOf(tr), map[string]string{metaProgress: progress, rundir.MetaOwner: "x"})
		if err != nil {
			f.Fatal(err)
		}
		f.Add(good)
	}
	for _, data := range hostile.Of(".safetensors") {
		if len(data) < 1<<14 {
			f.Add(data)
		}
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		file, err := weights.Parse(data, "state")
		if err != nil {
			return
		}
		tr.step = 0
		if err := tr.restore(file); err != nil {
			if len(err.Error()) > 500 || !strings.Contains(err.Error(), "state") {
				t.Errorf("the message %q", err)
			}
			return
		}
		if tr.step < 0 || tr.step > tr.Steps() || len(tr.losses) != tr.step/tr.perEpoch() {
			t.Errorf("at step %d of %d, with %d epochs", tr.step, tr.Steps(), len(tr.losses))
		}
		if name, found := nn.NotFinite(tr.learner.Params()); found {
			t.Errorf("%q is not finite", name)
		}
	})
}

// stateOf are the tensors of a training's state, with momentum.
func stateOf(tr *Training) []weights.Tensor {
	tensors := rundir.LearnedTensors("", tr.learner)
	for _, p := range tr.learner.Params() {
		tensors = append(tensors, weights.NewF32(rundir.Momentum+p.Name, p.Shape(), make([]float32, p.Len())))
	}
	return tensors
}

package pretrain

import (
	"errors"
	"fmt"
	"os"
	"strconv"

	"frontdoor/nn"
	"frontdoor/weights"
)

// signature identifies a run: state of another run must not be resumed.
func (o options) signature() string {
	run := fmt.Sprintf("seed %d, batch %d, steps %d, lr %g", o.Seed, o.Batch, o.Steps, o.LR)
	if o.GPU != nil {
		run += ", on " + o.GPU.Arithmetic()
	}
	return run
}

// saveState writes all parameters and both moments, in float32, so that the
// resumed run continues with the same bits.
func saveState(path string, params []nn.Named, opt *nn.AdamW, step int, o options) error {
	if path == "" {
		return nil
	}
	m, v, _ := opt.Moments()
	var tensors []weights.Tensor
	for i, p := range params {
		tensors = append(tensors, weights.NewF32(p.Name, p.Shape(), p.Data),
			weights.NewF32("adam.m."+p.Name, p.Shape(), m[i]), weights.NewF32("adam.v."+p.Name, p.Shape(), v[i]))
	}
	meta := map[string]string{"pretrain.step": strconv.Itoa(step), "pretrain.run": o.signature()}
	if err := weights.Write(path, tensors, meta); err != nil {
		return fmt.Errorf("write the state: %w", err)
	}
	return nil
}

// loadState continues from path if it is there and returns the next step.
func loadState(path string, params []nn.Named, opt *nn.AdamW, o options) (int, error) {
	if path == "" {
		return 0, nil
	}
	f, err := weights.Open(path)
	if errors.Is(err, os.ErrNotExist) {
		return 0, nil
	}
	if err != nil {
		return 0, err
	}
	defer f.Close()
	if run := f.Metadata()["pretrain.run"]; run != o.signature() {
		return 0, fmt.Errorf("%s belongs to another run (%s, not %s); remove it or name another -state", path, run, o.signature())
	}
	step, err := strconv.Atoi(f.Metadata()["pretrain.step"])
	if err != nil {
		return 0, fmt.Errorf("%s: step: %w", path, err)
	}
	m, v, _ := opt.Moments()
	for i, p := range params {
		for _, part := range []struct {
			name string
			dst  []float32
		}{{p.Name, p.Data}, {"adam.m." + p.Name, m[i]}, {"adam.v." + p.Name, v[i]}} {
			t, ok := f.Tensor(part.name)
			if !ok || len(t.Float32()) != len(part.dst) {
				return 0, fmt.Errorf("%s: tensor %q is missing or of another size", path, part.name)
			}
			copy(part.dst, t.Float32())
		}
	}
	opt.SetSteps(step)
	return step, nil
}

package cuda_test

import (
	"math"
	"slices"
	"testing"
	"time"

	"frontdoor/autograd"
	"frontdoor/cdc"
	"frontdoor/clip"
	"frontdoor/data/augment"
	"frontdoor/nn"
	"frontdoor/prompt"
)

// step is what a training step leaves behind.
type step struct {
	loss   float32
	params [][]float32
}

// train takes n steps with a learner on two images of four classes; dev nil
// is the CPU.
func train(t *testing.T, dev autograd.Device, n int, learner func(*clip.Model) (prompt.Learner, error)) (steps []step) {
	t.Helper()
	m, err := clip.Tiny()
	if err != nil {
		t.Fatal(err)
	}
	m.Vision.Device, m.Text.Device = dev, dev
	l, err := learner(m)
	if err != nil {
		t.Fatal(err)
	}
	if err := l.SetClasses([]string{"red star", "blue ring", "green cross", "red circle"}); err != nil {
		t.Fatal(err)
	}
	side := m.Config.Vision.Image
	images := autograd.Zeros(2*len(l.Views()), 3, side, side)
	for i := range images.Data {
		images.Data[i] = float32(math.Sin(float64(i)*0.37) + math.Cos(float64(i/side)))
	}
	tp := autograd.NewTape()
	opt := nn.NewSGD(l.Params())
	for range n {
		loss := l.Loss(tp, prompt.Batch{Images: images, Labels: []int{1, 3}})
		s := step{loss: loss.Item()}
		tp.Backward(loss)
		opt.Step(0.01)
		tp.Reset()
		for _, p := range l.Params() {
			s.params = append(s.params, slices.Clone(p.Data))
		}
		steps = append(steps, s)
	}
	return steps
}

// TestTrainingOnTheDevice takes three steps of MaPLe and of CDC by the whole model,
// on the CPU and on a GPU that is imitated.
func TestTrainingOnTheDevice(t *testing.T) {
	const steps = 3
	c := prompt.Coupling{Tokens: 2, Depth: 3}
	for name, learner := range map[string]func(*clip.Model) (prompt.Learner, error){
		"MaPLe": func(m *clip.Model) (prompt.Learner, error) { return prompt.NewMaPLe(m, c, augment.View{}, 1) },
		"CDC": func(m *clip.Model) (prompt.Learner, error) {
			return cdc.New(m, cdc.DefaultOptions(2, c, "a photo of a {}."), 1)
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			want := train(t, nil, steps, learner)
			r := newRig(t, 11)
			defer r.close()
			start := time.Now()
			got := train(t, r.dev, steps, learner)
			if err := r.err(); err != nil {
				t.Fatal(err)
			}
			for i := range want {
				if d := math.Abs(float64(got[i].loss - want[i].loss)); !(d < 1e-4*math.Abs(float64(want[i].loss))) {
					t.Errorf("step %d: loss %v, on the CPU %v", i, got[i].loss, want[i].loss)
				}
				for j := range want[i].params {
					if err := near("parameter", got[i].params[j], widen(want[i].params[j]), 1e-4); err != nil {
						t.Errorf("step %d: %v", i, err)
					}
				}
			}
			t.Logf("loss %v after %d steps; %d kernels, %d launches of graphs, %.1f s", got[steps-1].loss, steps, r.drv.Ran, r.drv.Graphs, time.Since(start).Seconds())
		})
	}
}

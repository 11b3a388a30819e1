package pretrain

import (
	"frontdoor/autograd"
	"frontdoor/clip"
	"frontdoor/cuda"
	"frontdoor/nn"
)

// towers are the weights of both towers, which a GPU may compute with. The
// optimiser is the host's, so they go there and come back in each step.
type towers struct {
	dev     autograd.Device
	weights []nn.Named
}

// place lets a GPU run the towers of m; nil leaves them to the CPU.
func place(m *clip.Model, params []nn.Named, gpu *cuda.Device) *towers {
	t := &towers{dev: autograd.CPU}
	if gpu == nil {
		return t
	}
	t.dev = gpu
	m.Vision.Device, m.Text.Device = gpu, gpu
	for _, p := range params {
		if p.Tensor != m.LogitScale {
			t.weights = append(t.weights, p)
		}
	}
	return t
}

// up moves the weights to the device.
func (t *towers) up() {
	for _, w := range t.weights {
		w.MoveTo(t.dev)
	}
}

// down moves the weights back to the host, with their gradients.
func (t *towers) down() {
	for _, w := range t.weights {
		var grad []float32
		if g := w.Gradient(); g != nil {
			grad = g.Host()
		}
		w.MoveTo(autograd.CPU)
		if grad != nil {
			copy(w.GradBuffer(), grad)
		}
	}
}

package nn

import "frontdoor/autograd"

// SGD is stochastic gradient descent with momentum and weight decay, as
// PyTorch computes it:
//
//	g = grad + WeightDecay p
//	buf = g on the first step, Momentum buf + g later
//	p = p - lr buf
//
// Weight decay applies to every parameter, prompts and biases included. A
// parameter without a gradient is left alone.
type SGD struct {
	Momentum    float32
	WeightDecay float32

	params []Named
	bufs   []*autograd.Tensor // beside the parameters; nil until a parameter's first step
}

// NewSGD returns the optimiser of CoOp and its descendants for params:
// momentum 0.9, weight decay 5e-4.
func NewSGD(params []Named) *SGD {
	return &SGD{Momentum: 0.9, WeightDecay: 5e-4, params: params, bufs: make([]*autograd.Tensor, len(params))}
}

// Step moves every parameter against its gradient, where it lies, and clears the
// gradient.
func (s *SGD) Step(lr float32) {
	for i, p := range s.params {
		g := p.Gradient()
		if g == nil {
			continue
		}
		first := s.bufs[i] == nil
		if first {
			s.bufs[i] = autograd.Zeros(p.Shape()...)
			s.bufs[i].MoveTo(p.Device())
		}
		p.Device().SGD(p.Mem(), g.Mem(), s.bufs[i].Mem(),
			autograd.SGDStep{LR: lr, Momentum: s.Momentum, WeightDecay: s.WeightDecay, First: first})
	}
}

// State returns the momentum buffer of each parameter, nil where there is none
// yet. Those of parameters on the host are the optimiser's own.
func (s *SGD) State() [][]float32 {
	state := make([][]float32, len(s.bufs))
	for i, buf := range s.bufs {
		if buf != nil {
			state[i] = buf.Host()
		}
	}
	return state
}

// SetState continues from buffers that State returned earlier.
func (s *SGD) SetState(bufs [][]float32) {
	for i, p := range s.params[:min(len(bufs), len(s.params))] {
		if s.bufs[i] = nil; bufs[i] != nil {
			s.bufs[i] = autograd.Const(bufs[i], p.Shape()...)
			s.bufs[i].MoveTo(p.Device())
		}
	}
}

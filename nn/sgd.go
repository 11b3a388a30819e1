package nn

import "frontdoor/simd"

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
	bufs   [][]float32 // nil until a parameter's first step
}

// NewSGD returns the optimiser of CoOp and its descendants for params:
// momentum 0.9, weight decay 5e-4.
func NewSGD(params []Named) *SGD {
	return &SGD{Momentum: 0.9, WeightDecay: 5e-4, params: params, bufs: make([][]float32, len(params))}
}

// Step moves every parameter against its gradient and clears the gradient.
func (s *SGD) Step(lr float32) {
	for i, p := range s.params {
		g := p.Grad()
		if g == nil {
			continue
		}
		simd.Axpy(s.WeightDecay, p.Data, g)
		if s.bufs[i] == nil {
			s.bufs[i] = append([]float32(nil), g...)
		} else {
			simd.Scale(s.bufs[i], s.Momentum, s.bufs[i])
			simd.AddTo(s.bufs[i], g)
		}
		simd.Axpy(-lr, s.bufs[i], p.Data)
		p.ZeroGrad()
	}
}

// State returns the momentum buffer of each parameter, nil where there is none
// yet. The slices are the optimiser's own.
func (s *SGD) State() [][]float32 { return s.bufs }

// SetState continues from buffers that State returned earlier.
func (s *SGD) SetState(bufs [][]float32) { copy(s.bufs, bufs) }

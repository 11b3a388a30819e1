package nn

import (
	"frontdoor/internal/parallel"
	"frontdoor/simd"
)

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

	p, g, buf []float32 // the parameter that is moved at the moment
	first     bool      // its buf holds nothing yet
	lr        float32
	run       func(lo, hi int) // move, made once
}

// sgdGrain is how many elements are moved at once: what is read several times
// stays in the first-level cache.
const sgdGrain = 1 << 11

// NewSGD returns the optimiser of CoOp and its descendants for params:
// momentum 0.9, weight decay 5e-4.
func NewSGD(params []Named) *SGD {
	s := &SGD{Momentum: 0.9, WeightDecay: 5e-4, params: params, bufs: make([][]float32, len(params))}
	s.run = s.move
	return s
}

// Step moves every parameter against its gradient and clears the gradient.
func (s *SGD) Step(lr float32) {
	for i, p := range s.params {
		g := p.Grad()
		if g == nil {
			continue
		}
		first := s.bufs[i] == nil
		if first {
			s.bufs[i] = make([]float32, len(g))
		}
		s.p, s.g, s.buf, s.first, s.lr = p.Data, g, s.bufs[i], first, lr
		parallel.For(len(g), 1<<15, s.run)
	}
	s.p, s.g, s.buf = nil, nil, nil
}

// move takes elements of the parameter at hand a step on, a few at a time so
// that they are in the cache when they are needed again.
func (s *SGD) move(lo, hi int) {
	for ; lo < hi; lo += sgdGrain {
		end := min(lo+sgdGrain, hi)
		p, g, buf := s.p[lo:end], s.g[lo:end], s.buf[lo:end]
		simd.Axpy(s.WeightDecay, p, g)
		if s.first {
			copy(buf, g)
		} else {
			simd.Scale(buf, s.Momentum, buf)
			simd.AddTo(buf, g)
		}
		simd.Axpy(-s.lr, buf, p)
		clear(g)
	}
}

// State returns the momentum buffer of each parameter, nil where there is none
// yet. The slices are the optimiser's own.
func (s *SGD) State() [][]float32 { return s.bufs }

// SetState continues from buffers that State returned earlier.
func (s *SGD) SetState(bufs [][]float32) { copy(s.bufs, bufs) }

package nn

import (
	"math"

	"frontdoor/internal/parallel"
)

// Adam is Adam (Kingma and Ba 2015) as PyTorch computes it:
//
//	m = β1 m + (1-β1) g,  v = β2 v + (1-β2) g²
//	p = p - lr/(1-β1ᵗ) m / (√v/√(1-β2ᵗ) + eps)
//
// Weight decay applies to every parameter, biases included. By default it is
// added to the gradient (L2); Decoupled makes it AdamW's (Loshchilov and Hutter
// 2019), p = (1 - lr WeightDecay) p before the step. A parameter without a
// gradient is left alone.
type Adam struct {
	Beta1, Beta2, Eps float64
	WeightDecay       float64
	Decoupled         bool

	params []Named
	m, v   [][]float32
	steps  int
}

// NewAdam returns the optimiser with PyTorch's constants (0.9, 0.999, 1e-8) and
// no weight decay.
func NewAdam(params []Named) *Adam {
	a := &Adam{Beta1: 0.9, Beta2: 0.999, Eps: 1e-8, params: params}
	for _, p := range params {
		a.m = append(a.m, make([]float32, p.Len()))
		a.v = append(a.v, make([]float32, p.Len()))
	}
	return a
}

// Step moves every parameter against its gradient and clears the gradient.
func (a *Adam) Step(lr float64) {
	a.steps++
	s := adamStep{b1: float32(a.Beta1), b2: float32(a.Beta2), n1: float32(1 - a.Beta1), n2: float32(1 - a.Beta2), eps: float32(a.Eps), keep: 1}
	s.rate = float32(lr / (1 - math.Pow(a.Beta1, float64(a.steps))))
	s.root = float32(math.Sqrt(1 - math.Pow(a.Beta2, float64(a.steps))))
	if a.Decoupled {
		s.keep = float32(1 - lr*a.WeightDecay)
	} else {
		s.l2 = float32(a.WeightDecay)
	}
	for i, p := range a.params {
		g := p.Grad()
		if g == nil {
			continue
		}
		m, v, x := a.m[i], a.v[i], p.Data
		parallel.For(len(g), 1<<14, func(lo, hi int) {
			s.move(x[lo:hi], g[lo:hi], m[lo:hi], v[lo:hi])
		})
		p.ZeroGrad()
	}
}

// adamStep holds the constants of one step; n1 and n2 are 1-β, rounded once.
type adamStep struct{ b1, b2, n1, n2, eps, keep, l2, rate, root float32 }

// move takes the elements of a parameter x with gradient g a step on.
func (s adamStep) move(x, g, m, v []float32) {
	for j, d := range g {
		d += s.l2 * x[j]
		m[j] = s.b1*m[j] + s.n1*d
		v[j] = s.b2*v[j] + s.n2*d*d
		x[j] = s.keep*x[j] - s.rate*m[j]/(float32(math.Sqrt(float64(v[j])))/s.root+s.eps)
	}
}

package autograd

import (
	"fmt"

	"frontdoor/internal/parallel"
	"frontdoor/simd"
)

// Activation is the function that Linear applies to its result.
type Activation int

const (
	// None leaves the result as it is.
	None Activation = iota
	// QuickGELU is z sigmoid(1.702 z), the activation of OpenAI's CLIP. It is
	// neither the erf nor the tanh form of GELU.
	QuickGELU
	// GELU is z Φ(z), with the normal distribution's Φ: the erf form, which
	// models outside OpenAI use.
	GELU
)

// String returns the activation's name.
func (a Activation) String() string {
	switch a {
	case None:
		return "none"
	case QuickGELU:
		return "quick_gelu"
	case GELU:
		return "gelu"
	}
	return fmt.Sprintf("Activation(%d)", int(a))
}

// apply computes y = act(z); y may be z.
func (a Activation) apply(y, z []float32) {
	switch a {
	case QuickGELU:
		simd.QuickGELU(y, z)
	case GELU:
		gelu(y, z)
	default:
		panic("autograd: unknown activation " + a.String())
	}
}

// gradient computes dz = dy act'(z); dz may be dy.
func (a Activation) gradient(dz, dy, z []float32) {
	switch a {
	case QuickGELU:
		simd.QuickGELUGrad(dz, dy, z)
	case GELU:
		geluGrad(dz, dy, z)
	default:
		panic("autograd: unknown activation " + a.String())
	}
}

// activation is a call of apply or gradient, in parallel.
type activation struct {
	act       Activation
	to, dy, z []float32
}

var activate = parallel.NewLoop(func(a *activation, lo, hi int) { a.act.apply(a.to[lo:hi], a.z[lo:hi]) })

var activateGrad = parallel.NewLoop(func(a *activation, lo, hi int) {
	a.act.gradient(a.to[lo:hi], a.dy[lo:hi], a.z[lo:hi])
})

// ActivationGrad works in parallel.
func (c *cpu) ActivationGrad(act Activation, dz, dy, z Mem) {
	activateGrad.For(z.N, rowGrain, activation{act, c.of(dz), c.of(dy), c.of(z)})
}

package autograd

import (
	"fmt"

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
)

// String returns the activation's name.
func (a Activation) String() string {
	switch a {
	case None:
		return "none"
	case QuickGELU:
		return "quick_gelu"
	}
	return fmt.Sprintf("Activation(%d)", int(a))
}

// apply computes y = act(z); y may be z.
func (a Activation) apply(y, z []float32) {
	switch a {
	case QuickGELU:
		simd.QuickGELU(y, z)
	default:
		panic("autograd: unknown activation " + a.String())
	}
}

// gradient computes dz = dy act'(z); dz may be dy.
func (a Activation) gradient(dz, dy, z []float32) {
	switch a {
	case QuickGELU:
		simd.QuickGELUGrad(dz, dy, z)
	default:
		panic("autograd: unknown activation " + a.String())
	}
}

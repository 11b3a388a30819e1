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

// epilogue is what a product does for act(product + b) while its rows are in
// the cache: all of it, but for an activation that apply computes.
func (a Activation) epilogue(b, y *Tensor) (last simd.Epilogue) {
	if b != nil {
		last.Bias = b.Data
	}
	if a == QuickGELU {
		last.GELU = y.Data
	}
	return last
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

// actLoop runs apply or gradient in parallel. Its functions are made once, so
// that a loop allocates nothing.
type actLoop struct {
	act         Activation
	to, dy, z   []float32
	forth, back func(lo, hi int)
}

var actLoops = parallel.NewStash(func() *actLoop {
	l := new(actLoop)
	l.forth = func(lo, hi int) { l.act.apply(l.to[lo:hi], l.z[lo:hi]) }
	l.back = func(lo, hi int) { l.act.gradient(l.to[lo:hi], l.dy[lo:hi], l.z[lo:hi]) }
	return l
})

func (a Activation) applyAll(y, z []float32) {
	l := actLoops.Get()
	l.act, l.to, l.z = a, y, z
	parallel.For(len(z), rowGrain, l.forth)
	l.to, l.z = nil, nil
	actLoops.Put(l)
}

func (a Activation) gradientAll(dz, dy, z []float32) {
	l := actLoops.Get()
	l.act, l.to, l.dy, l.z = a, dz, dy, z
	parallel.For(len(z), rowGrain, l.back)
	l.to, l.dy, l.z = nil, nil, nil
	actLoops.Put(l)
}

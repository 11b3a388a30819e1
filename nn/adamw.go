package nn

import "math"

// AdamW is Adam with decoupled weight decay (Loshchilov and Hutter 2019), used
// to pre-train a CLIP from scratch.
type AdamW struct {
	Beta1, Beta2, Eps float64
	// WeightDecay applies to parameters with two or more dimensions: matrices,
	// not biases, gains or the logit scale.
	WeightDecay float64

	params []Named
	m, v   [][]float32
	steps  int
}

// NewAdamW returns the optimiser with CLIP's constants (0.9, 0.98, 1e-6).
func NewAdamW(params []Named, weightDecay float64) *AdamW {
	a := &AdamW{Beta1: 0.9, Beta2: 0.98, Eps: 1e-6, WeightDecay: weightDecay, params: params}
	for _, p := range params {
		a.m = append(a.m, make([]float32, len(p.Data)))
		a.v = append(a.v, make([]float32, len(p.Data)))
	}
	return a
}

// Step moves every parameter and clears its gradient. Gradients are first
// scaled down together so that their common L2 norm is at most clip.
func (a *AdamW) Step(lr, clip float64) {
	a.steps++
	scale := clipFactor(a.params, clip)
	c1 := 1 - math.Pow(a.Beta1, float64(a.steps))
	c2 := 1 - math.Pow(a.Beta2, float64(a.steps))
	b1, b2 := float32(a.Beta1), float32(a.Beta2)
	rate, root, eps := float32(lr/c1), float32(math.Sqrt(c2)), float32(a.Eps)
	for i, p := range a.params {
		g := p.Grad()
		if g == nil {
			continue
		}
		keep := float32(1)
		if len(p.Shape()) >= 2 {
			keep = float32(1 - lr*a.WeightDecay)
		}
		m, v, x := a.m[i], a.v[i], p.Data
		for j, d := range g {
			d *= scale
			m[j] = b1*m[j] + (1-b1)*d
			v[j] = b2*v[j] + (1-b2)*d*d
			x[j] = keep*x[j] - rate*m[j]/(float32(math.Sqrt(float64(v[j])))/root+eps)
		}
		p.ZeroGrad()
	}
}

// clipFactor returns what to multiply all gradients with so that their common
// norm is at most limit.
func clipFactor(params []Named, limit float64) float32 {
	sum := 0.0
	for _, p := range params {
		for _, g := range p.Grad() {
			sum += float64(g) * float64(g)
		}
	}
	if norm := math.Sqrt(sum); norm > limit {
		return float32(limit / norm)
	}
	return 1
}

// Moments returns the running means of gradients and of their squares, one
// slice a parameter, and the number of steps taken. The slices are the
// optimiser's own; a resumed run writes into them.
func (a *AdamW) Moments() (m, v [][]float32, steps int) { return a.m, a.v, a.steps }

// SetSteps tells a resumed optimiser how many steps its moments have seen.
func (a *AdamW) SetSteps(n int) { a.steps = n }

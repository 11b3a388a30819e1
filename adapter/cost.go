package adapter

import "frontdoor/prompt"

// size is a task's: N classes, B images in R views, V validation images, and
// features of E numbers, D before the last projection.
type size struct{ n, b, r, v, e, d float64 }

// FitCost counts what Fit will take. The formulas follow the methods' own loops:
// products of matrices, values that are visited one by one (exponentials,
// updates), work in float64, and about 20 operations on tensors a step.
func (l *Learner) FitCost(classes int, s prompt.ShotSize) prompt.FitCost {
	c := l.model.Config
	z := size{float64(classes), float64(s.Images), float64(s.Draws), float64(s.Val), float64(c.Embed), float64(c.Vision.Width)}
	cost := l.kind.cost(z)
	features := z.r*z.b*z.d + z.v*z.d // as they come
	if !l.kind.Wide() {
		features += 2*z.r*z.b*z.e + z.v*z.e // projected, and of unit length
		cost.Products += 2 * (z.r*z.b + z.v) * z.d * z.e
	}
	cost.Bytes += int64(4 * features)
	return cost
}

// search is what choosing Tip-Adapter's constants takes.
func (z size) search() (products, values float64) {
	return 2 * z.v * (z.b + z.n) * z.e, tipBetas * z.v * (z.b + tipAlphas*z.n)
}

func (o GDAOptions) cost(z size) prompt.FitCost {
	c := prompt.FitCost{
		Products: 2*z.r*z.b*z.e*z.e + 4*z.v*z.n*z.e,
		Values:   6 * z.r * z.b * z.e,
		Doubles:  2*z.e*z.e*z.e + 2*z.n*z.e*z.e, // Cholesky and inverse; W
		Bytes:    int64(8 * (3*z.e*z.e + 2*z.n*z.e + z.b*z.e)),
	}
	if o.NewClasses {
		c.Doubles += 8 * z.e * z.e * z.e // eigenvectors
	}
	return c
}

func (o TipOptions) cost(z size) prompt.FitCost {
	products, values := z.search()
	return prompt.FitCost{Products: products, Values: values + 2*z.r*z.b*z.e, Calls: tipBetas * tipAlphas, Bytes: int64(4 * (z.b*z.e + 2*z.v*(z.b+z.n)))}
}

func (o TipFOptions) cost(z size) prompt.FitCost {
	b := min(z.b, float64(o.Batch))
	steps := float64(o.Epochs) * z.b / b
	products, values := z.search()
	return prompt.FitCost{
		Products: products + steps*2*b*(2*z.b+z.n)*z.e,
		Calls:    tipBetas*tipAlphas + 20*steps,
		Values:   values + steps*(4*b*z.b+3*b*z.n+4*z.b*z.e),
		Bytes:    int64(4 * (4*z.b*z.e + 3*b*z.b + 2*z.v*(z.b+z.n))),
	}
}

func (o LPPOptions) cost(z size) prompt.FitCost {
	steps, m := float64(o.Iterations), min(z.b, z.e)
	return prompt.FitCost{
		Products: steps * 4 * (z.b + z.v) * z.n * z.e,
		Calls:    20 * steps,
		Values:   steps * (5*z.b*z.n + 2*z.v*z.n + 3*z.n*z.e),
		Doubles:  2 * m * m * m, // the largest eigenvalue
		Bytes:    int64(4 * (4*z.b*z.n + 2*z.v*z.n + 4*z.n*z.e)),
	}
}

func (o CLAPOptions) cost(z size) prompt.FitCost {
	b := min(z.r*z.b, float64(o.Batch))
	steps := float64(o.Epochs) * max(1, float64(int(z.b/float64(o.Batch))))
	c := prompt.FitCost{
		Products: steps * 4 * b * z.n * z.e,
		Calls:    20 * steps,
		Values:   steps * (4*b*z.n + 6*z.n*z.e + 3*b*z.e),
		Bytes:    int64(4 * (4*b*z.n + 4*z.n*z.e)),
	}
	if o.Penalty {
		c.Products += 2 * z.r * z.b * z.n * z.e
		c.Values += z.r * z.b * z.n
		c.Bytes += int64(4 * z.r * z.b * z.n)
	}
	return c
}

func (o TaskResOptions) cost(z size) prompt.FitCost {
	b := min(z.b, float64(o.Batch))
	steps := float64(o.Epochs) * max(1, float64(int(z.b/float64(o.Batch))))
	return prompt.FitCost{
		Products: steps * 4 * b * z.n * z.e,
		Calls:    20 * steps,
		Values:   steps * (4*b*z.n + 8*z.n*z.e + 2*b*z.e),
		Bytes:    int64(4 * (4*b*z.n + 5*z.n*z.e)),
	}
}

func (o ProLIPOptions) cost(z size) prompt.FitCost {
	steps := float64(o.Iterations)
	return prompt.FitCost{
		Products: steps * z.b * z.e * (4*z.d + 4*z.n),
		Calls:    20 * steps,
		Values:   steps * (4*z.b*z.n + 4*z.b*z.e + 8*z.d*z.e),
		Bytes:    int64(4 * (4*z.b*z.e + 4*z.b*z.n + 5*z.d*z.e)),
	}
}

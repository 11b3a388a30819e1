package adapter

import "frontdoor/prompt"

// size is a task's: N classes, B images in R views, V validation images, and
// features of E numbers, D before the last projection.
type size struct{ n, b, r, v, e, d float64 }

// cost is what a Fit takes: operations of products in float32, two for a
// multiply-add, values that are visited one by one, operations in float64, and bytes
// of memory.
type cost struct {
	products, values, doubles float64
	bytes                     int64
}

// work is the cost in operations of products, for which a value stands for 50 and
// an operation in float64 for 10.
func (c cost) work() float64 { return c.products + 50*c.values + 10*c.doubles }

// FitCost counts what Fit will take. The formulas follow the methods' own loops.
func (l *Learner) FitCost(classes int, s prompt.ShotSize) prompt.FitCost {
	c := l.cost(classes, s)
	return prompt.FitCost{Products: c.products, Bytes: c.bytes}
}

func (l *Learner) cost(classes int, s prompt.ShotSize) cost {
	wide := l.wide()
	m := l.model.Config
	z := size{float64(classes), float64(s.Images), float64(s.Draws), float64(s.Val), float64(m.Embed), float64(m.Vision.Width)}
	c := l.kind.cost(z)
	features := z.r*z.b*z.d + z.v*z.d // as they come
	if !wide {
		features += 2*z.r*z.b*z.e + z.v*z.e // projected, and of unit length
		c.products += 2 * (z.r*z.b + z.v) * z.d * z.e
		c.values += z.r * z.b * z.e
	}
	c.bytes += int64(4 * features)
	return c
}

// search is what choosing Tip-Adapter's constants takes.
func (z size) search() (products, values float64) {
	return 2 * z.v * (z.b + z.n) * z.e, tipBetas * z.v * (z.b + tipAlphas*z.n)
}

func (o GDAOptions) cost(z size) cost {
	c := cost{
		products: 2*z.r*z.b*z.e*z.e + 4*z.v*z.n*z.e,
		values:   6 * z.r * z.b * z.e,
		doubles:  2*z.e*z.e*z.e + 2*z.n*z.e*z.e, // Cholesky and inverse; W
		bytes:    int64(8 * (3*z.e*z.e + 2*z.n*z.e + z.b*z.e)),
	}
	if o.NewClasses {
		c.doubles += 8 * z.e * z.e * z.e // eigenvectors
	}
	return c
}

func (o TipOptions) cost(z size) cost {
	products, values := z.search()
	return cost{products: products, values: values + 2*z.r*z.b*z.e, bytes: int64(4 * (z.b*z.e + 2*z.v*(z.b+z.n)))}
}

func (o TipFOptions) cost(z size) cost {
	b := min(z.b, float64(o.Batch))
	steps := float64(o.Epochs) * z.b / b
	products, values := z.search()
	return cost{
		products: products + steps*2*b*(2*z.b+z.n)*z.e,
		values:   values + steps*(4*b*z.b+3*b*z.n+4*z.b*z.e),
		bytes:    int64(4 * (4*z.b*z.e + 3*b*z.b + 2*z.v*(z.b+z.n))),
	}
}

func (o LPPOptions) cost(z size) cost {
	steps, m := float64(o.Iterations), min(z.b, z.e)
	return cost{
		products: steps * 4 * (z.b + z.v) * z.n * z.e,
		values:   steps * (5*z.b*z.n + 2*z.v*z.n + 3*z.n*z.e),
		doubles:  2 * m * m * m, // the largest eigenvalue
		bytes:    int64(4 * (4*z.b*z.n + 2*z.v*z.n + 4*z.n*z.e)),
	}
}

func (o CLAPOptions) cost(z size) cost {
	b := min(z.r*z.b, float64(o.Batch))
	steps := float64(o.Epochs) * max(1, float64(int(z.b/float64(o.Batch))))
	c := cost{
		products: steps * 4 * b * z.n * z.e,
		values:   steps * (4*b*z.n + 6*z.n*z.e + 3*b*z.e),
		bytes:    int64(4 * (4*b*z.n + 4*z.n*z.e)),
	}
	if o.Penalty {
		c.products += 2 * z.r * z.b * z.n * z.e
		c.values += z.r * z.b * z.n
		c.bytes += int64(4 * z.r * z.b * z.n)
	}
	return c
}

func (o TaskResOptions) cost(z size) cost {
	b := min(z.b, float64(o.Batch))
	steps := float64(o.Epochs) * max(1, float64(int(z.b/float64(o.Batch))))
	return cost{
		products: steps * 4 * b * z.n * z.e,
		values:   steps * (4*b*z.n + 8*z.n*z.e + 2*b*z.e),
		bytes:    int64(4 * (4*b*z.n + 5*z.n*z.e)),
	}
}

func (o ProLIPOptions) cost(z size) cost {
	steps := float64(o.Iterations)
	return cost{
		products: steps * z.b * z.e * (4*z.d + 4*z.n),
		values:   steps * (4*z.b*z.n + 4*z.b*z.e + 8*z.d*z.e),
		bytes:    int64(4 * (4*z.b*z.e + 4*z.b*z.n + 5*z.d*z.e)),
	}
}

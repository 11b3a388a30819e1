package bench

import (
	"frontdoor/simd"
)

// rows measures the row operations on one thread, in nanoseconds an element,
// on rows of ViT-B/16's width.
func (b *bench) rows() error {
	const n, count = 768, 64 // stays in the second-level cache
	x, y, dy := ramp(n*count), make([]float32, n*count), ramp(n*count)
	gamma, beta := ramp(n), ramp(n)
	for _, r := range []struct {
		name string
		row  func(y, x, dy []float32)
	}{
		{"exp", func(y, x, _ []float32) { simd.Exp(y, x) }},
		{"softmax", func(y, x, _ []float32) { simd.Softmax(y, x) }},
		{"softmax-grad", func(y, x, dy []float32) { simd.SoftmaxGrad(y, x, dy) }},
		{"layernorm", func(y, x, _ []float32) { simd.LayerNorm(y, x, gamma, beta, 1e-5) }},
		{"layernorm-grad", func(y, x, dy []float32) { simd.LayerNormGrad(y, dy, x, gamma, 0.1, 0.9) }},
		{"quickgelu", func(y, x, _ []float32) { simd.QuickGELU(y, x) }},
		{"quickgelu-grad", func(y, x, dy []float32) { simd.QuickGELUGrad(y, dy, x) }},
		{"add", func(y, x, dy []float32) { simd.Add(y, x, dy) }},
		{"axpy", func(y, x, _ []float32) { simd.Axpy(1e-9, x, y) }},
		{"dot", func(_, x, dy []float32) { simd.Dot(x, dy) }},
	} {
		name := "rows/" + r.name
		if !b.wanted(name) {
			continue
		}
		clear(y)
		o, err := b.race(1, []runner{{name: name, turn: timed(turnTime/4, func() {
			for at := 0; at < n*count; at += n {
				r.row(y[at:at+n], x[at:at+n], dy[at:at+n])
			}
		})}})
		if err != nil {
			return err
		}
		b.report(Record{Name: name, Value: o.seconds[name] * 1e9 / (n * count), Unit: "ns/element", Threads: 1})
	}
	return nil
}

package simd

import "testing"

// BenchmarkRows measures the row routines in elements per nanosecond.
func BenchmarkRows(b *testing.B) {
	const n = 768
	x, y, z, w := make([]float32, n), make([]float32, n), make([]float32, n), make([]float32, n)
	for i := range x {
		x[i], w[i] = float32(i%31)/8-2, 1
	}
	for _, r := range []struct {
		name string
		f    func()
	}{
		{"Add", func() { Add(y, x, w) }},
		{"Axpy", func() { Axpy(1e-9, x, y) }},
		{"Dot", func() { Dot(x, w) }},
		{"Exp", func() { Exp(y, x) }},
		{"Softmax", func() { Softmax(y, x) }},
		{"SoftmaxGrad", func() { SoftmaxGrad(y, x, w) }},
		{"LayerNorm", func() { LayerNorm(y, x, w, z, 1e-5) }},
		{"LayerNormGrad", func() { clear(y); LayerNormGrad(y, w, x, w, 0.1, 0.9) }},
		{"QuickGELU", func() { QuickGELU(y, x) }},
		{"QuickGELUGrad", func() { QuickGELUGrad(y, w, x) }},
	} {
		b.Run(r.name, func(b *testing.B) {
			for b.Loop() {
				r.f()
			}
			b.ReportMetric(float64(n)*float64(b.N)/float64(b.Elapsed().Nanoseconds()), "elem/ns")
		})
	}
}

package simd

import (
	"fmt"
	"testing"
)

// BenchmarkGemm measures the products of the towers and of attention.
func BenchmarkGemm(b *testing.B) {
	for _, s := range [][3]int{
		{197, 768, 768}, {788, 3072, 768}, {3152, 768, 3072}, {500, 512, 512},
		{1200, 384, 128}, {1200, 128, 512}, {64, 64, 64}, {19, 19, 32},
	} {
		m, n, k := s[0], s[1], s[2]
		x, y, c := make([]float32, m*k), make([]float32, n*k), make([]float32, m*n)
		for i := range x {
			x[i] = float32(i%17) - 8
		}
		for i := range y {
			y[i] = float32(i%13) - 6
		}
		for op, ld := range [][2]int{NN: {k, n}, NT: {k, k}, TN: {m, n}} {
			b.Run(fmt.Sprintf("%v/%dx%dx%d", Op(op), m, n, k), func(b *testing.B) {
				for b.Loop() {
					Gemm(Op(op), m, n, k, x, ld[0], y, ld[1], c, n, false)
				}
				flops := 2 * float64(m) * float64(n) * float64(k) * float64(b.N)
				b.ReportMetric(flops/float64(b.Elapsed().Nanoseconds()), "GFLOPS")
			})
		}
	}
}

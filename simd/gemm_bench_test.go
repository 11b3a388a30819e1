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
		out := Dense(c, m, n)
		for op, ab := range [][2]Matrix{
			NN: {Dense(x, m, k), Dense(y, k, n)}, NT: {Dense(x, m, k), Dense(y, n, k)}, TN: {Dense(x, k, m), Dense(y, k, n)},
		} {
			b.Run(fmt.Sprintf("%v/%dx%dx%d", Op(op), m, n, k), func(b *testing.B) {
				for b.Loop() {
					Gemm(Op(op), out, ab[0], ab[1], false)
				}
				flops := 2 * float64(m) * float64(n) * float64(k) * float64(b.N)
				b.ReportMetric(flops/float64(b.Elapsed().Nanoseconds()), "GFLOPS")
			})
		}
	}
}

// BenchmarkGemmAtMemoryEnd multiplies with panels of B that end where memory
// begins that was never touched, and with panels that do not: what asks for
// memory behind the last panel is slower in the first case.
func BenchmarkGemmAtMemoryEnd(b *testing.B) {
	const m, n, k = 796, 768, 3072
	x, y, c := Dense(make([]float32, m*k), m, k), Dense(make([]float32, n*k), n, k), Dense(make([]float32, m*n), m, n)
	for _, touched := range []bool{true, false} {
		b.Run(fmt.Sprintf("touched=%v", touched), func(b *testing.B) {
			j := jobs.Get()
			j.memory = make([]float32, n*k+8<<20) // fresh: the pages behind the panels are not mapped
			if touched {
				for i := range j.memory {
					j.memory[i] = 1
				}
			}
			jobs.Put(j)
			for b.Loop() {
				Gemm(NT, c, x, y, false)
			}
			b.ReportMetric(2*m*n*k*float64(b.N)/float64(b.Elapsed().Nanoseconds()), "GFLOPS")
			j = jobs.Get()
			j.memory = nil
			jobs.Put(j)
		})
	}
}

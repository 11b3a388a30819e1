package simd

import "github.com/klauspost/cpuid/v2"

// available lists the kernels this processor runs, the slowest first.
func available() []kernel {
	if cpuid.CPU.Supports(cpuid.AVX2, cpuid.FMA3) {
		return []kernel{generic, avx2}
	}
	return []kernel{generic}
}

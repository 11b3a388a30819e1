package simd

import "github.com/klauspost/cpuid/v2"

// available lists the kernels this processor runs, the slowest first.
func available() []kernel {
	switch {
	case !cpuid.CPU.Supports(cpuid.AVX2, cpuid.FMA3):
		return []kernel{generic}
	case !cpuid.CPU.Supports(cpuid.AVX512F):
		return []kernel{generic, avx2}
	}
	return []kernel{generic, avx2, avx512}
}

// secondLevelCache returns the size in bytes, or a common one if the processor
// does not tell.
func secondLevelCache() int {
	if n := cpuid.CPU.Cache.L2; n > 0 {
		return n
	}
	return 256 << 10
}

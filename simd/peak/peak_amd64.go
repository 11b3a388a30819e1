package peak

import "frontdoor/simd"

// vectors is how many vectors one round of the probe multiplies and adds.
const vectors = 12

func fmaProbe(n int) float64 {
	switch simd.Kernel() {
	case "avx2":
		fmaProbeAVX2(n)
		return vectors * 8 * 2
	case "avx512":
		fmaProbeAVX512(n)
		return vectors * 16 * 2
	}
	return fmaProbeGeneric(n)
}

// fmaProbeAVX2:
//
//	for range n {
//		for i := range sum { // twelve vectors of eight
//			sum[i] = fma(0, 0, sum[i])
//		}
//	}
//
//go:noescape
func fmaProbeAVX2(n int)

// fmaProbeAVX512 is fmaProbeAVX2 with vectors of sixteen.
//
//go:noescape
func fmaProbeAVX512(n int)

package simd

// peakVectors is how many vectors one round of the probe multiplies and adds.
const peakVectors = 12

func fmaProbe(n int) float64 {
	lanes := 8
	switch active {
	case generic:
		return fmaProbeGeneric(n)
	case avx2:
		fmaProbeAVX2(n)
	case avx512:
		fmaProbeAVX512(n)
		lanes = 16
	}
	return float64(peakVectors * lanes * 2)
}

//go:noescape
func fmaProbeAVX2(n int)

//go:noescape
func fmaProbeAVX512(n int)

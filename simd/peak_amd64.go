package simd

// peakFlops is what one round of the probe computes: twelve vectors of eight
// numbers, each multiplied and added.
const peakFlops = 12 * 8 * 2

func fmaProbe(n int) float64 {
	if active == generic {
		return fmaProbeGeneric(n)
	}
	fmaProbeAVX2(n)
	return peakFlops
}

//go:noescape
func fmaProbeAVX2(n int)

// Package peak measures what no matrix product of a core can exceed: the rate of
// multiply-adds that wait for nothing and touch no memory, under the kernel that
// package simd uses. It serves benchmarks alone.
package peak

// FMAs runs n rounds of multiply-adds that do not wait for each other and do
// not touch memory, and returns how many floating-point operations that were.
// Timed, it gives the rate that no matrix product of one core can exceed: the
// "FMA peak" that cmd/bench compares with. Under the generic kernel it is the
// peak of Go's scalar arithmetic.
func FMAs(n int) (flops float64) {
	if n <= 0 {
		return 0
	}
	return float64(n) * fmaProbe(n)
}

// fmaProbeGeneric runs n rounds of eight scalar multiply-adds and returns the
// operations of a round.
func fmaProbeGeneric(n int) float64 {
	var s [8]float32
	s0, s1, s2, s3, s4, s5, s6, s7 := s[0], s[1], s[2], s[3], s[4], s[5], s[6], s[7]
	for range n {
		s0 = s0*0.5 + 1
		s1 = s1*0.5 + 1
		s2 = s2*0.5 + 1
		s3 = s3*0.5 + 1
		s4 = s4*0.5 + 1
		s5 = s5*0.5 + 1
		s6 = s6*0.5 + 1
		s7 = s7*0.5 + 1
	}
	if s0+s1+s2+s3+s4+s5+s6+s7 < 0 {
		panic("peak: the probe computed a negative sum")
	}
	return 8 * 2
}

//go:build !amd64

package peak

func fmaProbe(n int) float64 { return fmaProbeGeneric(n) }

package simd

// Each function here runs its Go version or the assembly in exp_amd64.s, whose
// stub shows the loop that it computes. The callers have checked the lengths.

func expSum(dst, src []float32, shift, scale float32) float32 {
	if active == generic {
		return expSumGeneric(dst, src, shift, scale)
	}
	return expSumAVX2(dst, src, shift, scale)
}

// expSumAVX2:
//
//	for i := range dst {
//		dst[i] = exp((src[i] - shift) * scale)
//		sum += dst[i] // in 8 sums, added up at the end
//	}
//
//go:noescape
func expSumAVX2(dst, src []float32, shift, scale float32) float32

func quickGELU(dst, src []float32) {
	if active == generic {
		quickGELUGeneric(dst, src)
		return
	}
	quickGELUAVX2(dst, src)
}

// quickGELUAVX2:
//
//	for i := range dst {
//		dst[i] = src[i] / (1 + exp(-1.702*src[i]))
//	}
//
//go:noescape
func quickGELUAVX2(dst, src []float32)

func quickGELUGrad(dx, dy, z []float32) {
	if active == generic {
		quickGELUGradGeneric(dx, dy, z)
		return
	}
	quickGELUGradAVX2(dx, dy, z)
}

// quickGELUGradAVX2:
//
//	for i := range dx {
//		s := 1 / (1 + exp(-1.702*z[i]))
//		dx[i] = dy[i] * (s + 1.702*z[i]*(s*(1-s)))
//	}
//
//go:noescape
func quickGELUGradAVX2(dx, dy, z []float32)

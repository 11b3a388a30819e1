package jpeg

// YCbCr to RGB (JFIF) in fixed point with 16 fractional bits: libjpeg's
// constants 1.402, 0.344136, 0.714136 and 1.772.
const (
	crToR = 91881
	cbToG = -22554
	crToG = -46802
	cbToB = 116130
	half  = 1 << 15
)

// yccRowGeneric converts a row: dst has 3 bytes for each sample of the others.
// Green adds its two terms before the one rounding. It is the specification of
// the kernels.
func yccRowGeneric(dst, luma, cb, cr []byte) {
	n := len(dst) / 3
	luma, cb, cr = luma[:n], cb[:n], cr[:n]
	for x := range luma {
		y, u, v := int32(luma[x]), int32(cb[x])-128, int32(cr[x])-128
		p := dst[3*x : 3*x+3 : 3*x+3]
		p[0] = clamp(y + (crToR*v+half)>>16)
		p[1] = clamp(y + (cbToG*u+crToG*v+half)>>16)
		p[2] = clamp(y + (cbToB*u+half)>>16)
	}
}

func clamp(v int32) byte { return byte(min(max(v, 0), 255)) }

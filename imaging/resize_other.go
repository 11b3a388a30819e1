//go:build !amd64

package imaging

const haveAVX2 = false

func horizontalAVX2(out *uint8, outStride int, in *uint8, inStride int, low, high *int16, quads, groups int) {
	panic("imaging: no AVX2")
}

func verticalAVX2(out, in *uint8, stride, n int, weights *int32, taps int) {
	panic("imaging: no AVX2")
}

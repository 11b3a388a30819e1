package jpeg

import "frontdoor/simd"

// useAVX2 says that the kernels for amd64 take the place of the functions that
// specify them. FRONTDOOR_SIMD=generic turns them off.
var useAVX2 = haveAVX2 && (simd.Kernel() == "avx2" || simd.Kernel() == "avx512")

// idct writes the 8x8 samples of a block to the rows of dst, stride bytes
// apart; see idctGeneric.
func idct(dst []byte, stride int, b, q *[64]int16) {
	if useAVX2 {
		idctAVX2(&dst[:7*stride+8][0], stride, b, q)
		return
	}
	idctGeneric(dst, stride, b, q)
}

// The kernels read and write up to this many bytes behind the end.
const slack = 32

// h2v1 doubles the width of a row of w samples; see h2v1Generic. Both slices go
// on for slack bytes.
func h2v1(dst, src []byte, w int) {
	if !useAVX2 || w < 3 {
		h2v1Generic(dst, src, w)
		return
	}
	dst, src = dst[:2*w+slack], src[:w+slack]
	h2v1AVX2(&dst[2], &src[1], w-2)
	h2v1Generic(dst[:2], src[:2], 1)
	dst[1] = byte((3*int(src[0]) + int(src[1]) + 2) >> 2)
	dst[2*w-2] = byte((3*int(src[w-1]) + int(src[w-2]) + 1) >> 2)
	dst[2*w-1] = src[w-1]
}

// h1v2 mixes two rows of w samples; see h1v2Generic. The slices go on for slack
// bytes.
func h1v2(dst, near, far []byte, w, bias int) {
	if !useAVX2 {
		h1v2Generic(dst, near, far, w, bias)
		return
	}
	dst, near, far = dst[:w+slack], near[:w+slack], far[:w+slack]
	h1v2AVX2(&dst[0], &near[0], &far[0], w, bias)
}

// h2v2 mixes two rows of w samples and doubles their width; see h2v2Generic.
// The slices go on for slack bytes.
func h2v2(dst, near, far []byte, w int) {
	if !useAVX2 || w < 3 {
		h2v2Generic(dst, near, far, w)
		return
	}
	dst, near, far = dst[:2*w+slack], near[:w+slack], far[:w+slack]
	h2v2AVX2(&dst[2], &near[1], &far[1], w-2)
	mix := func(x int) int { return 3*int(near[x]) + int(far[x]) }
	dst[0] = byte((4*mix(0) + 8) >> 4)
	dst[1] = byte((3*mix(0) + mix(1) + 7) >> 4)
	dst[2*w-2] = byte((3*mix(w-1) + mix(w-2) + 8) >> 4)
	dst[2*w-1] = byte((4*mix(w-1) + 7) >> 4)
}

// yccRow converts a row to RGB; see yccRowGeneric.
func yccRow(dst, luma, cb, cr []byte) {
	if useAVX2 {
		if n := len(dst) / 3 &^ 15; n > 0 {
			luma, cb, cr := luma[:n:n], cb[:n:n], cr[:n:n]
			yccAVX2(&dst[0], &luma[0], &cb[0], &cr[0], n)
		}
		done := len(dst) / 3 &^ 15
		dst, luma, cb, cr = dst[3*done:], luma[done:], cb[done:], cr[done:]
	}
	yccRowGeneric(dst, luma, cb, cr)
}

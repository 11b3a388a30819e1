package jpeg

const haveAVX2 = true

// idctAVX2 is idctGeneric.
//
//go:noescape
func idctAVX2(dst *byte, stride int, b, q *[64]int16)

// h2v1AVX2 writes, for x = 0..n-1 (and up to 15 more),
//
//	dst[2x]   = (3 src[x] + src[x-1] + 1) >> 2
//	dst[2x+1] = (3 src[x] + src[x+1] + 2) >> 2
//
//go:noescape
func h2v1AVX2(dst, src *byte, n int)

// h1v2AVX2 writes, for x = 0..n-1 (and up to 15 more),
//
//	dst[x] = (3 near[x] + far[x] + bias) >> 2
//
//go:noescape
func h1v2AVX2(dst, near, far *byte, n, bias int)

// h2v2AVX2 writes, for x = 0..n-1 (and up to 15 more), with
// m[x] = 3 near[x] + far[x],
//
//	dst[2x]   = (3 m[x] + m[x-1] + 8) >> 4
//	dst[2x+1] = (3 m[x] + m[x+1] + 7) >> 4
//
//go:noescape
func h2v2AVX2(dst, near, far *byte, n int)

// yccAVX2 is yccRowGeneric of n pixels, a multiple of 16.
//
//go:noescape
func yccAVX2(dst, luma, cb, cr *byte, n int)

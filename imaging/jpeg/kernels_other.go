//go:build !amd64

package jpeg

const haveAVX2 = false

func idctAVX2(dst *byte, stride int, b, q *[64]int16) { panic("jpeg: no AVX2") }
func h2v1AVX2(dst, src *byte, n int)                  { panic("jpeg: no AVX2") }
func h1v2AVX2(dst, near, far *byte, n, bias int)      { panic("jpeg: no AVX2") }
func h2v2AVX2(dst, near, far *byte, n int)            { panic("jpeg: no AVX2") }
func yccAVX2(dst, luma, cb, cr *byte, n int)          { panic("jpeg: no AVX2") }

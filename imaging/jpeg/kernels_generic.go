package jpeg

func idct(dst []byte, stride int, b, q *[64]int16) { idctGeneric(dst, stride, b, q) }

func h2v1(dst, src []byte, w int) { h2v1Generic(dst, src, w) }

func h1v2(dst, near, far []byte, w, bias int) { h1v2Generic(dst, near, far, w, bias) }

func h2v2(dst, near, far []byte, w int) { h2v2Generic(dst, near, far, w) }

func yccRow(dst, luma, cb, cr []byte) { yccRowGeneric(dst, luma, cb, cr) }

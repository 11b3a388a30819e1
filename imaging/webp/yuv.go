package webp

import "image"

// paintYCbCr converts the planes of a lossy picture, whose chroma has half the
// columns and rows, to RGB.
func paintYCbCr(dst []byte, stride int, m *image.YCbCr) {
	w, h := m.Rect.Dx(), m.Rect.Dy()
	cb, cr := make([]uint8, w+1), make([]uint8, w+1)
	half := (w + 1) / 2
	for y := range h {
		near := y / 2
		far := min(max(near-1+2*(y%2), 0), (h-1)/2)
		widen(cb, m.Cb[near*m.CStride:][:half], m.Cb[far*m.CStride:][:half])
		widen(cr, m.Cr[near*m.CStride:][:half], m.Cr[far*m.CStride:][:half])
		luma, out := m.Y[y*m.YStride:][:w], dst[y*stride:][:3*w]
		for x, l := range luma {
			o := out[3*x : 3*x+3 : 3*x+3]
			o[0], o[1], o[2] = rgb(l, cb[x], cr[x])
		}
	}
}

// widen makes a row of chroma of full width from the nearest row of samples and
// the next nearest one: libwebp's "fancy" upsampler. A pixel takes 9/16 of its
// sample, 3/16 of the one beside it and of the one above or below, 1/16 of the
// one across; halves are lost in two steps, as the shifts do it there. len(out)
// is even.
func widen(out, near, far []uint8) {
	n := len(near)
	out[0] = uint8((3*int(near[0]) + int(far[0]) + 2) >> 2)
	for x := 1; x < n; x++ {
		a, b, c, d := int(near[x-1]), int(near[x]), int(far[x-1]), int(far[x])
		sum := a + b + c + d + 8
		out[2*x-1] = uint8(((sum+2*(b+c))>>3 + a) >> 1)
		out[2*x] = uint8(((sum+2*(a+d))>>3 + b) >> 1)
	}
	if last := 2*n - 1; last < len(out) {
		out[last] = uint8((3*int(near[n-1]) + int(far[n-1]) + 2) >> 2)
	}
}

// rgb converts one pixel of video-range YCbCr with libwebp's fixed-point
// coefficients (14 bits, of which 8 are dropped in each product).
func rgb(y, cb, cr uint8) (r, g, b uint8) {
	l := mul(y, 19077)
	return clip(l + mul(cr, 26149) - 14234),
		clip(l - mul(cb, 6419) - mul(cr, 13320) + 8708),
		clip(l + mul(cb, 33050) - 17685)
}

func mul(v uint8, k int) int { return int(v) * k >> 8 }

func clip(v int) uint8 { return uint8(min(max(v>>6, 0), 255)) }

package imaging

import "image"

// fromYCbCr converts the planes of a JPEG or a lossy WebP: for each row the
// chroma is first brought to full width, then each pixel is converted.
func fromYCbCr(dst *Image, m *image.YCbCr, rgb func(y, cb, cr uint8) (r, g, b uint8)) {
	up := newUpsampler(m)
	cb, cr := make([]uint8, dst.W), make([]uint8, dst.W)
	for y := range dst.H {
		up.row(cb, m.Cb, y)
		up.row(cr, m.Cr, y)
		luma, out := m.Y[y*m.YStride:], dst.row(y)
		for x := range dst.W {
			o := out[3*x : 3*x+3 : 3*x+3]
			o[0], o[1], o[2] = rgb(luma[x], cb[x], cr[x])
		}
	}
}

// jpegRGB converts one pixel with libjpeg's fixed-point coefficients (16
// bits). Green adds its two terms before the one rounding.
func jpegRGB(y, cb, cr uint8) (r, g, b uint8) {
	const half = 1 << 15
	l, u, v := int32(y), int32(cb)-128, int32(cr)-128
	clip := func(x int32) uint8 { return uint8(min(max(x, 0), 255)) }
	return clip(l + (91881*v+half)>>16),
		clip(l + (-22554*u-46802*v+half)>>16),
		clip(l + (116130*u+half)>>16)
}

// upsampler widens the chroma planes of an image with libjpeg's triangle
// filter ("fancy upsampling"): a chroma sample lies between the pixels that
// share it, so each pixel takes 3/4 of its nearest sample and 1/4 of the next
// one, on either axis. Go's own conversion repeats samples, which shifts
// colours at edges by up to many levels against Pillow.
type upsampler struct {
	stride int
	w, h   int   // samples of a chroma plane that belong to the image
	sx, sy int   // pixels that share a sample, across and down
	mean   []int // a chroma row, weighted down its columns
}

func newUpsampler(m *image.YCbCr) *upsampler {
	u := &upsampler{stride: m.CStride, sx: 1, sy: 1}
	switch m.SubsampleRatio {
	case image.YCbCrSubsampleRatio422:
		u.sx = 2
	case image.YCbCrSubsampleRatio420:
		u.sx, u.sy = 2, 2
	case image.YCbCrSubsampleRatio440:
		u.sy = 2
	case image.YCbCrSubsampleRatio411:
		u.sx = 4
	case image.YCbCrSubsampleRatio410:
		u.sx, u.sy = 4, 2
	}
	u.w = (m.Rect.Dx() + u.sx - 1) / u.sx
	u.h = (m.Rect.Dy() + u.sy - 1) / u.sy
	u.mean = make([]int, u.w)
	return u
}

// row writes row y of the plane at full width to out. Like libjpeg it filters
// only where two pixels share a sample, and repeats samples in images too
// narrow for the filter and at other ratios.
func (u *upsampler) row(out, plane []uint8, y int) {
	switch {
	case u.sx == 2 && u.w <= 2 || u.sx == 4:
		in := plane[y/u.sy*u.stride:]
		for x := range out {
			out[x] = in[x/u.sx]
		}
	case u.sx == 2 && u.sy == 2:
		u.columns(plane, y)
		u.across(out, 4, 8, 7)
	case u.sx == 2:
		for x, v := range plane[y*u.stride : y*u.stride+u.w] {
			u.mean[x] = int(v)
		}
		u.across(out, 2, 1, 2)
	case u.sy == 2:
		u.columns(plane, y)
		bias := 1 + y%2
		for x := range out {
			out[x] = uint8((u.mean[x] + bias) >> 2)
		}
	default:
		copy(out, plane[y*u.stride:y*u.stride+u.w])
	}
}

// columns sets mean to three times the nearest chroma row plus the next
// nearest one: the row above for even y, below for odd y, itself at the border.
func (u *upsampler) columns(plane []uint8, y int) {
	near := y / 2
	far := min(max(near-1+2*(y%2), 0), u.h-1)
	a := plane[near*u.stride : near*u.stride+u.w]
	b := plane[far*u.stride : far*u.stride+u.w]
	for x := range u.mean {
		u.mean[x] = 3*int(a[x]) + int(b[x])
	}
}

// across writes two pixels for each entry of mean: three parts of it and one
// of its left or right neighbour, divided by 2^shift. The two rounding terms
// differ so that the errors do not drift to one side.
func (u *upsampler) across(out []uint8, shift, roundLeft, roundRight int) {
	for x := range out {
		i := x / 2
		side, round := i-1, roundLeft
		if x%2 == 1 {
			side, round = i+1, roundRight
		}
		side = min(max(side, 0), u.w-1)
		out[x] = uint8((3*u.mean[i] + u.mean[side] + round) >> shift)
	}
}

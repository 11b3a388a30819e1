package imaging

import (
	"image"
	"image/color"
)

// convert copies a decoded image to 8-bit RGB. The models that the decoders
// produce are read from their bytes; alpha never enters, because Go's
// unpremultiplied models keep the colour of transparent pixels.
func convert(src image.Image) *Image {
	b := src.Bounds()
	dst := New(b.Dx(), b.Dy())
	switch m := src.(type) {
	case *image.YCbCr:
		fromYCbCr(dst, m, jpegRGB)
	case *image.Gray:
		fromBytes(dst, m.Pix, m.Stride, 1, [3]int{0, 0, 0})
	case *image.Gray16:
		fromBytes(dst, m.Pix, m.Stride, 2, [3]int{0, 0, 0})
	case *image.NRGBA:
		fromBytes(dst, m.Pix, m.Stride, 4, [3]int{0, 1, 2})
	case *image.NRGBA64:
		fromBytes(dst, m.Pix, m.Stride, 8, [3]int{0, 2, 4})
	case *image.RGBA: // the decoders use it for opaque images only
		fromBytes(dst, m.Pix, m.Stride, 4, [3]int{0, 1, 2})
	case *image.RGBA64:
		fromBytes(dst, m.Pix, m.Stride, 8, [3]int{0, 2, 4})
	case *image.Paletted:
		fromPalette(dst, m)
	case *image.CMYK:
		fromCMYK(dst, m)
	default:
		fromAny(dst, src)
	}
	return dst
}

// fromBytes reads pixels of size bytes whose red, green and blue bytes are at
// the offsets rgb. For 16-bit channels these are the upper bytes.
func fromBytes(dst *Image, pix []uint8, stride, size int, rgb [3]int) {
	for y := range dst.H {
		in, out := pix[y*stride:], dst.row(y)
		for x := range dst.W {
			p, o := in[x*size:(x+1)*size], out[3*x:3*x+3]
			o[0], o[1], o[2] = p[rgb[0]], p[rgb[1]], p[rgb[2]]
		}
	}
}

// fromPalette looks each pixel up. An index beyond the palette is black.
func fromPalette(dst *Image, m *image.Paletted) {
	var table [256][3]uint8
	for i, c := range m.Palette[:min(len(m.Palette), 256)] {
		n := color.NRGBAModel.Convert(c).(color.NRGBA)
		table[i] = [3]uint8{n.R, n.G, n.B}
	}
	for y := range dst.H {
		in, out := m.Pix[y*m.Stride:], dst.row(y)
		for x := range dst.W {
			copy(out[3*x:3*x+3], table[in[x]][:])
		}
	}
}

// fromCMYK multiplies ink and black; the decoder has undone Adobe's inversion.
func fromCMYK(dst *Image, m *image.CMYK) {
	for y := range dst.H {
		in, out := m.Pix[y*m.Stride:], dst.row(y)
		for x := range dst.W {
			p := in[4*x : 4*x+4]
			out[3*x], out[3*x+1], out[3*x+2] = color.CMYKToRGB(p[0], p[1], p[2], p[3])
		}
	}
}

// fromAny goes through the general interface of image.Image.
func fromAny(dst *Image, src image.Image) {
	b := src.Bounds()
	for y := range dst.H {
		out := dst.row(y)
		for x := range dst.W {
			c := color.NRGBAModel.Convert(src.At(b.Min.X+x, b.Min.Y+y)).(color.NRGBA)
			out[3*x], out[3*x+1], out[3*x+2] = c.R, c.G, c.B
		}
	}
}

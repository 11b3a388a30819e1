package imaging

import (
	"errors"
	"image"
	"image/color"
)

// FromImage returns the pixels of an image of the standard library as RGB: as
// Decode does it, alpha is dropped and not composited. A JPEG that package
// image/jpeg decoded differs by a step of a channel here and there from what
// Decode makes of the file, which rounds as libjpeg does. An image without
// pixels is an error.
func FromImage(m image.Image) (*Image, error) {
	b := m.Bounds()
	if b.Empty() {
		return nil, errors.New("the image has no pixels")
	}
	out := New(b.Dx(), b.Dy())
	for y := range out.H {
		row := out.row(y)
		switch m := m.(type) {
		case *image.NRGBA:
			dropAlpha(row, m.Pix[m.PixOffset(b.Min.X, b.Min.Y+y):])
		case *image.RGBA:
			if m.Opaque() {
				dropAlpha(row, m.Pix[m.PixOffset(b.Min.X, b.Min.Y+y):])
			} else {
				convert(row, m, b.Min.X, b.Min.Y+y)
			}
		case *image.YCbCr:
			for x := 0; 3*x < len(row); x++ {
				i, j := m.YOffset(b.Min.X+x, b.Min.Y+y), m.COffset(b.Min.X+x, b.Min.Y+y)
				row[3*x], row[3*x+1], row[3*x+2] = color.YCbCrToRGB(m.Y[i], m.Cb[j], m.Cr[j])
			}
		default:
			convert(row, m, b.Min.X, b.Min.Y+y)
		}
	}
	return out, nil
}

// dropAlpha copies the first three of four channels to row.
func dropAlpha(row, rgba []uint8) {
	for x := 0; 3*x < len(row); x++ {
		copy(row[3*x:3*x+3], rgba[4*x:])
	}
}

// convert asks an image of any kind for the pixels from (x0, y) on.
func convert(row []uint8, m image.Image, x0, y int) {
	for x := 0; 3*x < len(row); x++ {
		c := color.NRGBAModel.Convert(m.At(x0+x, y)).(color.NRGBA)
		row[3*x], row[3*x+1], row[3*x+2] = c.R, c.G, c.B
	}
}

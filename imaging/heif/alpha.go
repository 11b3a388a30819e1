package heif

import (
	"errors"
	"fmt"
)

// divideByAlpha takes back the multiplication of colours by alpha, if there is
// one. divide returns a colour by alpha, both in 0..255.
func (d *decoder) divideByAlpha(p *Picture, id int, divide func(v, alpha int) byte) error {
	it, multiplied := d.alpha(id)
	if !multiplied {
		return nil
	}
	for n, x := range d.items {
		if x != it {
			continue
		}
		a, err := d.planes(n, 0)
		if err != nil {
			return fmt.Errorf("alpha: %w", err)
		}
		if a.W != p.W || a.H != p.H {
			return errors.New("alpha of another size")
		}
		top := int(1)<<a.Depth - 1
		for i, v := range a.Samples[0] {
			alpha := (int(v)*255 + top/2) / top
			for c := 3 * i; c < 3*i+3; c++ {
				p.Pix[c] = divide(int(p.Pix[c]), alpha)
			}
		}
	}
	return nil
}

// byPillow is how Pillow converts a HEIC picture from mode RGBa to RGB.
func byPillow(v, alpha int) byte {
	if alpha == 0 {
		return byte(v)
	}
	return clip8(255 * v / alpha)
}

// byLibyuv is how libavif divides: with 16 bits behind the point.
func byLibyuv(v, alpha int) byte {
	if alpha == 0 {
		return 0
	}
	return clip8(v * 0x0101 * min(1<<16/alpha, 0xffff) >> 16)
}

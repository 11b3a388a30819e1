package heif

import (
	"errors"
	"fmt"
	"math"
)

// transformed applies clap, irot and imir in the order of the properties.
func (p *Picture) transformed(it *item) (*Picture, error) {
	for _, x := range it.properties {
		switch x.name {
		case "irot":
			if len(x.body) == 0 {
				return nil, errShort
			}
			for range x.body[0] & 3 {
				p = p.turned()
			}
		case "imir":
			if len(x.body) == 0 {
				return nil, errShort
			}
			p.mirror(x.body[0]&1 != 0)
		case "clap":
			var err error
			if p, err = p.cut(x.body); err != nil {
				return nil, err
			}
		case "iscl":
			return nil, unsupported("the property iscl, which scales")
		}
	}
	return p, nil
}

// shown returns the size that transformed makes of w by h pixels.
func (it *item) shown(w, h int) (int, int, error) {
	for _, x := range it.properties {
		switch {
		case x.name == "irot" && len(x.body) > 0 && x.body[0]&1 == 1:
			w, h = h, w
		case x.name == "clap":
			a, err := readAperture(x.body)
			if err != nil {
				return 0, 0, err
			}
			_, w = window(a.w, a.x, w)
			_, h = window(a.h, a.y, h)
			if w <= 0 || h <= 0 {
				return 0, 0, fmt.Errorf("a clean aperture of %d x %d pixels", w, h)
			}
		}
	}
	return w, h, nil
}

// turned returns the picture turned by 90 degrees anticlockwise.
func (p *Picture) turned() *Picture {
	out := &Picture{W: p.H, H: p.W, Pix: make([]byte, len(p.Pix))}
	for y := range out.H {
		for x := range out.W {
			copy(out.Pix[3*(y*out.W+x):][:3], p.Pix[3*(x*p.W+p.W-1-y):])
		}
	}
	return out
}

// mirror exchanges left and right, or else top and bottom.
func (p *Picture) mirror(leftRight bool) {
	for y := range p.H {
		for x := range p.W {
			u, v := x, p.H-1-y
			if leftRight {
				u, v = p.W-1-x, y
			}
			a, b := 3*(y*p.W+x), 3*(v*p.W+u)
			if a < b {
				for c := range 3 {
					p.Pix[a+c], p.Pix[b+c] = p.Pix[b+c], p.Pix[a+c]
				}
			}
		}
	}
}

// aperture is the property clap: a size, and how far its centre is from that of
// the picture.
type aperture struct{ w, h, x, y float64 }

func readAperture(body []byte) (aperture, error) {
	r := reader{b: body}
	var f [4]float64
	for i := range f {
		n, d := int32(r.uint(4)), int32(r.uint(4))
		if d == 0 {
			return aperture{}, errors.New("a clean aperture with a fraction over 0")
		}
		f[i] = float64(n) / float64(d)
	}
	return aperture{f[0], f[1], f[2], f[3]}, r.err
}

// cut applies clap.
func (p *Picture) cut(body []byte) (*Picture, error) {
	a, err := readAperture(body)
	if err != nil {
		return nil, err
	}
	left, w := window(a.w, a.x, p.W)
	top, h := window(a.h, a.y, p.H)
	if w <= 0 || h <= 0 {
		return nil, fmt.Errorf("a clean aperture of %d x %d pixels", w, h)
	}
	out := &Picture{W: w, H: h, Pix: make([]byte, 3*w*h)}
	for y := range h {
		copy(out.Pix[3*y*w:3*(y+1)*w], p.Pix[3*((top+y)*p.W+left):])
	}
	return out, nil
}

// window returns where an aperture of size begins on an axis of n pixels, and
// how long it is there.
func window(size, offset float64, n int) (begin, length int) {
	centre := offset + float64(n-1)/2
	begin = int(math.Floor(centre - (size-1)/2 + 0.5))
	end := int(math.Floor(float64(begin) + size - 1 + 0.5))
	begin, end = max(begin, 0), min(end, n-1)
	return begin, end - begin + 1
}

// orientation expresses irot, then imir, as Exif's number.
func (it *item) orientation() int {
	turns, axis := 0, -1
	if b := it.property("irot"); len(b) > 0 {
		turns = int(b[0] & 3)
	}
	if b := it.property("imir"); len(b) > 0 {
		axis = int(b[0] & 1)
	}
	// By quarter turns anticlockwise, then not mirrored, top and bottom
	// exchanged, left and right exchanged.
	return [4][3]int{{1, 4, 2}, {8, 5, 7}, {3, 2, 4}, {6, 7, 5}}[turns][axis+1]
}

package world

import (
	"fmt"
	"math"
)

// Size is the native width and height of a picture in pixels.
const Size = 48

// Style is how a scene is rendered.
type Style int

const (
	// Photo is the usual style: colours, background, light, noise.
	Photo Style = iota
	// Sketch draws the outline and the texture dark on white, without colour
	// and background.
	Sketch
	// Rendition is a photo posterised to four levels a channel, each channel
	// bent by a gamma of its own.
	Rendition
)

// Render renders f into pix, an interleaved RGB picture [size, size, 3]. The
// result depends on the arguments only, and a factor changes only what it
// names. It does not allocate. It panics if pix has another length or if a
// named factor, the style or the size is out of range.
func Render(pix []uint8, size int, f Factors, style Style) {
	if size <= 0 || len(pix) != 3*size*size {
		panic(fmt.Sprintf("world.Render: %d bytes for a picture [%d, %d, 3]", len(pix), size, size))
	}
	if style < Photo || style > Rendition {
		panic(fmt.Sprintf("world.Render: no style %d", style))
	}
	f.check("world.Render")
	s := newScene(f, size, style)
	for py := range size {
		s.row(pix[3*size*py:][:3*size], py)
	}
}

// Streams of random bits, one for each use, so that they are independent.
const (
	fineStream   = 0x243f6a8885a308d3
	coarseStream = 0x13198a2e03707344
	noiseStream  = 0xa4093822299f31d0
	posterStream = 0x082efa98ec4e6c89
)

// scene holds what the pixels of a picture have in common, computed from its
// factors.
type scene struct {
	Factors
	style Style
	size  int

	outline outline
	texture texture
	back    backdrop
	hollow  bool

	main, second rgb     // the two colours of the texture
	cos, sin     float32 // rotation divided by scale
	pixel        float32 // width of a pixel in the coordinates of the outline
	cell         int     // lattice cells in a pixel, times 1<<16

	fine, coarse, noise uint64 // seeds of the random streams

	levels [3][3]float32 // rendition: the values where a channel steps up
}

func newScene(f Factors, size int, style Style) scene {
	c := palette[f.Colour]
	c = rgb{c.r * (1 + f.Jitter[0]), c.g * (1 + f.Jitter[1]), c.b * (1 + f.Jitter[2])}
	s := scene{
		Factors: f, style: style, size: size,
		outline: outlines[f.Shape], texture: textures[f.Texture], back: backdrops[f.Background],
		hollow: Textures[f.Texture] == "hollow",
		main:   c, second: c.times(f.TexContrast),
		cos: cos(f.Rotation) / f.Scale, sin: sin(f.Rotation) / f.Scale,
		pixel: 2 / (float32(size) * f.Scale),
		cell:  Size << 16 / size,
		fine:  hash(f.Seed ^ fineStream), coarse: hash(f.Seed ^ coarseStream), noise: hash(f.Seed ^ noiseStream),
	}
	if style == Rendition {
		s.levels = posterLevels(f.Seed)
	}
	return s
}

// coord returns the position in -1..1 of the centre of pixel p.
func (s *scene) coord(p int) float32 { return (2*float32(p)+1)/float32(s.size) - 1 }

// row renders one row of pixels.
func (s *scene) row(dst []uint8, py int) {
	v := s.coord(py)
	lo, hi := s.span(v)
	cy := py * s.cell >> 16
	for px := range s.size {
		u := s.coord(px)
		g := s.grain(px*s.cell>>16, cy)
		c := s.backdrop(u, v, g)
		if px >= lo && px < hi {
			c = s.paint(c, u-s.CX, s.CY-v, g)
		}
		c = s.develop(c, py*s.size+px)
		dst[3*px], dst[3*px+1], dst[3*px+2] = quantise(c.r), quantise(c.g), quantise(c.b)
	}
}

// span returns the columns [lo, hi) of row v that the object can touch.
func (s *scene) span(v float32) (lo, hi int) {
	radius := reach * s.Scale
	h := radius*radius - (v-s.CY)*(v-s.CY)
	if !(h > 0) {
		return 0, 0
	}
	half := sqrt(h)
	scale := float32(s.size) / 2
	return int((s.CX - half + 1) * scale), int((s.CX+half+1)*scale) + 1
}

// grain returns the irregularity of lattice cell (x, y).
func (s *scene) grain(x, y int) grain {
	return grain{
		fine:   unit(hash(s.fine + uint64(y*Size+x))),
		coarse: unit(hash(s.coarse + uint64(y/2*Size+x/2))),
	}
}

// backdrop returns the colour where there is no object.
func (s *scene) backdrop(u, v float32, g grain) rgb {
	if s.style == Sketch {
		return grey(1)
	}
	return s.back(u, v, s.BackPhase, g)
}

// paint lays the object over the backdrop c at the offset (dx, dy), y upwards,
// from the centre of the object.
func (s *scene) paint(c rgb, dx, dy float32, g grain) rgb {
	x, y := s.cos*dx+s.sin*dy, s.cos*dy-s.sin*dx
	d := s.outline(x, y)
	cover, rim := s.cover(d), float32(0) // how much of the pixel is object, is dark rim
	if s.hollow {
		cover = s.cover(abs(d+.08) - .08)
	} else {
		rim = s.cover(abs(d+.06) - .07)
	}
	if cover == 0 && rim == 0 {
		return c
	}
	t := s.texture(x, y, s.TexFreq, s.TexPhase, g)
	if s.style == Sketch {
		ink := .15 + .85*(1-t)
		if s.hollow {
			ink = 1
		}
		return grey(1 - .9*max(cover*ink, rim))
	}
	return mix(c, mix(s.second, s.main, t).times(1-.75*rim), cover)
}

// cover returns how much of a pixel at signed distance d from an edge lies inside.
func (s *scene) cover(d float32) float32 { return clamp(.5 - d/s.pixel) }

// develop makes a picture of the scene: light, style and the noise of pixel i.
func (s *scene) develop(c rgb, i int) rgb {
	bits := hash(s.noise + uint64(i))
	if s.style == Sketch {
		c = grey(c.r + .06*(unit(bits)-.5)) // the tooth of the paper
	} else {
		c = rgb{s.light(c.r), s.light(c.g), s.light(c.b)}
	}
	if s.style == Rendition {
		c = rgb{poster(c.r, &s.levels[0]), poster(c.g, &s.levels[1]), poster(c.b, &s.levels[2])}
	}
	return rgb{
		c.r + s.Noise*normals[bits%normalSteps],
		c.g + s.Noise*normals[bits>>11%normalSteps],
		c.b + s.Noise*normals[bits>>22%normalSteps],
	}
}

// light applies contrast and brightness to one channel.
func (s *scene) light(v float32) float32 { return (v-.5)*s.Contrast + .5 + s.Brightness }

// posterLevels samples a gamma in 0.75..1.35 for each channel and returns where
// round(3 v^gamma) steps from 0 to 1, 1 to 2 and 2 to 3. Nine powers a picture
// instead of three a pixel.
func posterLevels(seed uint64) (levels [3][3]float32) {
	for c := range levels {
		gamma := .75 + .6*float64(unit(hash(hash(seed^posterStream)+uint64(c))))
		for i := range levels[c] {
			levels[c][i] = float32(math.Pow((float64(i)+.5)/3, 1/gamma))
		}
	}
	return levels
}

// poster returns 0, 1/3, 2/3 or 1 by the number of levels that v reaches.
func poster(v float32, levels *[3]float32) float32 {
	n := float32(0)
	for _, l := range levels {
		if v >= l {
			n++
		}
	}
	return n / 3
}

// quantise rounds a channel to 8 bits.
func quantise(v float32) uint8 { return uint8(255*clamp(v) + .5) }

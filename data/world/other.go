package world

import (
	"fmt"
	"math"
	"math/rand/v2"
)

// Others lists the kinds of pictures that are outside the distribution of the
// world: a classifier should be uncertain about all of them.
//
//   - static: every pixel a colour of its own
//   - clouds: smooth random colours
//   - gradient: one colour going over into another
//   - blocks: rectangles on top of each other
//   - writing: lines of small dark strokes on paper
//   - spiral: on a background of the world, in one of its colours, a shape that
//     is not among Shapes
//   - empty: a scene of the world without an object
//
// The list must not be modified.
var Others = []string{"static", "clouds", "gradient", "blocks", "writing", "spiral", "empty"}

// RenderOther renders a picture of a kind of Others into pix, an interleaved RGB
// picture [size, size, 3]. It depends on the arguments only. It panics if pix
// has another length, or the kind is out of range.
func RenderOther(pix []uint8, size, kind int, seed uint64) {
	if size <= 0 || len(pix) != 3*size*size {
		panic(fmt.Sprintf("world.RenderOther: %d bytes for a picture [%d, %d, 3]", len(pix), size, size))
	}
	if kind < 0 || kind >= len(Others) {
		panic(fmt.Sprintf("world.RenderOther: no kind %d", kind))
	}
	r := rand.New(rand.NewPCG(seed, otherStream+uint64(kind)))
	if Others[kind] == "empty" {
		f := nuisances[Downstream].sample(r)
		f.Scale = 0
		Render(pix, size, f, Photo)
		return
	}
	at := painters[kind](r)
	for i := range size * size {
		// The centre of the pixel in -1..1, as in Render.
		u := (2*float32(i%size)+1)/float32(size) - 1
		v := (2*float32(i/size)+1)/float32(size) - 1
		c := at(u, v)
		pix[3*i], pix[3*i+1], pix[3*i+2] = quantise(c.r), quantise(c.g), quantise(c.b)
	}
}

const otherStream = 0x9216d5d98979fb1b

// painters hold for each kind of Others but the last a function that chooses
// a picture, itself a function of the position.
var painters = [...]func(r *rand.Rand) func(u, v float32) rgb{
	static, clouds, gradient, blocks, writing, spiral,
}

func anyColour(r *rand.Rand) rgb { return rgb{r.Float32(), r.Float32(), r.Float32()} }

func static(r *rand.Rand) func(u, v float32) rgb {
	return func(_, _ float32) rgb { return anyColour(r) }
}

func clouds(r *rand.Rand) func(u, v float32) rgb {
	const cells = 6
	var lattice [cells + 1][cells + 1]rgb
	for i := range lattice {
		for j := range lattice[i] {
			lattice[i][j] = anyColour(r)
		}
	}
	return func(u, v float32) rgb {
		x, y := cells*(u+1)/2, cells*(v+1)/2
		i, j := int(x), int(y)
		above := mix(lattice[j][i], lattice[j][i+1], x-float32(i))
		below := mix(lattice[j+1][i], lattice[j+1][i+1], x-float32(i))
		return mix(above, below, y-float32(j))
	}
}

func gradient(r *rand.Rand) func(u, v float32) rgb {
	a, b := anyColour(r), anyColour(r)
	angle := 2 * math.Pi * r.Float32()
	du, dv := cos(angle)/2, sin(angle)/2
	return func(u, v float32) rgb { return mix(a, b, clamp(.5+du*u+dv*v)) }
}

func blocks(r *rand.Rand) func(u, v float32) rgb {
	type block struct {
		u, v, w, h float32
		colour     rgb
	}
	list := []block{{w: 2, h: 2, colour: anyColour(r)}}
	for range 8 + r.IntN(8) {
		list = append(list, block{
			2*r.Float32() - 1, 2*r.Float32() - 1, .1 + .5*r.Float32(), .1 + .5*r.Float32(), anyColour(r)})
	}
	return func(u, v float32) (c rgb) {
		for _, b := range list {
			if abs(u-b.u) < b.w && abs(v-b.v) < b.h {
				c = b.colour
			}
		}
		return c
	}
}

// writing fills a grid of letters of 4 by 6 points, each a 3 by 5 pattern.
func writing(r *rand.Rand) func(u, v float32) rgb {
	const points = 48 // as many across as a picture of the usual size has pixels
	sheet, ink := grey(.85+.15*r.Float32()), grey(.3*r.Float32())
	seed := r.Uint64()
	return func(u, v float32) rgb {
		x, y := int(points*(u+1)/2), int(points*(v+1)/2)
		letter := hash(seed + uint64(y/6*points+x/4))
		col, row := x%4, y%6
		if space := letter>>60 < 3; space || col == 3 || row == 5 || letter>>(3*row+col)&1 == 0 {
			return sheet
		}
		return ink
	}
}

func spiral(r *rand.Rand) func(u, v float32) rgb {
	f := nuisances[Downstream].sample(r)
	back, colour := backdrops[f.Background], palette[f.Colour]
	turns := 2 + 2*r.Float32()
	return func(u, v float32) rgb {
		ground := back(u, v, f.BackPhase, grain{r.Float32(), r.Float32()})
		x, y := (u-f.CX)/f.Scale, (v-f.CY)/f.Scale
		radius := hypot(x, y)
		angle := float32(math.Atan2(float64(y), float64(x))) / (2 * math.Pi)
		if radius > 1 || abs(frac(turns*radius-angle)-.5) > .22 {
			return ground
		}
		return colour
	}
}

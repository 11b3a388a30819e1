package world

// rgb is a colour with channels in 0..1.
type rgb struct{ r, g, b float32 }

// mix returns a at t = 0 and b at t = 1.
func mix(a, b rgb, t float32) rgb {
	return rgb{a.r + t*(b.r-a.r), a.g + t*(b.g-a.g), a.b + t*(b.b-a.b)}
}

func (c rgb) times(t float32) rgb { return rgb{t * c.r, t * c.g, t * c.b} }

func grey(v float32) rgb { return rgb{v, v, v} }

// palette holds the colours in the order of Colours.
var palette = [...]rgb{
	{.86, .12, .12}, {.96, .52, .08}, {.95, .88, .15}, {.15, .68, .20}, {.15, .82, .82},
	{.15, .25, .88}, {.55, .15, .72}, {.97, .55, .74}, {.48, .29, .13}, {.96, .96, .96},
}

// grain is the irregular part of a scene, in [0, 1): fine changes from cell to
// cell of a 48x48 lattice, coarse from cell to cell of a 24x24 one.
type grain struct{ fine, coarse float32 }

// texture returns how much of the object's main colour shows at (x, y), 0 to
// 1; the rest is the second, darker colour. Coordinates are those of the
// outline, k is the angular frequency and ph the phase of the pattern.
type texture func(x, y, k, ph float32, g grain) float32

// soft turns a wave into a pattern with edges a little softer than a step.
func soft(z float32) float32 { return clamp(.5 + 1.2*z) }

// textures holds the textures in the order of Textures. Hollow has no pattern:
// the renderer gives it another outline instead.
var textures = [...]texture{
	plain,
	striped,
	dotted,
	checkered,
	gridded,
	wavy,
	ringed,
	speckled,
	shaded,
	plain, // hollow
}

func plain(_, _, _, _ float32, _ grain) float32 { return 1 }

func striped(_, y, k, ph float32, _ grain) float32 { return soft(sin(k*y + ph)) }

func dotted(x, y, k, ph float32, _ grain) float32 {
	return 1 - soft(.9-1.45*hypot(sin(.5*k*x+ph), sin(.5*k*y+ph)))
}

func checkered(x, y, k, ph float32, _ grain) float32 {
	return soft(2 * sin(.6*k*x+ph) * sin(.6*k*y+ph))
}

func gridded(x, y, k, ph float32, _ grain) float32 {
	return soft(2.4*min(abs(sin(.5*k*x+ph)), abs(sin(.5*k*y+ph))) - .75)
}

func wavy(x, y, k, ph float32, _ grain) float32 {
	return soft(sin(.9*k*(y+.16*sin(6*x+ph)) + ph))
}

func ringed(x, y, k, ph float32, _ grain) float32 { return soft(sin(k*hypot(x, y) + ph)) }

func speckled(_, _, _, _ float32, g grain) float32 { return 1 - soft(3*(g.coarse-.62)) }

func shaded(x, y, _, ph float32, _ grain) float32 {
	return clamp(.5 + .75*(x*cos(ph)+y*sin(ph)))
}

// backdrop returns the colour of a background at (u, v), both in -1..1, v
// downwards, ph in 0..2 pi.
type backdrop func(u, v, ph float32, g grain) rgb

// backdrops holds the backgrounds in the order of Backgrounds.
var backdrops = [...]backdrop{night, sky, grass, sand, brick, water, snow, paper}

func night(_, _, _ float32, g grain) rgb {
	if g.fine > .985 {
		return rgb{.84, .84, .94} // a star
	}
	return rgb{.04, .04, .14}
}

func sky(u, v, ph float32, _ grain) rgb {
	t := .5*(v+1) + .1*sin(2*u+ph)
	return rgb{.42 + .35*t, .62 + .25*t, .93 + .05*t}
}

func grass(_, _, _ float32, g grain) rgb {
	n := .35 * (g.fine - .5)
	return rgb{.18 + .6*n, .47 + n, .13 + .5*n}
}

func sand(_, _, _ float32, g grain) rgb {
	n := .22 * (g.fine - .5)
	return rgb{.82 + n, .70 + n, .46 + n}
}

func brick(u, v, ph float32, _ grain) rgb {
	row := 4 * (v + ph)
	offset := .5 * float32(int32(floor(row))&1) // every other row by half a brick
	if frac(row) < .2 || frac(1.5*(u+ph)+offset) < .1 {
		return rgb{.74, .69, .64} // mortar
	}
	return rgb{.58, .24, .19}
}

func water(u, v, ph float32, _ grain) rgb {
	w := .1 * sin(9*v+1.5*sin(3*u+ph)+ph)
	return rgb{.1 + .6*w, .32 + w, .6 + w}
}

func snow(_, _, _ float32, g grain) rgb {
	n := .1 * (g.fine - .5)
	return rgb{.93 + n, .95 + n, .97 + n}
}

func paper(_, _, _ float32, _ grain) rgb { return grey(.6) }

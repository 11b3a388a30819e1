package world

import "math"

// outline is a signed distance: negative inside the shape, zero on its edge,
// positive outside; x to the right, y upwards, the shape about one unit in
// radius. Distances need not be exact away from the edge.
type outline func(x, y float32) float32

// reach bounds every shape: no outline is below half a pixel outside this radius.
const reach = 1.35

// outlines holds the shapes in the order of Shapes.
var outlines = [...]outline{
	func(x, y float32) float32 { return hypot(x, y) - .85 },               // circle
	func(x, y float32) float32 { return max(abs(x), abs(y)) - .74 },       // square
	shifted(0, -.15, polygon(3, .55, -math.Pi/2)),                         // triangle
	func(x, y float32) float32 { return (abs(x)/.68 + abs(y) - 1) * .56 }, // diamond
	polygon(5, .74, -math.Pi/2),                                           // pentagon
	polygon(6, .78, 0),                                                    // hexagon
	star,
	func(x, y float32) float32 { return min(box(x, y, .28, .88), box(x, y, .88, .28)) }, // cross
	func(x, y float32) float32 { return abs(hypot(x, y)-.64) - .25 },                    // ring
	heart,
	func(x, y float32) float32 { return max(hypot(x+.12, y)-.85, .68-hypot(x-.32, y)) }, // crescent
	arrow,
	func(x, y float32) float32 { return (hypot(x, 2*y) - .95) * .6 }, // ellipse
	func(x, y float32) float32 { return box(x, y, .95, .26) },        // bar
	drop,
	func(x, y float32) float32 { return .8 * max(abs(x)-.85*abs(y)-.1, abs(y)-.85) }, // hourglass
}

// polygon returns the outline of a regular polygon with n sides whose distance
// from the centre is r; the first side faces the direction phase.
func polygon(n int, r, phase float64) outline {
	normals := make([][2]float32, n)
	for i := range normals {
		s, c := math.Sincos(phase + 2*math.Pi*float64(i)/float64(n))
		normals[i] = [2]float32{float32(c), float32(s)}
	}
	return func(x, y float32) float32 {
		d := float32(-math.MaxFloat32)
		for _, v := range normals {
			d = max(d, x*v[0]+y*v[1])
		}
		return d - float32(r)
	}
}

// shifted moves the centre of an outline.
func shifted(dx, dy float32, f outline) outline {
	return func(x, y float32) float32 { return f(x-dx, y-dy) }
}

// box is a rectangle with half sides a and b.
func box(x, y, a, b float32) float32 { return max(abs(x)-a, abs(y)-b) }

// star folds the plane onto one half of one of the five points and measures
// the distance to the single edge left there.
func star(x, y float32) float32 {
	const (
		c36, s36 = 0.80901699, 0.58778525 // cosine and sine of 36 degrees
		tip, dip = 1, .42                 // radii of the points and of the notches
		ex, ey   = dip * s36, tip - dip*c36
		length   = 0.70473 // of the edge, hypot(ex, ey)
	)
	x = abs(x)
	t := 2 * max(c36*x-s36*y, 0)
	x, y = x-c36*t, y+s36*t
	t = 2 * max(-c36*x-s36*y, 0)
	x, y = abs(x+c36*t), y+s36*t
	return ((y-tip)*ex + x*ey) / length
}

// heart bends a circle upwards with the square root of |x|.
func heart(x, y float32) float32 {
	return hypot(x, 1.1*(y+.12-.6*sqrt(abs(x)))) - .78
}

// arrow is a triangular head above a shaft, pointing up.
func arrow(x, y float32) float32 {
	head := max(.8*abs(x)+.6*y-.5, .05-y)
	return min(head, box(x, y+.35, .24, .55))
}

// drop is a circle with a cone on top.
func drop(x, y float32) float32 {
	cone := max(.87*abs(x)+.5*(y-1), -(y + .1))
	return min(hypot(x, y+.3)-.58, cone)
}

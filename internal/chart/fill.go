package chart

import (
	"image/color"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// fillStyle is how the bars of one series are filled. Lightness and hatching
// both differ, so that the figure can be read in grey.
type fillStyle struct {
	color    color.Color
	rising   bool // lines like /
	falling  bool // lines like \
	level    bool // lines like -
	upright  bool // lines like |
	distance vg.Length
}

var fillStyles = []fillStyle{
	{color: color.NRGBA{31, 78, 121, 255}},
	{color: color.NRGBA{253, 208, 140, 255}, rising: true, distance: 5},
	{color: color.White, rising: true, falling: true, distance: 6},
	{color: color.NRGBA{150, 150, 150, 255}, falling: true, distance: 5},
	{color: color.White},
	{color: color.NRGBA{190, 215, 240, 255}, level: true, distance: 4},
	{color: color.NRGBA{200, 225, 190, 255}, upright: true, distance: 4},
	{color: color.White, falling: true, distance: 4},
	{color: color.NRGBA{205, 205, 205, 255}},
	{color: color.White, level: true, upright: true, distance: 5},
}

// fill returns the style of the i-th series; after the last style they come
// again, hatched differently.
func fill(i int) fillStyle {
	s := fillStyles[i%len(fillStyles)]
	if i >= len(fillStyles) {
		s.color, s.level, s.distance = color.White, !s.level, 3
	}
	return s
}

// barLine surrounds bars.
var barLine = draw.LineStyle{Color: color.Black, Width: vg.Points(0.75)}

// draw fills r, hatches it and draws its outline.
func (f fillStyle) draw(c draw.Canvas, r vg.Rectangle) {
	corners := []vg.Point{r.Min, {X: r.Max.X, Y: r.Min.Y}, r.Max, {X: r.Min.X, Y: r.Max.Y}}
	c.FillPolygon(f.color, corners)
	if f.distance > 0 {
		f.hatch(c, r)
	}
	c.StrokeLines(barLine, append(corners, corners[0]))
}

func (f fillStyle) hatch(c draw.Canvas, r vg.Rectangle) {
	hatch := draw.LineStyle{Color: color.Black, Width: vg.Points(0.5)}
	size := r.Size()
	for d := f.distance; f.level && d < size.Y; d += f.distance {
		c.StrokeLine2(hatch, r.Min.X, r.Min.Y+d, r.Max.X, r.Min.Y+d)
	}
	for d := f.distance; f.upright && d < size.X; d += f.distance {
		c.StrokeLine2(hatch, r.Min.X+d, r.Min.Y, r.Min.X+d, r.Max.Y)
	}
	// A line y = x + d, in coordinates of the rectangle, runs through it for d
	// between -width and height; its mirror image is the falling line.
	for d := f.distance - size.X; d < size.Y; d += f.distance {
		x0, x1 := max(0, -d), min(size.X, size.Y-d)
		if x0 >= x1 {
			continue
		}
		if f.rising {
			c.StrokeLine2(hatch, r.Min.X+x0, r.Min.Y+x0+d, r.Min.X+x1, r.Min.Y+x1+d)
		}
		if f.falling {
			c.StrokeLine2(hatch, r.Max.X-x0, r.Min.Y+x0+d, r.Max.X-x1, r.Min.Y+x1+d)
		}
	}
}

// drawSpread draws an error bar at x from y0 to y1, with a white seam that
// keeps it visible on a dark bar, and returns its upper end.
func drawSpread(c draw.Canvas, x, y0, y1 vg.Length) vg.Length {
	half := vg.Points(3)
	for _, style := range []draw.LineStyle{{Color: color.White, Width: vg.Points(2.6)}, {Color: color.Black, Width: vg.Points(1)}} {
		c.StrokeLine2(style, x, y0, x, y1)
		c.StrokeLine2(style, x-half, y0, x+half, y0)
		c.StrokeLine2(style, x-half, y1, x+half, y1)
	}
	return y1
}

package report

import (
	"image/color"
	"math"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// fillStyle is how the bars of one series are filled. Lightness and hatching
// both differ, so that the figure can be read in grey.
type fillStyle struct {
	color         color.Color
	rising        bool // lines like /
	falling       bool // lines like \
	hatchDistance vg.Length
}

var fillStyles = []fillStyle{
	{color: color.NRGBA{31, 78, 121, 255}},
	{color: color.NRGBA{253, 208, 140, 255}, rising: true, hatchDistance: 5},
	{color: color.White, rising: true, falling: true, hatchDistance: 6},
	{color: color.NRGBA{150, 150, 150, 255}, falling: true, hatchDistance: 5},
}

// bars draws one series of a grouped bar chart: bar i stands at x = i, moved
// by offset. It implements plot.Plotter, plot.DataRanger and plot.Thumbnailer.
type bars struct {
	stats         []Stat
	offset, width vg.Length
	fill          fillStyle
	label         text.Style // of the number above the bar
}

// barLine surrounds bars and draws their hatching and spread.
var barLine = draw.LineStyle{Color: color.Black, Width: vg.Points(0.75)}

// Plot draws the bars with their spreads and numbers. Unknown values leave a
// gap.
func (b *bars) Plot(c draw.Canvas, p *plot.Plot) {
	trX, trY := p.Transforms(&c)
	for i, s := range b.stats {
		if !s.Known() {
			continue
		}
		middle := trX(float64(i)) + b.offset
		r := vg.Rectangle{
			Min: vg.Point{X: middle - b.width/2, Y: trY(0)},
			Max: vg.Point{X: middle + b.width/2, Y: trY(s.Mean)},
		}
		b.fill.draw(c, r)
		top := r.Max.Y
		if s.Std > 0 {
			top = drawSpread(c, middle, trY(max(s.Mean-s.Std, 0)), trY(s.Mean+s.Std))
		}
		c.FillText(b.label, vg.Point{X: middle, Y: top + vg.Points(2)}, decimal(s.Mean, 1))
	}
}

// DataRange returns the range from zero to the highest spread.
func (b *bars) DataRange() (xmin, xmax, ymin, ymax float64) {
	for _, s := range b.stats {
		if s.Known() {
			ymax = max(ymax, s.top())
		}
	}
	return -0.5, float64(len(b.stats)) - 0.5, 0, ymax
}

// Thumbnail draws the series' sign in the legend.
func (b *bars) Thumbnail(c *draw.Canvas) { b.fill.draw(*c, c.Rectangle) }

// top is the upper end of the spread.
func (s Stat) top() float64 {
	if math.IsNaN(s.Std) {
		return s.Mean
	}
	return s.Mean + s.Std
}

// draw fills r, hatches it and draws its outline.
func (f fillStyle) draw(c draw.Canvas, r vg.Rectangle) {
	corners := []vg.Point{r.Min, {X: r.Max.X, Y: r.Min.Y}, r.Max, {X: r.Min.X, Y: r.Max.Y}}
	c.FillPolygon(f.color, corners)
	hatch := draw.LineStyle{Color: color.Black, Width: vg.Points(0.5)}
	size := r.Size()
	// A line y = x + d, in coordinates of the rectangle, runs through it for d
	// between -width and height; its mirror image is the falling line.
	for d := f.hatchDistance - size.X; f.hatchDistance > 0 && d < size.Y; d += f.hatchDistance {
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
	c.StrokeLines(barLine, append(corners, corners[0]))
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

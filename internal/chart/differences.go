package chart

import (
	"image/color"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"frontdoor/internal/term"
)

// Differences is a chart of what changes do to one figure: a line for each
// change with its name at the left, a mark at the difference and its spread.
type Differences struct {
	Title, XLabel string
	Names         []string
	Values        []float64
	Spreads       []float64 // may be nil
}

// Figure draws the chart, the first name at the top. Nothing finite to show is
// an error.
func (d Differences) Figure() (*Figure, error) {
	p, _ := newPlot(d.Title, d.XLabel, "")
	any := false
	lines := &differenceLines{d, p.X.Tick.Label}
	lines.number.Font.Size = vg.Points(9)
	lines.number.XAlign, lines.number.YAlign = draw.XRight, draw.YCenter
	room := vg.Length(0)
	for i, name := range d.Names {
		any = any || finite(d.Values[i])
		room = max(room, p.Y.Tick.Label.Width(name))
	}
	if !any {
		return nil, ErrEmpty
	}
	p.Add(lines)
	ticks := make(plot.ConstantTicks, len(d.Names))
	for i, name := range d.Names {
		ticks[i] = plot.Tick{Value: -float64(i), Label: name}
	}
	p.Y.Tick.Marker, p.Y.Width, p.Y.Tick.Width = ticks, 0, 0
	p.Y.Min, p.Y.Max = -float64(len(d.Names))+0.5, 0.5
	span := p.X.Max - p.X.Min
	p.X.Min, p.X.Max = p.X.Min-0.03*span, p.X.Max+0.18*span // the numbers stand at the right
	p.X.Tick.Marker = roundTicks{}
	height := 2.2*vg.Centimeter + 0.62*vg.Centimeter*vg.Length(len(d.Names))
	if d.Title != "" {
		height += 0.7 * vg.Centimeter
	}
	return &Figure{width: room + 11*vg.Centimeter, height: height, words: d.inWords(), draw: func(c draw.Canvas) {
		p.Draw(draw.Crop(c, margin, -margin, margin, -margin))
	}}, nil
}

// differenceLines draws the marks.
type differenceLines struct {
	Differences
	number text.Style
}

// ends returns the ends of the i-th spread.
func (d *differenceLines) ends(i int) (lo, hi float64) {
	lo, hi = d.Values[i], d.Values[i]
	if i < len(d.Spreads) && finite(d.Spreads[i]) {
		lo, hi = lo-d.Spreads[i], hi+d.Spreads[i]
	}
	return lo, hi
}

// Plot draws a line at zero, and for each name its mark, spread and number.
func (d *differenceLines) Plot(c draw.Canvas, p *plot.Plot) {
	trX, trY := p.Transforms(&c)
	c.StrokeLine2(draw.LineStyle{Color: color.Black, Width: vg.Points(1), Dashes: []vg.Length{4, 3}}, trX(0), c.Min.Y, trX(0), c.Max.Y)
	for i, v := range d.Values {
		if !finite(v) {
			continue
		}
		y := trY(-float64(i))
		lo, hi := d.ends(i)
		thin, cap := draw.LineStyle{Color: color.Black, Width: vg.Points(1)}, vg.Points(3)
		if lo < hi {
			c.StrokeLine2(thin, trX(lo), y, trX(hi), y)
			c.StrokeLine2(thin, trX(lo), y-cap, trX(lo), y+cap)
			c.StrokeLine2(thin, trX(hi), y-cap, trX(hi), y+cap)
		}
		c.DrawGlyph(draw.GlyphStyle{Color: color.Black, Radius: vg.Points(3.5), Shape: draw.CircleGlyph{}}, vg.Point{X: trX(v), Y: y})
		text := signed(v)
		w, h := d.number.Width(text)+vg.Points(4), d.number.Height(text)
		c.FillPolygon(color.White, []vg.Point{{X: c.Max.X - w, Y: y - h}, {X: c.Max.X, Y: y - h}, {X: c.Max.X, Y: y + h}, {X: c.Max.X - w, Y: y + h}})
		c.FillText(d.number, vg.Point{X: c.Max.X, Y: y}, text)
	}
}

// DataRange covers zero and all spreads.
func (d *differenceLines) DataRange() (xmin, xmax, ymin, ymax float64) {
	for i, v := range d.Values {
		if finite(v) {
			lo, hi := d.ends(i)
			xmin, xmax = min(xmin, lo), max(xmax, hi)
		}
	}
	return xmin, xmax, -float64(len(d.Values)), 0
}

// signed writes a difference with one decimal and its sign.
func signed(v float64) string {
	text := term.Decimal(v, 1)
	if v > 0 && text != "0.0" {
		return "+" + text
	}
	return text
}

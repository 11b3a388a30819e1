package chart

import (
	"math"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// Highest is the top of the highest bar, its spread included.
func (b Bars) Highest() float64 {
	top := b.Top
	for _, s := range b.Series {
		for i, v := range s.Values {
			if finite(v) {
				top = max(top, v+(&bars{BarSeries: s}).spread(i))
			}
		}
	}
	return top
}

// scale ends the axis at the first tick above the highest bar, percent at 100
// at the latest. It returns the height above the axis that numbers written in
// the style label need.
func (b Bars) scale(p *plot.Plot, label text.Style) (above vg.Length) {
	top := b.Highest()
	p.Y.Min = 0
	if b.Percent {
		p.Y.Max = min(100, max(20, 20*math.Ceil(top/20)))
		p.Y.Tick.Marker = percentTicks(p.Y.Max)
	} else {
		_, p.Y.Max = roundTicks{}.widen(0, top)
		p.Y.Tick.Marker = roundTicks{}
	}
	number := label.Height("0")
	if label.Rotation != 0 {
		number = label.Width("100.0")
	}
	const area = 7.5 * vg.Centimeter // plotHeight without what is below
	return max(0, vg.Length(top/p.Y.Max-1)*area+number+vg.Points(4))
}

// under leaves room between the axis and what is above it: the title, or the
// edge of the figure.
func (f *Figure) under(p *plot.Plot, above vg.Length) *Figure {
	inner := *f
	f.height += above
	if p.Title.Text != "" {
		p.Title.Padding += above
		return f
	}
	f.draw = func(c draw.Canvas) { inner.draw(draw.Crop(c, 0, 0, 0, -above)) }
	return f
}

package chart

import (
	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// shiftStep is the distance of curves that are moved apart.
const shiftStep = 2.2

// shifts says how far each curve is moved to the side, so that the spreads of
// one do not cover those of another: not at all if only one has any.
func (c Curves) shifts() []vg.Length {
	var spread []int
	for i, s := range c.Series {
		if pts := s.points(); pts.spread && len(pts.XYs) <= 2*manyPoints {
			spread = append(spread, i)
		}
	}
	all := make([]vg.Length, len(c.Series))
	for k, i := range spread {
		all[i] = shiftStep * (vg.Length(k) - vg.Length(len(spread)-1)/2)
	}
	return all
}

// shifted draws what it holds a little to the side.
type shifted struct {
	ranged
	by vg.Length
}

// ranged is what gonum's plotters of points are.
type ranged interface {
	plot.Plotter
	plot.DataRanger
}

// Plot draws on a canvas that is moved to the side.
func (s shifted) Plot(c draw.Canvas, p *plot.Plot) {
	c.Min.X += s.by
	c.Max.X += s.by
	s.ranged.Plot(c, p)
}

// GlyphBoxes returns the room that marks need, where they are drawn.
func (s shifted) GlyphBoxes(p *plot.Plot) []plot.GlyphBox {
	g, ok := s.ranged.(plot.GlyphBoxer)
	if !ok {
		return nil
	}
	boxes := g.GlyphBoxes(p)
	for i := range boxes {
		boxes[i].Min.X += s.by
		boxes[i].Max.X += s.by
	}
	return boxes
}

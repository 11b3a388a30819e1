package chart

import (
	"image/color"
	"math"
	"slices"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// Series is one curve: Y, and its spread Err where it is known, over X. The
// three have the same length, or X and Err are nil: then X counts from 1 and
// there is no spread. Points that are not finite are left out. Style, counted
// from 1, keeps the style of a name the same from figure to figure; 0 takes the
// styles in turn.
type Series struct {
	Name      string
	X, Y, Err []float64
	Style     int
	// Faint draws the curve in grey behind the others, to compare them with, and
	// leaves it out of the legend.
	Faint bool
}

// Curves is a chart of curves. The labels name the axes with their units, as
// in "epoch" and "training loss (nats)".
type Curves struct {
	Title, XLabel, YLabel string
	Series                []Series
	// Doubling gives each doubling of x the same room and labels the values that
	// occur, as suits shots and numbers of templates.
	Doubling bool
	FromZero bool // the y axis begins at zero
	NoLegend bool
	// YMin and YMax, if they differ, are what the y axis shows at least.
	YMin, YMax float64
	Narrow     bool // a panel of several
}

// curveStyle tells a curve by colour, dashes and marks.
type curveStyle struct {
	color  color.Color
	dashes []vg.Length
	mark   draw.GlyphDrawer
}

var curveStyles = []curveStyle{
	{color.NRGBA{0, 0, 0, 255}, nil, draw.CircleGlyph{}},
	{color.NRGBA{200, 80, 0, 255}, []vg.Length{6, 3}, draw.BoxGlyph{}},
	{color.NRGBA{0, 90, 180, 255}, []vg.Length{2, 2}, draw.PyramidGlyph{}},
	{color.NRGBA{0, 130, 80, 255}, []vg.Length{8, 3, 2, 3}, draw.RingGlyph{}},
	{color.NRGBA{150, 40, 130, 255}, []vg.Length{12, 4}, draw.SquareGlyph{}},
	{color.NRGBA{110, 110, 110, 255}, []vg.Length{4, 2, 1, 2}, draw.TriangleGlyph{}},
	{color.NRGBA{120, 80, 0, 255}, nil, draw.CrossGlyph{}},
}

// style returns the style of the i-th curve; after the last one they come
// again with other dashes.
func style(i int) curveStyle {
	n := len(curveStyles)
	s := curveStyles[i%n]
	s.dashes = curveStyles[(i+i/n)%n].dashes
	return s
}

// Figure draws the chart. A chart without two points that a line joins is an error,
// ErrEmpty.
func (c Curves) Figure() (*Figure, error) {
	p, legend := newPlot(c.Title, c.XLabel, c.YLabel)
	p.X.Padding, p.Y.Padding = vg.Points(6), vg.Points(6)
	shown, whole, longest := 0, true, 0
	var occur []float64
	for i, s := range c.Series {
		pts := s.points()
		if pts.Len() == 0 {
			continue
		}
		longest = max(longest, pts.Len())
		for _, xy := range pts.XYs {
			whole = whole && xy.X == math.Trunc(xy.X)
			occur = append(occur, xy.X)
		}
		shown++
		if s.Faint {
			if err := addFaint(p, pts); err != nil {
				return nil, err
			}
			continue
		}
		if s.Style > 0 {
			i = s.Style - 1
		}
		if err := addCurve(p, legend, s.Name, pts, style(i)); err != nil {
			return nil, err
		}
	}
	if longest < 2 {
		return nil, ErrEmpty
	}
	p.X.Tick.Marker, p.Y.Tick.Marker = roundTicks{whole: whole}, roundTicks{}
	if c.Doubling && slices.Min(occur) > 0 {
		slices.Sort(occur)
		p.X.Tick.Marker = givenTicks(slices.Compact(occur))
		if p.X.Min < p.X.Max {
			p.X.Scale = plot.LogScale{}
		}
	}
	if c.YMin != c.YMax {
		p.Y.Min, p.Y.Max = min(p.Y.Min, c.YMin), max(p.Y.Max, c.YMax)
	}
	if c.FromZero {
		p.Y.Min = 0
	}
	if p.Y.Min == p.Y.Max { // one level, in the middle
		p.Y.Min, p.Y.Max = p.Y.Min-1, p.Y.Max+1
	}
	p.Y.Min, p.Y.Max = roundTicks{}.widen(p.Y.Min, p.Y.Max)
	if c.NoLegend {
		legend = nil
	}
	width := 12 * vg.Centimeter
	if c.Narrow {
		width = 8 * vg.Centimeter
	}
	f := plotted(p, legend, width, plotHeight)
	f.words = c.inWords()
	return f, nil
}

// Reach returns the lowest and the highest value with their spreads, so that
// several charts can show the same.
func (c Curves) Reach() (lowest, highest float64) {
	lowest, highest = math.Inf(1), math.Inf(-1)
	for _, s := range c.Series {
		for i, xy := range s.points().XYs {
			e := s.points().YErrors[i]
			lowest, highest = min(lowest, xy.Y-e.Low), max(highest, xy.Y+e.High)
		}
	}
	return lowest, highest
}

// points is what gonum's plotters need: the finite points and their spreads.
type points struct {
	plotter.XYs
	plotter.YErrors
	spread bool
}

func (s Series) points() points {
	var pts points
	for i, y := range s.Y {
		x, err := float64(i+1), 0.0
		if s.X != nil {
			x = s.X[i]
		}
		if s.Err != nil && s.Err[i] > 0 && finite(s.Err[i]) {
			err, pts.spread = s.Err[i], true
		}
		if finite(x) && finite(y) {
			pts.XYs = append(pts.XYs, plotter.XY{X: x, Y: y})
			pts.YErrors = append(pts.YErrors, struct{ Low, High float64 }{err, err})
		}
	}
	return pts
}

// addFaint draws a curve in the background.
func addFaint(p *plot.Plot, pts points) error {
	line, err := plotter.NewLine(pts.XYs)
	if err == nil {
		line.LineStyle = draw.LineStyle{Color: color.NRGBA{205, 205, 205, 255}, Width: vg.Points(0.8)}
		p.Add(line)
	}
	return err
}

// manyPoints is the number from which marks on every point would run together.
const manyPoints = 16

func addCurve(p *plot.Plot, legend *plot.Legend, name string, pts points, style curveStyle) error {
	line, err := plotter.NewLine(pts.XYs)
	if err != nil {
		return err
	}
	line.LineStyle = draw.LineStyle{Color: style.color, Width: vg.Points(1.4), Dashes: style.dashes}
	var marked plotter.XYs
	for i := 0; i < len(pts.XYs); i += 1 + len(pts.XYs)/manyPoints {
		marked = append(marked, pts.XYs[i])
	}
	marks, err := plotter.NewScatter(marked)
	if err != nil {
		return err
	}
	marks.GlyphStyle = draw.GlyphStyle{Color: style.color, Radius: vg.Points(3.2), Shape: style.mark}
	if pts.spread && len(pts.XYs) <= 2*manyPoints {
		bars, err := plotter.NewYErrorBars(pts)
		if err != nil {
			return err
		}
		bars.LineStyle = draw.LineStyle{Color: style.color, Width: vg.Points(0.8)}
		p.Add(bars)
	}
	p.Add(line, marks)
	legend.Add(name, line, marks)
	return nil
}

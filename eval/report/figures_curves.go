package report

import (
	"fmt"
	"image/color"
	"math"
	"strconv"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"frontdoor/eval"
)

// Series is one curve: Y, and its spread Err where it is known, over X. The
// three have the same length, or X and Err are nil: then X counts from 1 and
// there is no spread. Points that are not finite are left out.
type Series struct {
	Name      string
	X, Y, Err []float64
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

// FigureCurves writes a PNG with the curves. The labels name the axes with
// their units, as in "epoch" and "training loss (nats)". No curve with a
// point is an error.
func FigureCurves(path, xLabel, yLabel string, series []Series) error {
	p, legend := newPlot(xLabel, yLabel)
	p.X.Padding, p.Y.Padding = vg.Points(6), vg.Points(6)
	shown, whole := 0, true
	for _, s := range series {
		pts := s.points()
		if pts.Len() == 0 {
			continue
		}
		for _, xy := range pts.XYs {
			whole = whole && xy.X == math.Trunc(xy.X)
		}
		if err := addCurve(p, legend, s.Name, pts, curveStyles[shown%len(curveStyles)]); err != nil {
			return fmt.Errorf("figure %s: %w", path, err)
		}
		shown++
	}
	if shown == 0 {
		return fmt.Errorf("figure %s: there is no point to show", path)
	}
	p.X.Tick.Marker, p.Y.Tick.Marker = roundTicks{whole: whole}, roundTicks{}
	return saveFigure(path, p, legend, 12*vg.Centimeter)
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
		if s.Err != nil && s.Err[i] > 0 && !math.IsInf(s.Err[i], 0) {
			err, pts.spread = s.Err[i], true
		}
		if sum := x + y; !math.IsNaN(sum) && !math.IsInf(sum, 0) {
			pts.XYs = append(pts.XYs, plotter.XY{X: x, Y: y})
			pts.YErrors = append(pts.YErrors, struct{ Low, High float64 }{err, err})
		}
	}
	return pts
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

// roundTicks puts labels on multiples of 1, 2 or 5 times a power of ten; on
// whole numbers only where there is nothing between them, as with epochs.
type roundTicks struct{ whole bool }

// Ticks returns at most seven labelled ticks in [lo, hi].
func (r roundTicks) Ticks(lo, hi float64) []plot.Tick {
	const most = 6 // steps
	if !(hi > lo) {
		return []plot.Tick{{Value: lo, Label: strconv.FormatFloat(lo, 'g', -1, 64)}}
	}
	exponent := math.Floor(math.Log10((hi - lo) / most))
	step := math.Pow(10, exponent)
	for _, factor := range []float64{2, 2.5, 2} { // 1, 2, 5, 10
		if (hi-lo)/step <= most {
			break
		}
		step *= factor
	}
	if r.whole {
		step = max(step, 1)
	}
	digits := max(0, -int(math.Floor(math.Log10(step)+1e-9)))
	var ticks []plot.Tick
	for i := math.Ceil(lo/step - 1e-9); i*step <= hi+1e-9*step; i++ {
		v := i*step + 0 // +0 makes a negative zero, which would print its sign, a plain one
		ticks = append(ticks, plot.Tick{Value: v, Label: decimal(v, digits)})
	}
	return ticks
}

// LossCurves returns a curve of the training loss by epoch for each method:
// the mean over seeds, with the standard deviation as its spread.
func LossCurves(rows []eval.EpochRow) []Series {
	losses := map[string][][]float64{} // by method, epoch-1 and seed
	var methods []string
	for _, r := range rows {
		methods = appendNew(methods, r.Method)
		for len(losses[r.Method]) < r.Epoch {
			losses[r.Method] = append(losses[r.Method], nil)
		}
		if r.Epoch > 0 {
			losses[r.Method][r.Epoch-1] = append(losses[r.Method][r.Epoch-1], r.Loss)
		}
	}
	var all []Series
	for _, m := range methods {
		s := Series{Name: m}
		for _, seeds := range losses[m] {
			s.Y = append(s.Y, eval.Mean(seeds))
			s.Err = append(s.Err, eval.Std(seeds))
		}
		all = append(all, s)
	}
	return all
}

package report

import (
	"fmt"
	"image/color"
	"io"

	"frontdoor/internal/atomicfile"
	"gonum.org/v1/plot"
	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgimg"
)

// FigureBars writes a PNG with a group of bars for each summary: base, new
// and their harmonic mean, or accuracy and macro F1, whichever are known. The
// thin lines show the standard deviation over seeds. Nothing known is an
// error.
func FigureBars(path string, all []MethodSummary) error {
	series := []struct {
		name string
		get  func(MethodSummary) Stat
	}{
		{"base", func(s MethodSummary) Stat { return s.Base }},
		{"new", func(s MethodSummary) Stat { return s.New }},
		{"harmonic mean", func(s MethodSummary) Stat { return s.HM }},
		{"accuracy", func(s MethodSummary) Stat { return s.Accuracy }},
		{"macro F1", func(s MethodSummary) Stat { return s.MacroF1 }},
	}
	p, legend := newPlot("", "accuracy (%)") // F1, where there is one, is percent too
	var shown []*bars
	spread := false
	for _, s := range series {
		b := &bars{label: smallText(p), fill: fillStyles[len(shown)%len(fillStyles)]}
		known := false
		for _, m := range all {
			v := s.get(m)
			b.stats = append(b.stats, v)
			known = known || v.Known()
			spread = spread || v.Std > 0
		}
		if known {
			shown = append(shown, b)
			legend.Add(s.name, b)
			p.Add(b)
		}
	}
	if len(shown) == 0 {
		return fmt.Errorf("figure %s: there is no result to show", path)
	}
	if spread {
		legend.Add("std over seeds", spreadSign{})
	}
	arrange(shown)
	p.NominalX(barNames(all)...)
	p.X.Width = 0 // NominalX draws no axis; the zero line stands in for it
	p.X.Min, p.X.Max = -0.5, float64(len(all))-0.5
	p.Y.Min, p.Y.Max = 0, max(105, p.Y.Max+3) // room for the numbers of full bars
	p.Y.Tick.Marker = plot.ConstantTicks(percentTicks())
	group := barWidth*vg.Length(len(shown)) + 0.9*vg.Centimeter
	return saveFigure(path, p, legend, 2*vg.Centimeter+group*vg.Length(max(len(all), 3)))
}

const barWidth = 0.8 * vg.Centimeter

// arrange puts the series side by side around the middle of each group.
func arrange(series []*bars) {
	for i, b := range series {
		b.width = barWidth
		b.offset = barWidth * (vg.Length(i) - vg.Length(len(series)-1)/2)
	}
}

// barNames names the groups: the method, and the dataset below if there are
// several.
func barNames(all []MethodSummary) []string {
	if oneDataset(all) {
		return each(all, func(s MethodSummary) string { return s.Method })
	}
	return each(all, func(s MethodSummary) string { return s.Method + "\n" + s.Dataset })
}

func percentTicks() []plot.Tick {
	var ticks []plot.Tick
	for v := 0; v <= 100; v += 20 {
		ticks = append(ticks, plot.Tick{Value: float64(v), Label: fmt.Sprint(v)}, plot.Tick{Value: float64(v + 10)})
	}
	return ticks[:len(ticks)-1]
}

// spreadSign is the error bar in the legend.
type spreadSign struct{}

// Thumbnail draws an error bar.
func (spreadSign) Thumbnail(c *draw.Canvas) {
	drawSpread(*c, c.Center().X, c.Min.Y, c.Max.Y)
}

// newPlot returns an empty plot with horizontal grid lines and a legend that
// saveFigure puts beside it, where it can hide nothing.
func newPlot(x, y string) (*plot.Plot, *plot.Legend) {
	p := plot.New()
	p.BackgroundColor = color.White
	p.X.Label.Text, p.Y.Label.Text = x, y
	for _, a := range []*plot.Axis{&p.X, &p.Y} {
		a.Label.TextStyle.Font.Variant, a.Tick.Label.Font.Variant = "Sans", "Sans"
		a.Label.TextStyle.Font.Size = vg.Points(11)
		a.Tick.Label.Font.Size = vg.Points(10)
		a.Label.Padding = vg.Points(4)
	}
	p.Add(grid{})
	legend := plot.NewLegend()
	legend.Top = true
	legend.Left = true
	legend.TextStyle.Font.Variant = "Sans"
	legend.TextStyle.Font.Size = vg.Points(10)
	legend.ThumbnailWidth = 0.9 * vg.Centimeter
	legend.Padding = vg.Points(4)
	return p, &legend
}

// grid draws a faint line at each labelled tick of the y axis.
type grid struct{}

// Plot draws the lines behind everything that is added later.
func (grid) Plot(c draw.Canvas, p *plot.Plot) {
	_, trY := p.Transforms(&c)
	style := draw.LineStyle{Color: color.Gray{215}, Width: vg.Points(0.5)}
	for _, t := range p.Y.Tick.Marker.Ticks(p.Y.Min, p.Y.Max) {
		if y := trY(t.Value); !t.IsMinor() && c.ContainsY(y) {
			c.StrokeLine2(style, c.Min.X, y, c.Max.X, y)
		}
	}
}

func smallText(p *plot.Plot) text.Style {
	s := p.X.Tick.Label
	s.Font.Size = vg.Points(8)
	s.XAlign, s.YAlign = draw.XCenter, draw.YBottom
	s.Rotation = 0
	return s
}

// saveFigure draws p with its legend to the right, width being that of the
// plot alone, and writes the PNG.
func saveFigure(path string, p *plot.Plot, legend *plot.Legend, width vg.Length) error {
	const height, margin = 9 * vg.Centimeter, 0.3 * vg.Centimeter
	beside := legend.Rectangle(draw.New(vgimg.New(width, height))).Size().X + legend.ThumbnailWidth/2 + 2*margin
	canvas := vgimg.NewWith(vgimg.UseWH(width+beside, height), vgimg.UseDPI(144), vgimg.UseBackgroundColor(color.White))
	whole := draw.New(canvas)
	p.Draw(draw.Crop(whole, margin, -beside, margin, -margin))
	legend.Draw(draw.Crop(whole, width+margin, -margin, 0, -2*margin))
	return atomicfile.Write(path, func(w io.Writer) error {
		_, err := vgimg.PngCanvas{Canvas: canvas}.WriteTo(w)
		return err
	})
}

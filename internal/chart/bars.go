package chart

import (
	"errors"
	"math"
	"slices"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"frontdoor/internal/term"
)

// Bars is a bar chart: a group of bars for each name in Groups, and in each
// group one bar of each series.
type Bars struct {
	Title, YLabel string
	Groups        []string
	Series        []BarSeries
	Percent       bool   // an axis from 0 to 100, and numbers with one decimal
	Spread        string // what the thin lines are; "std over seeds" if empty
	NoLegend      bool
	// Top is the highest bar of the charts that this one stands beside, so that
	// all end at the same height; 0 if it stands alone.
	Top float64
}

// BarSeries is one bar of each group: its height, and its spread where that
// is known. NaN leaves a gap. Spreads may be nil. Style is as in Series.
type BarSeries struct {
	Name            string
	Values, Spreads []float64
	Style           int
}

// ErrEmpty is the error of a figure that has nothing to show.
var ErrEmpty = errors.New("there is nothing to show")

// values is how many bars there are.
func (b Bars) values() (n int) {
	for _, s := range b.Series {
		for _, v := range s.Values {
			if finite(v) {
				n++
			}
		}
	}
	return n
}

// Figure draws the chart. A chart of less than two bars compares nothing and is an
// error, ErrEmpty.
func (b Bars) Figure() (*Figure, error) {
	if b.values() < 2 {
		return nil, ErrEmpty
	}
	return b.row()
}

// row draws a chart, or a row of one.
func (b Bars) row() (*Figure, error) {
	p, legend := newPlot(b.Title, "", b.YLabel)
	var shown []*bars
	spread := false
	width := barWidth
	if len(b.Series) > 4 {
		width = 0.5 * vg.Centimeter
	}
	for _, s := range b.Series {
		if !slices.ContainsFunc(s.Values, finite) {
			continue
		}
		one := &bars{BarSeries: s, label: smallText(p), fill: fill(len(shown)), width: width}
		if s.Style > 0 {
			one.fill = fill(s.Style - 1)
		}
		one.digits = digitsFor(b)
		if width < barWidth { // upright numbers would overlap
			one.label.Rotation, one.label.XAlign, one.label.YAlign = math.Pi/2, draw.XLeft, draw.YCenter
		}
		spread = spread || slices.ContainsFunc(s.Spreads, func(v float64) bool { return v > 0 })
		shown = append(shown, one)
		legend.Add(s.Name, one)
		p.Add(one)
	}
	if len(shown) == 0 {
		return nil, ErrEmpty
	}
	if spread {
		if b.Spread == "" {
			b.Spread = "std over seeds"
		}
		legend.Add(b.Spread, spreadSign{})
	}
	arrange(shown)
	group := width*vg.Length(len(shown)) + 0.9*vg.Centimeter
	above := b.scale(p, shown[0].label)
	left, below := nameGroups(p, b.Groups, group)
	if b.NoLegend || len(shown) == 1 && !spread {
		legend = nil
	}
	f := plotted(p, legend, 2*vg.Centimeter+left+group*vg.Length(max(len(b.Groups), 3)), plotHeight+below)
	f.words = b.inWords()
	return f.under(p, above), nil
}

// Rows draws the chart in rows of at most n groups, one below the other, all
// on the same scale if they are percent.
func (b Bars) Rows(n int) (*Figure, error) {
	if b.values() < 2 {
		return nil, ErrEmpty
	}
	var rows []*Figure
	b.Top = b.Highest()
	for lo := 0; lo < len(b.Groups); lo += n {
		hi := min(lo+n, len(b.Groups))
		part := b
		part.Groups, part.Series = b.Groups[lo:hi], nil
		part.NoLegend = b.NoLegend || lo > 0
		if lo > 0 {
			part.Title = ""
		}
		for _, s := range b.Series {
			s.Values = s.Values[lo:hi]
			if s.Spreads != nil {
				s.Spreads = s.Spreads[lo:hi]
			}
			part.Series = append(part.Series, s)
		}
		f, err := part.row()
		if err != nil {
			return nil, err
		}
		rows = append(rows, f)
	}
	if len(rows) == 0 {
		return nil, ErrEmpty
	}
	return Stack(rows...), nil
}

// digitsFor is how many decimals tell the values apart.
func digitsFor(b Bars) int {
	if b.Percent {
		return 1
	}
	return max(0, 2-int(math.Floor(math.Log10(max(b.Highest(), 1e-9)))))
}

// leastSpread is the least height of an error bar: a lower one would be a blot.
const leastSpread = 1.5

// barWidth is the width of a bar that has room for its number.
const barWidth = 0.8 * vg.Centimeter

// arrange puts the series side by side around the middle of each group.
func arrange(series []*bars) {
	for i, b := range series {
		b.offset = b.width * (vg.Length(i) - vg.Length(len(series)-1)/2)
	}
}

// nameGroups writes the names below their groups, aslant if one is wider than
// its group. It returns how much further than the groups the names then reach
// to the left, and below.
func nameGroups(p *plot.Plot, names []string, room vg.Length) (left, below vg.Length) {
	p.NominalX(names...)
	p.X.Width = 0 // NominalX draws no axis; the zero line stands in for it
	p.X.Min, p.X.Max = -0.5, float64(len(names))-0.5
	widest := vg.Length(0)
	for _, n := range names {
		widest = max(widest, p.X.Tick.Label.Width(n))
	}
	if widest <= 0.95*room {
		return 0, 0
	}
	first := p.X.Tick.Label.Width(names[0])
	p.X.Tick.Label.Rotation = math.Pi / 6
	p.X.Tick.Label.XAlign, p.X.Tick.Label.YAlign = draw.XRight, draw.YCenter
	return max(0, first*0.87-room/2), widest / 2 // cosine and sine of the slant
}

// bars draws one series: bar i stands at x = i, moved by offset. It implements
// plot.Plotter, plot.DataRanger and plot.Thumbnailer.
type bars struct {
	BarSeries
	offset, width vg.Length
	fill          fillStyle
	label         text.Style // of the number above the bar
	digits        int
}

// spread returns the spread of bar i, 0 for none.
func (b *bars) spread(i int) float64 {
	if i >= len(b.Spreads) || !finite(b.Spreads[i]) {
		return 0
	}
	return b.Spreads[i]
}

// Plot draws the bars with their spreads and numbers. Unknown values leave a
// gap.
func (b *bars) Plot(c draw.Canvas, p *plot.Plot) {
	trX, trY := p.Transforms(&c)
	for i, v := range b.Values {
		if !finite(v) {
			continue
		}
		middle := trX(float64(i)) + b.offset
		r := vg.Rectangle{
			Min: vg.Point{X: middle - b.width/2, Y: trY(0)},
			Max: vg.Point{X: middle + b.width/2, Y: trY(v)},
		}
		b.fill.draw(c, r)
		top := r.Max.Y
		if lo, hi := trY(max(v-b.spread(i), 0)), trY(v+b.spread(i)); hi-lo > leastSpread {
			top = drawSpread(c, middle, lo, hi)
		}
		c.FillText(b.label, vg.Point{X: middle, Y: top + vg.Points(2)}, term.Decimal(v, b.digits))
	}
}

// DataRange returns the range from zero to the highest spread.
func (b *bars) DataRange() (xmin, xmax, ymin, ymax float64) {
	for i, v := range b.Values {
		if finite(v) {
			ymax = max(ymax, v+b.spread(i))
		}
	}
	return -0.5, float64(len(b.Values)) - 0.5, 0, ymax
}

// Thumbnail draws the series' sign in the legend.
func (b *bars) Thumbnail(c *draw.Canvas) { b.fill.draw(*c, c.Rectangle) }

// spreadSign is the error bar in the legend.
type spreadSign struct{}

// Thumbnail draws an error bar.
func (spreadSign) Thumbnail(c *draw.Canvas) {
	drawSpread(*c, c.Center().X, c.Min.Y, c.Max.Y)
}

func smallText(p *plot.Plot) text.Style {
	s := p.X.Tick.Label
	s.Font.Size = vg.Points(8)
	s.XAlign, s.YAlign = draw.XCenter, draw.YBottom
	s.Rotation = 0
	return s
}

func finite(v float64) bool { return !math.IsNaN(v) && !math.IsInf(v, 0) }

package chart

import (
	"image/color"
	"strconv"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgimg"
)

// Reliability is a calibration diagram: how often answers given with some
// confidence are right. Bins divide [0, 1] evenly.
type Reliability struct {
	Title string
	Bins  []ReliabilityBin
}

// ReliabilityBin holds the answers whose confidence lies in one interval.
type ReliabilityBin struct {
	Confidence, Accuracy float64 // means, in [0, 1]
	Count                float64 // answers, of all seeds or their mean
}

// Figure draws accuracy against confidence above and the share of answers in
// each bin below. On the dashed line confidence is what it promises; the hatched
// gap between it and the bar's top is too much confidence or too little. No
// answer at all is an error.
func (r Reliability) Figure() (*Figure, error) {
	total := 0.0
	for _, b := range r.Bins {
		total += b.Count
	}
	if total == 0 {
		return nil, ErrEmpty
	}
	const width = 8 * vg.Centimeter
	upper, _ := newPlot(r.Title, "", "accuracy (%)")
	lower, _ := newPlot("", "confidence (%)", "answers (%)")
	upper.Add(&reliabilityBars{bins: r.Bins})
	share := &reliabilityBars{bins: r.Bins, total: total}
	lower.Add(share)
	for _, p := range []*plot.Plot{upper, lower} {
		p.X.Min, p.X.Max, p.Y.Min = 0, 100, 0
		p.X.Tick.Marker = percentTicks(100)
		p.X.Padding, p.Y.Padding = 0, 0
	}
	upper.Y.Max, upper.Y.Tick.Marker = 100, percentTicks(100)
	top := 0.0
	for _, b := range r.Bins {
		top = max(top, 100*b.Count/total)
	}
	lower.Y.Max = top * 1.1
	lower.Y.Tick.Marker = fewTicks{}
	upper.X.Tick.Label.Font.Size = 0.01
	upper.X.Tick.Marker = unlabelled{percentTicks(100)}
	const high, low = 7 * vg.Centimeter, 3.6 * vg.Centimeter
	return &Figure{width: width, height: high + low, words: r.inWords(), draw: func(c draw.Canvas) {
		a := draw.Crop(c, margin, -margin, low, -margin)
		b := draw.Crop(c, margin, -margin, margin, -high)
		for i, data := range plot.Align([][]*plot.Plot{{upper}, {lower}}, draw.Tiles{Rows: 2, Cols: 1}, c) {
			// Align tells how far the wider labels of one push the other's axis.
			part := [2]draw.Canvas{a, b}[i]
			part.Min.X, part.Max.X = data[0].Min.X+margin, data[0].Max.X-margin
			[2]*plot.Plot{upper, lower}[i].Draw(part)
		}
	}}, nil
}

// reliabilityBars draws the bins as accuracies with their gaps to the
// diagonal, or, with a total, as shares of it.
type reliabilityBars struct {
	bins  []ReliabilityBin
	total float64
}

// Plot draws a bar for each bin that is not empty.
func (r *reliabilityBars) Plot(c draw.Canvas, p *plot.Plot) {
	trX, trY := p.Transforms(&c)
	step := 100 / float64(len(r.bins))
	solid := fillStyle{color: color.Gray{165}}
	gap := fillStyle{color: color.White, rising: true, distance: 4}
	box := func(f fillStyle, i int, y0, y1 float64) {
		f.draw(c, vg.Rectangle{
			Min: vg.Point{X: trX(float64(i) * step), Y: trY(min(y0, y1))},
			Max: vg.Point{X: trX(float64(i+1) * step), Y: trY(max(y0, y1))},
		})
	}
	for i, b := range r.bins {
		switch {
		case b.Count == 0:
		case r.total > 0:
			box(solid, i, 0, 100*b.Count/r.total)
		default:
			box(solid, i, 0, 100*b.Accuracy)
			over := gap
			if b.Accuracy > b.Confidence { // all that is grey is accuracy
				over.color = solid.color
			}
			box(over, i, 100*b.Accuracy, 100*b.Confidence)
		}
	}
	if r.total == 0 {
		c.StrokeLine2(diagonal, trX(0), trY(0), trX(100), trY(100))
	}
}

// unlabelled leaves the labels of ticks away.
type unlabelled struct{ plot.Ticker }

// Ticks returns the ticks without labels. A blank keeps them major.
func (b unlabelled) Ticks(lo, hi float64) []plot.Tick {
	ticks := b.Ticker.Ticks(lo, hi)
	for i := range ticks {
		if ticks[i].Label != "" {
			ticks[i].Label = " "
		}
	}
	return ticks
}

// fewTicks labels zero and one or two round numbers, for a low plot.
type fewTicks struct{}

// Ticks returns at most three labelled ticks from 0 to hi.
func (fewTicks) Ticks(_, hi float64) []plot.Tick {
	step := 1.0
	for _, s := range []float64{2, 5, 10, 20, 25, 50, 100} {
		if hi/step >= 3 {
			step = s
		}
	}
	var ticks []plot.Tick
	for v := 0.0; v <= hi; v += step {
		ticks = append(ticks, plot.Tick{Value: v, Label: strconv.Itoa(int(v))})
	}
	return ticks
}

// ReliabilityLegend explains the signs of reliability diagrams, to stand
// beside them.
func ReliabilityLegend() *Figure {
	_, legend := newPlot("", "", "")
	legend.Add("accuracy", filled{fillStyle{color: color.Gray{165}}})
	legend.Add("gap to the confidence", filled{fillStyle{color: color.White, rising: true, distance: 4}})
	legend.Add("perfect calibration", dashed{})
	size := legend.Rectangle(draw.New(vgimg.New(plotHeight, plotHeight))).Size()
	return &Figure{width: size.X + legend.ThumbnailWidth + 2*margin, height: size.Y + 3*margin, draw: func(c draw.Canvas) {
		legend.Draw(draw.Crop(c, margin, -margin, 0, -2*margin))
	}}
}

// filled is a filled box in a legend.
type filled struct{ fillStyle }

// Thumbnail draws the box.
func (f filled) Thumbnail(c *draw.Canvas) { f.draw(*c, c.Rectangle) }

// dashed is the diagonal in a legend.
type dashed struct{}

// Thumbnail draws the line.
func (dashed) Thumbnail(c *draw.Canvas) {
	c.StrokeLine2(diagonal, c.Min.X, c.Center().Y, c.Max.X, c.Center().Y)
}

// diagonal is the line on which confidence is what it promises.
var diagonal = draw.LineStyle{Color: color.Black, Width: vg.Points(1), Dashes: []vg.Length{5, 3}}

package chart

import (
	"bytes"
	"errors"
	"fmt"
	"image/color"
	"io"
	"path/filepath"
	"strings"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgimg"
	"gonum.org/v1/plot/vg/vgsvg"

	"frontdoor/internal/atomicfile"
	"frontdoor/internal/term"
)

// Figure is a drawing of a fixed size.
type Figure struct {
	width, height vg.Length
	draw          func(draw.Canvas)
	words         string // what is drawn
}

// Words says in words what is drawn, with its numbers, for who cannot see it.
func (f *Figure) Words() string { return f.words }

// plotHeight is the height of a plot with its axes.
const plotHeight = 9 * vg.Centimeter

// margin surrounds a plot.
const margin = 0.3 * vg.Centimeter

// plotted returns the figure of a plot of that size, with its legend to the
// right; a nil legend leaves it away.
func plotted(p *plot.Plot, legend *plot.Legend, width, height vg.Length) *Figure {
	beside := vg.Length(0)
	if legend != nil {
		size := legend.Rectangle(draw.New(vgimg.New(width, height))).Size()
		beside = size.X + legend.ThumbnailWidth/2 + 2*margin
		height = max(height, size.Y+3*margin)
	}
	return &Figure{width: width + beside, height: height, draw: func(c draw.Canvas) {
		p.Draw(draw.Crop(c, margin, -beside-margin, margin, -margin))
		if legend != nil {
			legend.Draw(draw.Crop(c, width, -margin, 0, -2*margin))
		}
	}}
}

// Row puts figures side by side.
func Row(figures ...*Figure) *Figure {
	whole := joined(figures)
	for _, f := range figures {
		whole.width += f.width
		whole.height = max(whole.height, f.height)
	}
	whole.draw = func(c draw.Canvas) {
		left := vg.Length(0)
		for _, f := range figures {
			f.draw(draw.Crop(c, left, left+f.width-whole.width, whole.height-f.height, 0))
			left += f.width
		}
	}
	return whole
}

// Stack puts figures below each other.
func Stack(figures ...*Figure) *Figure {
	whole := joined(figures)
	for _, f := range figures {
		whole.height += f.height
		whole.width = max(whole.width, f.width)
	}
	whole.draw = func(c draw.Canvas) {
		top := vg.Length(0)
		for _, f := range figures {
			f.draw(draw.Crop(c, 0, f.width-whole.width, whole.height-top-f.height, -top))
			top += f.height
		}
	}
	return whole
}

// Save writes the figure to PATH.png and PATH.svg, or to one of them if the
// path has that ending already.
func (f *Figure) Save(path string) error {
	switch filepath.Ext(path) {
	case ".png":
		return atomicfile.Write(path, f.WritePNG)
	case ".svg":
		return atomicfile.Write(path, f.WriteSVG)
	}
	if err := f.Save(path + ".png"); err != nil {
		return err
	}
	return f.Save(path + ".svg")
}

// ErrDrawing is the error of a figure that cannot be drawn: gonum's plots panic on
// what they cannot place.
var ErrDrawing = errors.New("it cannot be drawn")

// Guard runs what draws, and turns a panic into an error that is ErrDrawing: results
// must not be lost for the sake of a figure.
func Guard(draws func() error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("%w: %v", ErrDrawing, p)
		}
	}()
	return draws()
}

// WritePNG writes the figure as PNG, 144 pixels an inch. The error of one that
// cannot be drawn is ErrDrawing.
func (f *Figure) WritePNG(w io.Writer) error {
	return Guard(func() error {
		raster := vgimg.NewWith(vgimg.UseWH(f.width, f.height), vgimg.UseDPI(144), vgimg.UseBackgroundColor(color.White))
		f.draw(draw.New(raster))
		_, err := vgimg.PngCanvas{Canvas: raster}.WriteTo(w)
		return err
	})
}

// WriteSVG writes the figure as SVG, with the errors of WritePNG.
func (f *Figure) WriteSVG(w io.Writer) error {
	var text bytes.Buffer
	err := Guard(func() error {
		lines := vgsvg.New(f.width, f.height)
		c := draw.New(lines)
		c.FillPolygon(color.White, []vg.Point{c.Min, {X: c.Max.X, Y: c.Min.Y}, c.Max, {X: c.Min.X, Y: c.Max.Y}})
		f.draw(c)
		_, err := lines.WriteTo(&text)
		return err
	})
	if err != nil {
		return err
	}
	// Where the font is not installed, others of the same widths will do; and
	// vgsvg says JPEG of what it wrote as PNG.
	_, err = strings.NewReplacer(
		"font-family:Liberation Sans;", "font-family:Liberation Sans,Arial,Helvetica,sans-serif;",
		"data:image/jpg;", "data:image/png;",
	).WriteString(w, term.Escape(text.String(), "\n\t"))
	return err
}

// newPlot returns an empty plot with horizontal grid lines, and a legend.
func newPlot(title, x, y string) (*plot.Plot, *plot.Legend) {
	p := plot.New()
	p.BackgroundColor = color.White
	p.Title.Text = title
	p.Title.TextStyle.Font.Variant, p.Title.TextStyle.Font.Size = "Sans", vg.Points(11)
	p.Title.Padding = vg.Points(6)
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

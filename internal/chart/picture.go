package chart

import (
	"image"
	"image/color"

	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// Picture is an image beside a list of descriptions with a bar for each.
type Picture struct {
	Title  string // above the bars, with the unit: "cosine similarity"
	Image  image.Image
	Names  []string
	Values []float64
	Digits int // decimals of the numbers behind the bars
}

// Figure draws the picture at the left and the bars at the right, in the order
// given. Bars begin at zero, or at the lowest value where one is negative. No
// value is an error.
func (f Picture) Figure() (*Figure, error) {
	if len(f.Values) == 0 {
		return nil, errEmpty
	}
	p, _ := newPlot("", "", "")
	words := p.X.Tick.Label
	words.Rotation, words.XAlign, words.YAlign = 0, draw.XLeft, draw.YCenter
	const picture, gap, line = 6 * vg.Centimeter, 0.6 * vg.Centimeter, 0.8 * vg.Centimeter
	room := vg.Length(0)
	for _, n := range f.Names {
		room = max(room, words.Width(n))
	}
	const longest, number = 6 * vg.Centimeter, 1.6 * vg.Centimeter
	width := picture + room + longest + number + 3*gap
	height := max(picture, line*vg.Length(len(f.Names)+1)) + 2*margin
	return &Figure{width, height, func(c draw.Canvas) {
		f.drawImage(c, picture)
		left := c.Min.X + margin + picture + gap
		top := c.Center().Y + line*vg.Length(len(f.Names)+1)/2
		c.FillText(words, vg.Point{X: left + room + gap, Y: top - line/2}, f.Title)
		f.drawBars(c, words, left, left+room+gap, top-line, longest, line)
	}}, nil
}

// drawImage puts the picture into a square at the left, its sides kept in
// proportion.
func (f Picture) drawImage(c draw.Canvas, side vg.Length) {
	size := f.Image.Bounds().Size()
	w, h := side, side
	if size.X > size.Y {
		h = side * vg.Length(size.Y) / vg.Length(size.X)
	} else {
		w = side * vg.Length(size.X) / vg.Length(size.Y)
	}
	min := vg.Point{X: c.Min.X + margin + (side-w)/2, Y: c.Center().Y - h/2}
	c.DrawImage(vg.Rectangle{Min: min, Max: vg.Point{X: min.X + w, Y: min.Y + h}}, f.Image)
}

func (f Picture) drawBars(c draw.Canvas, words text.Style, names, bars, top, longest, line vg.Length) {
	lo, hi := 0.0, 0.0
	for _, v := range f.Values {
		lo, hi = min(lo, v), max(hi, v)
	}
	if lo == hi {
		hi = 1
	}
	at := func(v float64) vg.Length { return bars + longest*vg.Length((v-lo)/(hi-lo)) }
	for i, v := range f.Values {
		y := top - line*(vg.Length(i)+0.5)
		c.FillText(words, vg.Point{X: names, Y: y}, f.Names[i])
		x0, x1 := at(min(v, 0)), at(max(v, 0))
		fillStyle{color: color.Gray{150}}.draw(c, vg.Rectangle{Min: vg.Point{X: x0, Y: y - line/4}, Max: vg.Point{X: x1, Y: y + line/4}})
		c.FillText(words, vg.Point{X: x1 + vg.Points(5), Y: y}, decimal(v, f.Digits))
	}
}

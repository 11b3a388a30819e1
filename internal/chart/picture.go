package chart

import (
	"fmt"
	"image"
	"image/color"
	"strings"

	"golang.org/x/image/font/sfnt"
	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"frontdoor/internal/term"
)

// Picture is an image beside a list of descriptions with a bar for each.
type Picture struct {
	Title  string // above the bars, with the unit: "cosine similarity"
	Image  image.Image
	Names  []string
	Values []float64
	Digits int // decimals of the numbers behind the bars
}

// Sizes of a picture with its descriptions.
const (
	pictureSide = 6 * vg.Centimeter
	pictureGap  = 0.6 * vg.Centimeter
	barRow      = 0.8 * vg.Centimeter // from one bar to the next
	textRow     = 0.45 * vg.Centimeter
	longestBar  = 6 * vg.Centimeter
	barNumber   = 1.6 * vg.Centimeter
)

// Figure draws the picture at the left and the bars at the right, in the order
// given. Bars begin at zero, or at the lowest value where one is negative. Long
// descriptions take several lines. No value is an error.
func (f Picture) Figure() (*Figure, error) {
	if len(f.Values) == 0 {
		return nil, ErrEmpty
	}
	p, _ := newPlot("", "", "")
	words := p.X.Tick.Label
	words.Rotation, words.XAlign, words.YAlign = 0, draw.XLeft, draw.YCenter
	room, rows := vg.Length(0), barRow // of the title
	names := make([][]string, len(f.Names))
	for i, name := range f.Names {
		names[i] = wrap(drawable(words.Font, name))
		rows += rowOf(names[i])
		for _, line := range names[i] {
			room = max(room, words.Width(line))
		}
	}
	width := pictureSide + room + longestBar + barNumber + 3*pictureGap
	height := max(pictureSide, rows) + 2*margin
	return &Figure{width: width, height: height, draw: func(c draw.Canvas) {
		f.drawImage(c, pictureSide)
		left := c.Min.X + margin + pictureSide + pictureGap
		top := c.Center().Y + rows/2
		c.FillText(words, vg.Point{X: left + room + pictureGap, Y: top - barRow/2}, f.Title)
		f.drawBars(c, words, names, vg.Point{X: left, Y: top - barRow}, left+room+pictureGap)
	}}, nil
}

// rowOf is the height of a bar with a description of some lines.
func rowOf(lines []string) vg.Length { return max(barRow, textRow*vg.Length(len(lines))+barRow/3) }

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

// drawBars writes the names from topLeft on, with the bars beside them.
func (f Picture) drawBars(c draw.Canvas, words text.Style, names [][]string, topLeft vg.Point, bars vg.Length) {
	lo, hi := 0.0, 0.0
	for _, v := range f.Values {
		lo, hi = min(lo, v), max(hi, v)
	}
	if lo == hi {
		hi = 1
	}
	at := func(v float64) vg.Length { return bars + longestBar*vg.Length((v-lo)/(hi-lo)) }
	top := topLeft.Y
	for i, v := range f.Values {
		y := top - rowOf(names[i])/2
		top -= rowOf(names[i])
		for k, line := range names[i] {
			c.FillText(words, vg.Point{X: topLeft.X, Y: y + textRow*(vg.Length(len(names[i])-1)/2-vg.Length(k))}, line)
		}
		x0, x1 := at(min(v, 0)), at(max(v, 0))
		fillStyle{color: color.Gray{150}}.draw(c, vg.Rectangle{Min: vg.Point{X: x0, Y: y - barRow/4}, Max: vg.Point{X: x1, Y: y + barRow/4}})
		c.FillText(words, vg.Point{X: x1 + vg.Points(5), Y: y}, term.Decimal(v, f.Digits))
	}
}

// lineLetters is how many letters a line of a description has at most.
const lineLetters = 40

// wrap breaks a text into lines between words.
func wrap(text string) []string {
	lines := []string{""}
	for _, word := range strings.Fields(text) {
		last := len(lines) - 1
		switch n := len([]rune(lines[last])); {
		case n == 0:
			lines[last] = word
		case n+1+len([]rune(word)) <= lineLetters:
			lines[last] += " " + word
		default:
			lines = append(lines, word)
		}
	}
	return lines
}

// drawable writes the letters that a font lacks as their code points, as in
// [U+65E5]: a PNG would have nothing in their places.
func drawable(f font.Font, text string) string {
	face := font.DefaultCache.Lookup(f, f.Size).Face
	var b strings.Builder
	var buf sfnt.Buffer
	for _, r := range text {
		if i, err := face.GlyphIndex(&buf, r); err != nil || i == 0 {
			fmt.Fprintf(&b, "[U+%04X]", r)
			continue
		}
		b.WriteRune(r)
	}
	return b.String()
}

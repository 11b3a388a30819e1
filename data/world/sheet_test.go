package world

import (
	"flag"
	"image"
	"image/color"
	"image/png"
	"math/rand/v2"
	"os"
	"testing"
)

var sheetFile = flag.String("sheet", "", "write a contact sheet of the world to this PNG `file`")

// TestContactSheet draws every value of every factor, a row for each value, so
// that a person can see whether they are recognisable:
//
//	go test ./data/world -run ContactSheet -sheet world.png
//
// Columns 0-5 are in the pre-training range, 6-11 downstream, 12-13 V2, 14-15
// sketches and 16-17 renditions.
func TestContactSheet(t *testing.T) {
	if *sheetFile == "" {
		t.Skip("no -sheet file given")
	}
	const columns, zoom = 18, 2
	var rows [][]*image.RGBA
	for k := range Kind(Kinds) {
		for value := range k.Count() {
			var row []*image.RGBA
			for c := range columns {
				r := rand.New(rand.NewPCG(uint64(len(rows)), uint64(c)))
				domain, style := column(c)
				n := domain.nuisance()
				row = append(row, picture(n.sample(r).Do(k, value), style))
			}
			rows = append(rows, row)
		}
	}
	const pitch = (Size + 1) * zoom
	sheet := image.NewRGBA(image.Rect(0, 0, columns*pitch, len(rows)*pitch))
	for y := range len(rows) * pitch {
		for x := range columns * pitch {
			p := rows[y/pitch][x/pitch]
			sheet.Set(x, y, p.At(x%pitch/zoom, y%pitch/zoom))
		}
	}
	file, err := os.Create(*sheetFile)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	if err := png.Encode(file, sheet); err != nil {
		t.Fatal(err)
	}
}

func column(c int) (Domain, Style) {
	switch {
	case c < 6:
		return Pretrain, Photo
	case c < 12:
		return Downstream, Photo
	case c < 14:
		return V2, Photo
	case c < 16:
		return Downstream, Sketch
	}
	return Downstream, Rendition
}

func picture(f Factors, style Style) *image.RGBA {
	pix := make([]uint8, 3*Size*Size)
	Render(pix, Size, f, style)
	p := image.NewRGBA(image.Rect(0, 0, Size, Size))
	for i := range Size * Size {
		p.Set(i%Size, i/Size, color.RGBA{pix[3*i], pix[3*i+1], pix[3*i+2], 255})
	}
	return p
}

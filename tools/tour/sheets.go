package main

import (
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"io"
	"math"
	"math/rand/v2"

	"golang.org/x/image/font"
	"golang.org/x/image/font/basicfont"
	"golang.org/x/image/math/fixed"

	"frontdoor/autograd"
	"frontdoor/clip"
	"frontdoor/data/augment"
	"frontdoor/data/world"
	"frontdoor/imaging"
	"frontdoor/internal/atomicfile"
	"frontdoor/simd"
)

// sheet is a picture made of cells with a line of text above each column and
// before each row.
type sheet struct {
	*image.RGBA
	cell, left int
}

const textHeight = 18

func newSheet(rows, cols, cell, left int) sheet {
	im := image.NewRGBA(image.Rect(0, 0, left+cols*(cell+4)+4, textHeight+rows*(cell+4)+4))
	draw.Draw(im, im.Bounds(), image.White, image.Point{}, draw.Src)
	return sheet{im, cell, left}
}

// at is where a cell lies.
func (s sheet) at(row, col int) image.Rectangle {
	x, y := s.left+4+col*(s.cell+4), textHeight+row*(s.cell+4)
	return image.Rect(x, y, x+s.cell, y+s.cell)
}

func (s sheet) text(x, y int, text string, c color.Color) {
	d := font.Drawer{Dst: s, Src: image.NewUniform(c), Face: basicfont.Face7x13, Dot: fixed.P(x, y)}
	d.DrawString(text)
}

func (s sheet) column(col int, text string) { s.text(s.at(0, col).Min.X, 13, text, color.Black) }

func (s sheet) row(row int, text string) {
	r := s.at(row, 0)
	s.text(4, (r.Min.Y+r.Max.Y)/2+4, text, color.Black)
}

// put draws a picture into a cell, enlarged to its size.
func (s sheet) put(row, col int, im *imaging.Image) {
	r := s.at(row, col)
	for y := range s.cell {
		for x := range s.cell {
			p := im.Pix[3*(y*im.H/s.cell*im.W+x*im.W/s.cell):]
			s.Set(r.Min.X+x, r.Min.Y+y, color.RGBA{p[0], p[1], p[2], 255})
		}
	}
}

// fill paints a cell grey, black for 1 and white for 0.
func (s sheet) fill(r image.Rectangle, v float64) {
	g := uint8(math.Round(255 * (1 - min(max(v, 0), 1))))
	draw.Draw(s, r, image.NewUniform(color.Gray{g}), image.Point{}, draw.Src)
}

func (s sheet) save(path string) error {
	return atomicfile.Write(path, func(w io.Writer) error { return png.Encode(w, s) })
}

// scene draws the factors that the figures begin with.
func scene(seed uint64) world.Factors {
	task, err := world.TaskByName("texshape")
	if err != nil {
		panic(err) // the name is one of the world's own
	}
	return task.Sample(rand.New(rand.NewPCG(seed, 7)), int(seed)%task.N(), world.Sampling{Domain: world.Downstream})
}

func render(f world.Factors) *imaging.Image {
	im := imaging.New(world.Size, world.Size)
	world.Render(im.Pix, world.Size, f, world.Photo)
	return im
}

// interventions shows pictures and what do() makes of them: one factor is set
// to another value and nothing else moves.
func interventions(path string, _ *clip.Model) error {
	s := newSheet(3, 5, 96, 0)
	kinds := []world.Kind{world.Background, world.Colour, world.Texture, world.Shape}
	s.column(0, "drawn")
	for col, k := range kinds {
		s.column(col+1, "do("+k.String()+")")
	}
	for row := range 3 {
		f := scene(uint64(row)*5 + 2)
		s.put(row, 0, render(f))
		for col, k := range kinds {
			s.put(row, col+1, render(f.Do(k, (f.Value(k)+3)%k.Count())))
		}
	}
	return s.save(path)
}

// views shows what each template of CDC sees of a picture, for both sets of
// augmentations.
func views(path string, _ *clip.Model) error {
	s := newSheet(4, 5, 96, 44)
	s.column(0, "drawn")
	for row := range 4 {
		set := 1 + row/2
		s.row(row, []string{"set 1", "", "set 2", ""}[row])
		all, err := augment.Set(set, 4)
		if err != nil {
			return err
		}
		im := render(scene(uint64(row%2)*5 + 2))
		s.put(row, 0, im)
		raw, changed := make([]float32, 3*world.Size*world.Size), make([]float32, 3*world.Size*world.Size)
		im.CHW(raw, imaging.Unit, imaging.UnitStd)
		for col, view := range all {
			s.column(col+1, "A"+string(rune('1'+col)))
			view.Apply(changed, raw, world.Size, world.Size, rand.New(rand.NewPCG(4, uint64(row*8+col))))
			s.put(row, col+1, eightBit(changed))
		}
	}
	return s.save(path)
}

// eightBit turns a tensor [3, S, S] with values in 0..1 into a picture.
func eightBit(chw []float32) *imaging.Image {
	im := imaging.New(world.Size, world.Size)
	n := world.Size * world.Size
	for i := range n {
		for c := range 3 {
			im.Pix[3*i+c] = uint8(math.Round(float64(min(max(chw[c*n+i], 0), 1)) * 255))
		}
	}
	return im
}

// positions shows how alike the position vectors of the image tower are: panel
// (y, x) holds the cosines of position (y, x) with all the others, black for 1.
func positions(path string, m *clip.Model) error {
	g := m.Config.Vision.Grid()
	const inner = 12
	s := newSheet(g, g, g*inner, 0)
	p := m.Vision.Positional
	for a := range g * g {
		r := s.at(a/g, a%g)
		for b := range g * g {
			x, y := r.Min.X+b%g*inner, r.Min.Y+b/g*inner
			s.fill(image.Rect(x, y, x+inner, y+inner), cosine(p.Row(1+a), p.Row(1+b)))
		}
	}
	return s.save(path)
}

func cosine(a, b []float32) float64 {
	return float64(simd.Dot(a, b)) / math.Sqrt(float64(simd.Dot(a, a))*float64(simd.Dot(b, b)))
}

// matrix shows CLIP at work: the probability of each caption for each picture.
func matrix(path string, m *clip.Model) error {
	const n, cell = 8, 56
	captions := make([]string, n)
	images := autograd.Zeros(n, 3, m.Config.Vision.Image, m.Config.Vision.Image) // [B, 3, S, S]
	pictures := make([]*imaging.Image, n)
	for i := range n {
		f := scene(uint64(i)*4 + 1)
		f.Shape = 2 * i
		captions[i] = "a photo of a " + f.Name(world.Texture) + " " + f.Name(world.Shape) + "."
		pictures[i] = render(f)
		m.Preprocess(images.Data[i*images.Len()/n:(i+1)*images.Len()/n], pictures[i])
	}
	w, err := m.TextFeatures(nil, captions) // [N, E]
	if err != nil {
		return err
	}
	logits := m.Logits(nil, m.ImageFeatures(nil, images), w) // [B, N]
	s := newSheet(n+1, n, cell, 250)
	for j := range n {
		s.put(0, j, pictures[j])
		for i, l := range logits.Row(j) {
			sum := 0.0
			for _, other := range logits.Row(j) {
				sum += math.Exp(float64(other - l))
			}
			s.row(i+1, captions[i])
			s.fill(s.at(i+1, j), 0.02+0.98/sum) // not quite white, so that cells show
		}
	}
	return s.save(path)
}

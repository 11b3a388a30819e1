package world

import (
	"bytes"
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
)

func newRand(seed uint64) *rand.Rand { return rand.New(rand.NewPCG(seed, 1)) }

func render(f Factors, style Style) []uint8 {
	pix := make([]uint8, 3*Size*Size)
	Render(pix, Size, f, style)
	return pix
}

// still is a scene without nuisance: upright, centred, even light, no noise.
func still() Factors {
	return Factors{Scale: .8, Contrast: 1, TexFreq: 13, TexContrast: .3, Background: 7, Seed: 5}
}

func TestSameFactorsSamePicture(t *testing.T) {
	r := newRand(1)
	for i := range 60 {
		f, style := SamplePretrain(r), Style(i%3)
		if !bytes.Equal(render(f, style), render(f, style)) {
			t.Fatalf("picture of %+v changes from one call to the next", f)
		}
	}
}

func TestSeedChangesNoise(t *testing.T) {
	f := still()
	f.Noise = .05
	g := f
	g.Seed++
	if d := difference(render(f, Photo), render(g, Photo)); d < 5 {
		t.Errorf("another seed changes a channel by %.2f levels on average, want about 14", d)
	}
}

func TestRenderDoesNotAllocate(t *testing.T) {
	pix, f := make([]uint8, 3*Size*Size), still()
	for style := Photo; style <= Rendition; style++ {
		if n := testing.AllocsPerRun(5, func() { Render(pix, Size, f, style) }); n != 0 {
			t.Errorf("style %d: %v allocations a picture", style, n)
		}
	}
}

func TestKnownPixels(t *testing.T) {
	pix := render(still(), Photo) // solid red circle on paper
	at := func(x, y int) []uint8 { return pix[3*(y*Size+x):][:3] }
	for _, c := range []struct {
		name string
		got  []uint8
		want [3]float64
	}{
		{"centre, red", at(24, 24), [3]float64{219, 31, 31}},
		{"corner, paper", at(0, 0), [3]float64{153, 153, 153}},
		{"rim, dark red", at(24+15, 24), [3]float64{55, 8, 8}},
	} {
		for i, v := range c.got {
			if math.Abs(float64(v)-c.want[i]) > 1 {
				t.Errorf("%s: got %v, want %v", c.name, c.got, c.want)
			}
		}
	}
}

// TestDoChangesOnlyItsFactor checks that do(background) leaves every pixel inside the
// object alone, and do(shape, texture, colour) every pixel that neither object touches.
func TestDoChangesOnlyItsFactor(t *testing.T) {
	r := newRand(2)
	for range 40 {
		n := Downstream.nuisance()
		f := n.sample(r)
		for k := range Kind(Kinds) {
			g := f.Do(k, (f.Value(k)+1+r.IntN(k.Count()-1))%k.Count())
			a, b := render(f, Photo), render(g, Photo)
			if bytes.Equal(a, b) {
				t.Errorf("do(%v = %s) instead of %s changes nothing", k, g.Name(k), f.Name(k))
			}
			ca, cb := coverage(f), coverage(g)
			for i := range ca {
				untouched := ca[i] == 0 && cb[i] == 0
				if k == Background {
					untouched = ca[i] == 1
				}
				if untouched && !bytes.Equal(a[3*i:3*i+3], b[3*i:3*i+3]) {
					t.Fatalf("do(%v = %s) changes pixel %d, which does not depend on it", k, g.Name(k), i)
				}
			}
		}
	}
}

// coverage returns how much of each pixel the object covers, found without the
// renderer's shortcut of looking at the object's neighbourhood only. [Size*Size]
func coverage(f Factors) []float32 {
	s := newScene(f, Size, Photo)
	cover := make([]float32, Size*Size)
	for i := range cover {
		dx, dy := s.coord(i%Size)-f.CX, f.CY-s.coord(i/Size)
		d := s.outline(s.cos*dx+s.sin*dy, s.cos*dy-s.sin*dx)
		if s.hollow {
			d = abs(d+.08) - .08
		}
		cover[i] = s.cover(d)
	}
	return cover
}

func TestValuesLookDifferent(t *testing.T) {
	for k := range Kind(Kinds) {
		for i := range k.Count() {
			for j := range i {
				f := still()
				f.Colour = 2
				d := difference(render(f.Do(k, i), Photo), render(f.Do(k, j), Photo))
				if d < 3 {
					t.Errorf("%s and %s differ by %.1f levels only", k.Names()[i], k.Names()[j], d)
				}
			}
		}
	}
}

// difference returns the mean absolute difference of two pictures.
func difference(a, b []uint8) float64 {
	sum := 0.0
	for i := range a {
		sum += math.Abs(float64(a[i]) - float64(b[i]))
	}
	return sum / float64(len(a))
}

func TestSizeChangesResolutionOnly(t *testing.T) {
	r := newRand(3)
	for range 30 {
		f := SamplePretrain(r).Do(Background, 1+r.IntN(3)) // no hard edges
		f.Noise = 0
		double := make([]uint8, 3*4*Size*Size)
		Render(double, 2*Size, f, Photo)
		small, sum := render(f, Photo), 0.0
		for y := range Size {
			for x := range Size {
				for c := range 3 {
					p := 3*(4*Size*y+2*x) + c
					mean := (float64(double[p]) + float64(double[p+3]) + float64(double[p+6*Size]) + float64(double[p+6*Size+3])) / 4
					sum += math.Abs(mean - float64(small[3*(Size*y+x)+c]))
				}
			}
		}
		if d := sum / float64(len(small)); d > 6 {
			t.Errorf("%v differs by %.1f levels at twice the size", f, d)
		}
	}
}

func TestStyles(t *testing.T) {
	r := newRand(4)
	for range 20 {
		f := SamplePretrain(r)
		f.Noise = 0
		sketch := render(f, Sketch)
		for i := 0; i < len(sketch); i += 3 {
			if sketch[i] != sketch[i+1] || sketch[i] != sketch[i+2] {
				t.Fatalf("sketch has a coloured pixel %v", sketch[i:i+3])
			}
		}
		if !bytes.Equal(sketch, render(f.Do(Colour, (f.Colour+1)%10).Do(Background, (f.Background+1)%8), Sketch)) {
			t.Error("sketch depends on colour or background")
		}
		for _, v := range render(f, Rendition) {
			if v%85 != 0 {
				t.Fatalf("rendition has level %d, want 0, 85, 170 or 255", v)
			}
		}
	}
}

func TestPixelNoise(t *testing.T) {
	f := still()
	f.Scale, f.Noise = .01, .05
	f.CX = 5 // out of the picture
	sum, square, n := 0.0, 0.0, 0.0
	for _, v := range render(f, Photo) {
		d := (float64(v) - 153) / 255
		sum, square, n = sum+d, square+d*d, n+1
	}
	if mean, sd := sum/n, math.Sqrt(square/n); math.Abs(mean) > .002 || math.Abs(sd-.05) > .002 {
		t.Errorf("noise has mean %.4f and deviation %.4f, want 0 and 0.05", mean, sd)
	}
}

func TestTables(t *testing.T) {
	for x := -200.0; x < 200; x += .0137 {
		if got := float64(sin(float32(x))); math.Abs(got-math.Sin(float64(float32(x)))) > 5e-5 {
			t.Fatalf("sin(%v) = %v", x, got)
		}
	}
	square := 0.0
	for _, v := range normals {
		square += float64(v) * float64(v)
	}
	if math.Abs(square/normalSteps-1) > 1e-5 {
		t.Errorf("variance of the normal table %v", square/normalSteps)
	}
}

func TestRenderPanics(t *testing.T) {
	for _, c := range []struct {
		want string
		call func()
	}{
		{"world.Render: 5 bytes for a picture [48, 48, 3]", func() { Render(make([]uint8, 5), Size, still(), Photo) }},
		{"world.Render: 0 bytes for a picture [0, 0, 3]", func() { Render(nil, 0, still(), Photo) }},
		{"world.Render: no style 3", func() { Render(make([]uint8, 3), 1, still(), 3) }},
		{"world.Render: shape 16 outside [0, 16)", func() { Render(make([]uint8, 3), 1, Factors{Shape: 16}, Photo) }},
		{"world.Do: background -1 outside [0, 8)", func() { still().Do(Background, -1) }},
	} {
		func() {
			defer func() {
				if got := fmt.Sprint(recover()); got != c.want {
					t.Errorf("panic %q, want %q", got, c.want)
				}
			}()
			c.call()
		}()
	}
}

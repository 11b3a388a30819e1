package chart

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"io"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"gonum.org/v1/plot/vg/draw"
)

// save writes a figure and checks that its PNG is mostly paper but has ink,
// and that its SVG is well formed and holds the words.
func save(t *testing.T, f *Figure, err error, words ...string) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "figure")
	if err := f.Save(path); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(path + ".png")
	if err != nil {
		t.Fatal(err)
	}
	im, err := png.Decode(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	ink, all := 0, 0
	for y := im.Bounds().Min.Y; y < im.Bounds().Max.Y; y++ {
		for x := im.Bounds().Min.X; x < im.Bounds().Max.X; x++ {
			if r, g, b, _ := im.At(x, y).RGBA(); r+g+b < 3*0xc000 {
				ink++
			}
			all++
		}
	}
	if ink < all/300 || ink > all/2 {
		t.Errorf("%d of %d pixels are dark", ink, all)
	}
	lines, err := os.ReadFile(path + ".svg")
	if err != nil {
		t.Fatal(err)
	}
	for d := xml.NewDecoder(bytes.NewReader(lines)); ; {
		if _, err := d.Token(); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
	}
	for _, w := range words {
		if !strings.Contains(string(lines), w) {
			t.Errorf("the SVG has no %q", w)
		}
	}
	before := text
	if err := f.Save(path); err != nil {
		t.Fatal(err)
	}
	if again, _ := os.ReadFile(path + ".png"); !bytes.Equal(before, again) {
		t.Error("the same figure was drawn differently")
	}
}

func TestBars(t *testing.T) {
	b := Bars{YLabel: "accuracy (%)", Percent: true, Groups: []string{"maple", "cdc"}, Series: []BarSeries{
		{"base", []float64{70, 72}, []float64{2, math.NaN()}, 0},
		{"new", []float64{math.NaN(), 54}, nil, 3},
		{"nothing", []float64{math.NaN(), math.NaN()}, nil, 0},
	}}
	f, err := b.Figure()
	save(t, f, err, "accuracy (%)", "maple", "cdc", "70.0", "54.0", "std over seeds")
	many := Bars{Title: "many", YLabel: "speed (1/s)", Groups: []string{"a name that is wider than its group", "b"}}
	for i := range 12 {
		many.Series = append(many.Series, BarSeries{Name: fmt.Sprint("series ", i), Values: []float64{float64(i), 20}})
	}
	f, err = many.Figure()
	save(t, f, err, "many", "series 11")
	for _, b := range []Bars{{}, {Groups: []string{"cdc"}, Series: []BarSeries{{Name: "accuracy", Values: []float64{70}}}}} {
		_, err1 := b.Figure()
		_, err2 := b.Rows(3)
		if !errors.Is(err1, ErrEmpty) || !errors.Is(err2, ErrEmpty) {
			t.Errorf("a chart of %d bars: %v, %v", b.values(), err1, err2)
		}
	}
	two := Bars{YLabel: "accuracy (%)", Percent: true, Groups: []string{"maple", "cdc"}, Series: []BarSeries{{Name: "base", Values: []float64{75.25, math.NaN()}}, {Name: "new", Values: []float64{60, 61}}}}
	f, err = two.Figure()
	save(t, f, err, ">75.3<") // as in tables
	if want := "Bars, accuracy (%): base: maple 75.3; new: maple 60.0, cdc 61.0."; f.Words() != want {
		t.Errorf("in words %q, want %q", f.Words(), want)
	}
}

func TestCurves(t *testing.T) {
	long := Series{Name: "risk", Y: make([]float64, 400)}
	for i := range long.Y {
		long.X = append(long.X, float64(i+1)/4)
		long.Y[i] = 30 * float64(i*i) / 160000
	}
	odd := Series{Name: "odd", Y: []float64{math.NaN(), 3, math.Inf(1)}}
	f, err := Curves{XLabel: "answered (%)", YLabel: "wrong (%)", Series: []Series{long, odd, {Name: "empty"}}}.Figure()
	save(t, f, err, "answered (%)", "wrong (%)", "risk", "odd")
	curves := f
	one, err := Curves{XLabel: "epoch", YLabel: "loss", Narrow: true, NoLegend: true, Series: []Series{{Name: "cdc", Y: []float64{2, 1}}}}.Figure()
	save(t, one, err)
	shots := Series{"cdc", []float64{1, 2, 16}, []float64{50, 60, 70}, []float64{1, 2, 0}, 9, false}
	f, err = Curves{XLabel: "shots", YLabel: "accuracy (%)", Doubling: true, FromZero: true, Series: []Series{shots}}.Figure()
	save(t, f, err, ">16<")
	save(t, Stack(Row(one, f), one), nil)
	for _, s := range []Series{{}, {Name: "a point", Y: []float64{2}}} {
		if _, err := (Curves{Series: []Series{s}}).Figure(); !errors.Is(err, ErrEmpty) {
			t.Errorf("a chart without a line: %v", err)
		}
	}
	if want := "Curves, wrong (%) by answered (%): risk from 0 at 0.25 to 29.9 at 100; odd from 3 at 2 to 3 at 2."; curves.Words() != want {
		t.Errorf("in words %q, want %q", curves.Words(), want)
	}
}

func TestReliability(t *testing.T) {
	bins := make([]ReliabilityBin, 15)
	bins[9] = ReliabilityBin{0.62, 0.5, 10}
	bins[14] = ReliabilityBin{0.97, 0.99, 30}
	f, err := Reliability{Title: "cdc", Bins: bins}.Figure()
	save(t, Row(f, ReliabilityLegend()), err, "confidence (%)", "accuracy (%)", "answers (%)", "cdc", "gap")
	if _, err := (Reliability{Bins: make([]ReliabilityBin, 15)}).Figure(); err == nil {
		t.Error("a diagram of nothing")
	}
}

func TestDifferences(t *testing.T) {
	f, err := Differences{XLabel: "difference (points)", Names: []string{"no VSD", "no DSTC", "unknown", "nothing"},
		Values: []float64{-2.2, 0.5, math.NaN(), -0.01}, Spreads: []float64{1, math.NaN(), 1}}.Figure()
	save(t, f, err, "no VSD", "-2.2", "+0.5", ">0.0<", "difference (points)")
	if _, err := (Differences{Names: []string{"x"}, Values: []float64{math.NaN()}}).Figure(); err == nil {
		t.Error("a chart of nothing")
	}
}

func TestPicture(t *testing.T) {
	im := image.NewRGBA(image.Rect(0, 0, 20, 10))
	for i := range 200 {
		im.Set(i%20, i/20, color.RGBA{uint8(i), 200, 200, 255})
	}
	f, err := Picture{Title: "cosine similarity", Image: im, Names: []string{"a star", "a dog"}, Values: []float64{0.3, -0.02}, Digits: 3}.Figure()
	save(t, f, err, "cosine similarity", "a star", "-0.020", "data:image/png")
	f, err = Picture{Title: "t", Image: im, Names: []string{"日 é", "a long description of a dog that lies on the grass in front of a white house", "c"}, Values: []float64{1, 2, 3}}.Figure()
	save(t, f, err, "[U+65E5] é", ">a long description of a dog that lies on<", ">the grass in front of a white house<")
	if _, err := (Picture{Image: im}).Figure(); err == nil {
		t.Error("a picture without descriptions")
	}
}

func TestSaveNamesTheFile(t *testing.T) {
	f, err := Curves{Series: []Series{{Name: "cdc", Y: []float64{2, 1}}}}.Figure()
	if err != nil {
		t.Fatal(err)
	}
	if err := f.Save(filepath.Join(t.TempDir(), "none", "x")); err == nil || !strings.Contains(err.Error(), "x.png") {
		t.Errorf("error %v does not name the file", err)
	}
}

func TestRoundTicks(t *testing.T) {
	for _, c := range []struct {
		lo, hi float64
		whole  bool
		want   string
	}{
		{1, 50, true, "[10 20 30 40 50]"},
		{1, 6, true, "[1 2 3 4 5 6]"},
		{1, 2, true, "[1 2]"},
		{0, 1, false, "[0.0 0.2 0.4 0.6 0.8 1.0]"},
		{0.013, 0.031, false, "[0.015 0.020 0.025 0.030]"},
		{1e5, 6e5, true, "[100000 200000 300000 400000 500000 600000]"},
	} {
		var labels []string
		for _, tick := range (roundTicks{c.whole}).Ticks(c.lo, c.hi) {
			labels = append(labels, tick.Label)
		}
		if fmt.Sprint(labels) != c.want {
			t.Errorf("ticks from %v to %v: %v, want %s", c.lo, c.hi, labels, c.want)
		}
	}
}

// A drawing that panics is an error, and so is what is no figure.
func TestPanicsAreErrors(t *testing.T) {
	bad := &Figure{width: plotHeight, height: plotHeight, draw: func(draw.Canvas) { panic("no place") }}
	for _, f := range []*Figure{bad, new(Figure)} {
		for _, write := range []func(io.Writer) error{f.WritePNG, f.WriteSVG} {
			if err := write(io.Discard); !errors.Is(err, ErrDrawing) {
				t.Errorf("error %v", err)
			}
		}
	}
	if err := bad.Save(filepath.Join(t.TempDir(), "a.png")); err == nil || !strings.Contains(err.Error(), "no place") {
		t.Errorf("error %v", err)
	}
}

// An axis that no number measures ends the drawing, it does not keep it going.
func TestTicksWithoutADistance(t *testing.T) {
	for _, c := range [][2]float64{{-1e308, 1e308}, {0, math.Inf(1)}, {math.NaN(), 1}, {1, 1}} {
		lo, hi := roundTicks{}.widen(c[0], c[1])
		if ticks := (roundTicks{}).Ticks(lo, hi); len(ticks) != 1 {
			t.Errorf("%v: %d ticks", c, len(ticks))
		}
	}
}

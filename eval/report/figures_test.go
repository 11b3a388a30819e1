package report

import (
	"bytes"
	"fmt"
	"image"
	"image/png"
	"math"
	"os"
	"path/filepath"
	"testing"

	"frontdoor/eval"
)

// readPNG checks that path is a picture that is mostly paper but has ink.
func readPNG(t *testing.T, path string) image.Image {
	t.Helper()
	text, err := os.ReadFile(path)
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
	if ink < all/200 || ink > all/2 {
		t.Errorf("%s: %d of %d pixels are dark", path, ink, all)
	}
	return im
}

// manyRows is a run of four methods and three seeds.
func manyRows(dataset string) []eval.Row {
	var rows []eval.Row
	for m, method := range []string{"zeroshot", "coop", "maple", "cdc"} {
		for seed := range 3 {
			rows = append(rows, resultRow(method, dataset, uint64(seed), 58+5*float64(m)+float64(m*seed), 60+float64(m)-2*float64(m*seed)))
		}
	}
	return rows
}

func TestFigureBars(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "summary.png")
	if err := FigureBars(path, Summarize(manyRows("world"))); err != nil {
		t.Fatal(err)
	}
	readPNG(t, path)
	first, _ := os.ReadFile(path)
	if err := FigureBars(path, Summarize(manyRows("world"))); err != nil {
		t.Fatal(err)
	}
	if again, _ := os.ReadFile(path); !bytes.Equal(first, again) {
		t.Error("the same results gave another picture")
	}

	two := append(manyRows("world"), manyRows("caltech101")...)
	if err := FigureBars(filepath.Join(dir, "two.png"), Summarize(two)); err != nil {
		t.Fatal(err)
	}
	readPNG(t, filepath.Join(dir, "two.png"))

	all := []eval.Row{
		{Method: "maple", Accuracy: eval.Value(100), MacroF1: eval.Value(99)},
		{Method: "cdc", Accuracy: eval.Value(98)},
	}
	if err := FigureBars(filepath.Join(dir, "all.png"), Summarize(all)); err != nil {
		t.Fatal(err)
	}
	readPNG(t, filepath.Join(dir, "all.png"))

	wantError(t, FigureBars(path, nil), path, "no result")
	wantError(t, FigureBars(filepath.Join(dir, "none", "x.png"), Summarize(all)), "x.png")
}

func TestFigureCurves(t *testing.T) {
	dir := t.TempDir()
	var rows []eval.EpochRow
	for m, method := range []string{"coop", "cocoop", "maple", "ivlp", "vpt", "cdc"} {
		for seed := range 3 {
			for e := 1; e <= 6; e++ {
				loss := 0.5 + 0.3*float64(m) + 3/float64(e+m) + 0.1*float64(seed)/float64(e)
				rows = append(rows, eval.EpochRow{Method: method, Seed: uint64(seed), Epoch: e, Loss: loss})
			}
		}
	}
	path := filepath.Join(dir, "loss.png")
	if err := FigureCurves(path, "epoch", "training loss", LossCurves(rows)); err != nil {
		t.Fatal(err)
	}
	readPNG(t, path)

	long := Series{Name: "risk", Y: make([]float64, 400)}
	for i := range long.Y {
		long.X = append(long.X, float64(i+1)/4)
		long.Y[i] = 30 * float64(i*i) / 160000
	}
	odd := Series{Name: "odd", Y: []float64{math.NaN(), 3, math.Inf(1)}}
	path = filepath.Join(dir, "risk.png")
	if err := FigureCurves(path, "images answered (%)", "wrong answers among them (%)", []Series{long, odd, {Name: "empty"}}); err != nil {
		t.Fatal(err)
	}
	readPNG(t, path)

	one := filepath.Join(dir, "one.png")
	if err := FigureCurves(one, "epoch", "training loss", []Series{{Name: "cdc", Y: []float64{2}}}); err != nil {
		t.Fatal(err)
	}
	readPNG(t, one)
	wantError(t, FigureCurves(path, "x", "y", nil), path, "no point")
}

func TestLossCurves(t *testing.T) {
	got := LossCurves([]eval.EpochRow{
		{Method: "a", Seed: 1, Epoch: 1, Loss: 2}, {Method: "a", Seed: 1, Epoch: 2, Loss: 1},
		{Method: "a", Seed: 2, Epoch: 1, Loss: 4}, {Method: "b", Seed: 1, Epoch: 2, Loss: 5},
	})
	want := "[{a [] [3 1] [1.4142135623730951 NaN]} {b [] [NaN 5] [NaN NaN]}]"
	if fmt.Sprint(got) != want {
		t.Errorf("got %v, want %s", got, want)
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

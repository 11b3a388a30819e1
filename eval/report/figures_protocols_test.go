package report

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"frontdoor/eval/rundir"
	"frontdoor/internal/chart"
	"frontdoor/method"
)

// However many methods a few-shot figure has, its legends name each of them once,
// and no panel shows more than can be told apart, at the same scale.
func TestFewShotFigureOfManyMethods(t *testing.T) {
	var rows []rundir.Row
	for i, m := range method.All {
		for _, shots := range []int{1, 2, 4, 8, 16} {
			rows = append(rows, rundir.Row{Method: m.Name, Dataset: "texshape", Protocol: "fewshot", Shots: shots, Accuracy: rundir.Value(40 + float64(shots+i)/2)})
		}
	}
	all, err := fewShotFigures(rows, nil)
	if err != nil || len(all) != 1 {
		t.Fatal(len(all), err)
	}
	base := filepath.Join(t.TempDir(), "fewshot")
	if err := all[0].Save(base); err != nil {
		t.Fatal(err)
	}
	svg, err := os.ReadFile(base + ".svg")
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range method.All {
		if n := bytes.Count(svg, []byte(">"+strings.ReplaceAll(spelled(m.Name), "&", "&amp;")+"<")); n != 1 {
			t.Errorf("%s stands in the legends %d times", spelled(m.Name), n)
		}
	}
}

func TestSpreadOut(t *testing.T) {
	var c chart.Curves
	for i := range 2*curvesOfPanel + 1 {
		c.Series = append(c.Series, chart.Series{Name: string(rune('a' + i)), Y: []float64{float64(i), float64(10 * i)}})
	}
	all := spreadOut(c)
	if len(all) != 3 {
		t.Fatalf("%d charts", len(all))
	}
	for i, one := range all {
		own := 0
		for _, s := range one.Series {
			if !s.Faint {
				own++
			}
		}
		if want := []int{curvesOfPanel, curvesOfPanel, 1}[i]; own != want || len(one.Series) != len(c.Series) || one.YMin != 0 || one.YMax != 140 {
			t.Errorf("chart %d: %d of %d curves, from %v to %v", i, own, len(one.Series), one.YMin, one.YMax)
		}
	}
}

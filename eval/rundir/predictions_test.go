package rundir

import (
	"bytes"
	"compress/gzip"
	"encoding/csv"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// answered is what cell c answered on three images of classes with two names that
// are one, and a name that is a formula.
func answered(confidence float64) Answers {
	return Answers{
		Dataset: "shape", Test: "all", Classes: []string{"=star", "crane", "crane"},
		Images: []string{"+a.jpg", "b.jpg", "c, d.jpg"}, Labels: []int{0, 1, 2}, Predicted: []int{0, 2, 1},
		Signals:       [len(SignalNames)][]float64{Uncertainty: {0.1, 0.2, 0.3}, MaxProbability: {0.9, confidence, 0.5}},
		Probabilities: [][]float32{{0.9, 0.1, 0}, {0.25, 0, 0.75}, {float32(math.NaN()), 0.5, 0.125}},
	}
}

// run writes the answers of two cells to a run folder.
func run(t *testing.T) (*Dir, *Config) {
	t.Helper()
	dir := create(t, filepath.Join(t.TempDir(), "run"))
	c := &Config{Dataset: "shape", Classes: []string{"=star", "crane", "crane"}, Protocol: "all", Methods: []string{"cdc"}, Seeds: []uint64{1, 2}, Shots: 2}
	if err := dir.folder().Make(cellsFolder); err != nil {
		t.Fatal(err)
	}
	for i, cell := range c.Cells() {
		if err := dir.WriteAnswers(cell, []Answers{answered(0.75 + 0.125*float64(i))}); err != nil {
			t.Fatal(err)
		}
	}
	if err := dir.WritePredictions(t.Context(), c); err != nil {
		t.Fatal(err)
	}
	return dir, c
}

func TestPredictionsComeBack(t *testing.T) {
	dir, c := run(t)
	var got []*Prediction
	for p, err := range ReadPredictions(dir.Path) {
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, p)
	}
	if len(got) != 6 {
		t.Fatalf("%d predictions, want 6", len(got))
	}
	nan := math.NaN()
	want := &Prediction{
		Cell: c.Cells()[1], Dataset: "shape", Test: "all", Image: "c, d.jpg", Label: "crane (2)", Predicted: "crane",
		Signals: [len(SignalNames)]float64{0.3, nan, nan, 0.5, nan, nan}, Classes: []string{"crane", "crane (2)"}, Probabilities: []float32{0.5, 0.125},
	}
	if diff := cmp.Diff(want, got[5], cmpopts.EquateNaNs()); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	if got[0].Label != "=star" || got[0].Image != "+a.jpg" || got[0].Wrong() || got[5].Of("=star") != 0 || got[5].Of("crane") != 0.5 {
		t.Errorf("%+v, %+v", got[0], got[5])
	}
}

// The most confident mistake comes first, whichever cell made it, and no cell of
// a table is a formula.
func TestMistakes(t *testing.T) {
	dir, _ := run(t)
	text, err := os.ReadFile(dir.File(MistakesFile))
	if err != nil {
		t.Fatal(err)
	}
	records, err := csv.NewReader(bytes.NewReader(text)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var short []string
	for _, r := range records {
		short = append(short, strings.Join([]string{r[1], r[7], r[8], r[9], r[10], r[11]}, " | "))
	}
	want := []string{
		"seed | image | label | predicted | probability | probability_of_label",
		"2 | b.jpg | crane | crane (2) | 0.875 | 0",
		"1 | b.jpg | crane | crane (2) | 0.75 | 0",
		"1 | c, d.jpg | crane (2) | crane | 0.5 | 0.125",
		"2 | c, d.jpg | crane (2) | crane | 0.5 | 0.125",
	}
	if diff := cmp.Diff(want, short); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	packed, err := os.ReadFile(dir.File(PredictionsFile))
	if err != nil {
		t.Fatal(err)
	}
	r, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		t.Fatal(err)
	}
	lines, err := csv.NewReader(r).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	for _, cell := range lines[1] {
		if strings.HasPrefix(cell, "=") || strings.HasPrefix(cell, "+") {
			t.Errorf("a cell begins with a formula: %q", cell)
		}
	}
}

// Files of predictions come from strangers too.
func TestDamagedPredictions(t *testing.T) {
	head := strings.Join(placeColumns, ",") + "," + strings.Join(SignalNames[:], ",")
	for text, want := range map[string]string{
		"a,b\n":              "not those of predictions",
		head + ",star\n":     `"star" is no class`,
		head + ",p: a\x1b\n": "control characters",
		head + ",p: b\ncdc,1,2,0,a,a,all,i,a,a,,,,,,,1\n":    `no column is about "a"`,
		head + "\ncdc,x,2,0,a,a,all,i,a,a,,,,,,\n":           "invalid syntax",
		head + ",p: a\ncdc,1,2,0,a,a,all,i,a,a,NaN,,,,,,1\n": "NaN",
		head + ",p: a\ncdc,1,2,0,a,a,all,i,a,a,,,,,,,7\n":    "a probability",
		head + "\ncdc,1\n": "wrong number of fields",
	} {
		dir := t.TempDir()
		var b bytes.Buffer
		w := gzip.NewWriter(&b)
		if _, err := w.Write([]byte(text)); err != nil {
			t.Fatal(err)
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, PredictionsFile), b.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
		var err error
		for _, e := range ReadPredictions(dir) {
			err = e
		}
		wantError(t, err, filepath.Join(dir, PredictionsFile), want)
	}
	for range ReadPredictions(t.TempDir()) {
		t.Error("a run without predictions has some")
	}
}

package report

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"frontdoor/data"
	"frontdoor/eval/metric"
	"frontdoor/eval/rundir"
	"frontdoor/internal/chart"
	"frontdoor/internal/safefile"
	"frontdoor/method"
)

// richRows is a run with something for every figure.
func richRows() []rundir.Row {
	bins := make([]metric.Bin, 15)
	bins[7], bins[12] = metric.Bin{Confidence: 0.5, Accuracy: 0.4, Count: 30}, metric.Bin{Confidence: 0.85, Accuracy: 0.9, Count: 70}
	var rows []rundir.Row
	for m, method := range []string{"zeroshot", "maple", "cdc", "cdc-views2", "cdc-no-vsd"} {
		for seed := range 3 {
			r := resultRow(method, "texshape", uint64(seed), 58+5*float64(m)+float64(m*seed), 60+float64(m)-2*float64(m*seed))
			r.Shots = 16
			r.Trust = &rundir.Trust{ECE: rundir.Value(0.05), Bins: bins, RiskCoverage: []metric.RiskPoint{{Coverage: 0.1, Risk: 0}, {Coverage: 1, Risk: 0.3}}}
			if strings.HasPrefix(method, "cdc") {
				r.Templates = []string{"S1", "S2", "hand-crafted"}
				r.TemplatesBase, r.TemplatesNew = []float64{60, 61, 58}, []float64{50, 51, 60}
				r.StepSeconds, r.ImagesPerSec, r.Params = rundir.Value(0.05), rundir.Value(400), 2000
			}
			if method == "cdc" {
				one := r
				one.Templates, one.TemplatesBase, one.TemplatesNew = []string{"S1", "hand-crafted"}, []float64{60, 58}, []float64{50, 60}
				rows = append(rows, one)
			}
			rows = append(rows, r)
		}
	}
	for _, shots := range []int{1, 2, 4} {
		for _, dataset := range []string{"texshape", "shape"} {
			rows = append(rows, rundir.Row{Method: "cdc", Dataset: dataset, Protocol: "fewshot", Shots: shots, Accuracy: rundir.Value(50 + float64(shots))})
		}
	}
	return append(rows, transferRows()...)
}

// transferRows has three targets of each protocol: two tasks for xd, and the
// variants of two tasks for dg.
func transferRows() []rundir.Row {
	var rows []rundir.Row
	put := func(protocol, method, source, dataset string, seed uint64, accuracy float64) {
		rows = append(rows, rundir.Row{Method: method, Protocol: protocol, Source: source, Dataset: dataset, Seed: seed, Shots: 16, Accuracy: &accuracy})
	}
	for seed := range uint64(2) {
		for m, method := range []string{"maple", "cdc"} {
			a := 50 + 10*float64(m) + 2*float64(seed)
			put("xd", method, "texshape", "texshape", seed, a+20)
			put("xd", method, "texshape", "shape", seed, a)
			put("xd", method, "texshape", "coltex", seed, a-10)
			for _, source := range []string{"texshape", "coltex"} {
				put("dg", method, source, source, seed, a+20)
				put("dg", method, source, "V2", seed, a)
				put("dg", method, source, "Rendition", seed, a-20)
			}
		}
	}
	return rows
}

func TestTransfer(t *testing.T) {
	grids := Tables(transferRows(), "")
	if len(grids) != 2 {
		t.Fatalf("%d tables, want xd and dg", len(grids))
	}
	text := markdown(t, grids[0])
	if got, want := line(t, text, "| CDC "), "||CDC|**81.00±1.41**|**61.00±1.41**|**51.00±1.41**|**56.00±1.41**|"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if got, want := line(t, text, "best baseline "), "||CDC−bestbaseline|+10.00±0.00|+10.00±0.00|+10.00±0.00|+10.00±0.00|"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	text = markdown(t, grids[1])
	line(t, text, "trained on", "own test set", "V2", "Rendition", "average")
	if got, want := line(t, text, "| coltex "), "|coltex|MaPLe|71.00±1.41|51.00±1.41|31.00±1.41|41.00±1.41|"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// Beside ImageNet's transfer stand the published numbers.
func TestPublishedTransfer(t *testing.T) {
	var rows []rundir.Row
	for i, d := range method.ReportedVariants {
		rows = append(rows, rundir.Row{Method: "cdc", Protocol: "dg", Source: "imagenet", Dataset: d, Shots: 16, Accuracy: rundir.Value(float64(50 + i))})
	}
	text := markdown(t, Transfer(rows, "ViT-B/16"))
	if got, want := line(t, text, "MaPLe (published)"), "||MaPLe(published)|70.72|64.07|49.15|50.90|76.98|60.28|"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if text := markdown(t, Transfer(rows[:3], "ViT-B/16")); strings.Contains(text, "60.28") {
		t.Error("the published average over four targets stands beside one over two")
	}
}

func TestFigures(t *testing.T) {
	epochs := []rundir.EpochRow{{Method: "cdc", Dataset: "texshape", Shots: 16, M: 2, Epoch: 1, Loss: 2, Base: rundir.Value(60), New: rundir.Value(55)},
		{Method: "cdc", Dataset: "texshape", Shots: 16, M: 2, Epoch: 2, Loss: 1, Base: rundir.Value(65), New: rundir.Value(50)}}
	all, err := Figures(richRows(), epochs)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, d := range all {
		names = append(names, d.Name)
		if d.drawing == nil || !strings.HasSuffix(d.Caption, ".") {
			t.Errorf("%s: caption %q", d.Name, d.Caption)
		}
	}
	for _, want := range []string{"accuracy", "fewshot", "xd", "dg", "loss", "epochs", "templates-cdc", "templates-cdc-M1", "views", "templates-count", "ablation", "calibration", "risk-coverage"} {
		if !slices.Contains(names, want) {
			t.Errorf("no figure %s among %v", want, names)
		}
	}
}

// A run folder without results has no figures, and one with a few has those
// that they can show.
func TestWrite(t *testing.T) {
	dir := t.TempDir()
	wantError(t, Write(t.Context(), dir, Options{}), "results.json")
	run := &rundir.Dir{Path: dir}
	if err := run.WriteJSON(rundir.ResultsFile, rundir.Results{Rows: richRows()}); err != nil {
		t.Fatal(err)
	}
	if err := Write(t.Context(), dir, Options{}); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"tables/base2new.md", "tables/base2new.tex", "tables/fewshot.csv", "figures/accuracy.png", "figures/accuracy.svg", "index.html", "figures/calibration.svg"} {
		if _, err := os.Stat(filepath.Join(dir, name)); err != nil {
			t.Error(err)
		}
	}
}

// A figure that cannot be drawn is named by an error, and costs none of the others.
func TestFiguresThatCannotBeDrawn(t *testing.T) {
	all, err := Figures(baseNewRows(), nil)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	if err := safefile.Dir(dir).Make("figures"); err != nil {
		t.Fatal(err)
	}
	saved, err := saveFigures(t.Context(), safefile.Dir(dir), "figures", append([]Figure{{Name: "nothing", drawing: new(chart.Figure)}}, all...))
	wantError(t, err, "figure nothing", "cannot be drawn")
	if len(saved) != len(all) || len(all) == 0 {
		t.Errorf("%d of %d figures are saved", len(saved), len(all))
	}
	if _, err := os.Stat(filepath.Join(dir, "figures", all[0].Name+".png")); err != nil {
		t.Error(err)
	}
	_, err = saveFigures(t.Context(), safefile.Dir(dir), "elsewhere", all)
	if err == nil || errors.Is(err, chart.ErrDrawing) {
		t.Errorf("without the folder: error %v", err)
	}
}

// A folder of runs gets one page for all of them.
func TestWriteSeveral(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"1-first", "2-second"} {
		run := &rundir.Dir{Path: filepath.Join(dir, name)}
		if err := os.Mkdir(run.Path, 0o755); err != nil {
			t.Fatal(err)
		}
		if err := run.WriteJSON(rundir.ResultsFile, rundir.Results{Command: "go run ./cmd/train -words '<this>'", Rows: baseNewRows(), LeftOut: []data.Problem{{Path: "a.jpg", Reason: "it is empty"}}}); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(filepath.Join(dir, "image-and-captions.txt"), []byte("a & b"), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "image-and-captions.png"), []byte("\x89PNG\r\n\x1a\nany"), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := Write(t.Context(), dir, Options{}); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(filepath.Join(dir, pageFile))
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"go run ./cmd/train -words &#39;&lt;this&gt;&#39;", `href="#second"`, "data:image/png;base64,", `href="2-second/tables/base2new.tex"`, "a &amp; b", "<figcaption>Image and captions.<", `left out: 1. <a href="1-first/results.json">`, "<b>71.72 ± 4.31</b>"} {
		if !strings.Contains(string(text), want) {
			t.Errorf("the page has no %s", want)
		}
	}
}

func TestHeading(t *testing.T) {
	for path, want := range map[string]string{"runs/1-base-to-new": "Base to new", "runs/texshape-20260101": "texshape-20260101", "x": "x", "runs/12": "12"} {
		if got := heading(path); got != want {
			t.Errorf("heading of %s is %q, want %q", path, got, want)
		}
	}
}

func TestLossCurves(t *testing.T) {
	got := lossCurves([]rundir.EpochRow{
		{Method: "a", Seed: 1, Epoch: 1, Loss: 2}, {Method: "a", Seed: 1, Epoch: 2, Loss: 1},
		{Method: "a", Seed: 2, Epoch: 1, Loss: 4}, {Method: "b", Seed: 1, Epoch: 2, Loss: 5},
	})
	want := "[{a [1 2] [3 1] [1.4142135623730951 NaN] 0 false} {b [1 2] [NaN 5] [NaN NaN] 0 false}]"
	if fmt.Sprint(got) != want {
		t.Errorf("got %v, want %s", got, want)
	}
}

func TestRiskAt(t *testing.T) {
	points := []metric.RiskPoint{{Coverage: 0.5, Risk: 0.1}, {Coverage: 1, Risk: 0.3}}
	for coverage, want := range map[float64]float64{0.25: 0.1, 0.5: 0.1, 0.75: 0.2, 1: 0.3} {
		near(t, fmt.Sprint("risk at ", coverage), *riskAt(points, coverage), want)
	}
	if riskAt(nil, 0.5) != nil {
		t.Error("a risk without a curve")
	}
}

func TestPaired(t *testing.T) {
	rows := []rundir.Row{resultRow("cdc", "a", 1, 60, 60), resultRow("cdc", "a", 2, 70, 70), resultRow("cdc-x", "a", 1, 61, 61), resultRow("cdc-x", "a", 2, 73, 73),
		resultRow("cdc", "b", 1, 60, 60), resultRow("cdc-x", "b", 1, 63, 63)}
	s := paired(rows, "cdc-x", "cdc", func(r rundir.Row) *float64 { return r.HM })
	near(t, "mean over the seed that both datasets have", s.Mean, 2)
}

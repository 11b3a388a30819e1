package report

import (
	"slices"
	"strings"
	"testing"

	"frontdoor/eval/rundir"
)

func detection(auroc, fpr float64) *rundir.Detection {
	return &rundir.Detection{AUROC: &auroc, FPR95: &fpr}
}

// studiedRow is a row of cdc as -study leaves it.
func studiedRow(seed uint64, shift float64) rundir.Row {
	r := rundir.Row{Method: "cdc", Dataset: "texshape", Protocol: "base2new", Shots: 16, Seed: seed,
		Base: rundir.Value(70 + shift), New: rundir.Value(56), Templates: []string{"S1", "hand-crafted"},
		TemplatesBase: []float64{68, 60}, TemplatesNew: []float64{50, 55}}
	r.Trust = &rundir.Trust{ECE: rundir.Value(0.1), New: &rundir.Calibrated{ECE: rundir.Value(0.2)}}
	r.Trust.Detect.Misclassified = &rundir.Signals{Uncertainty: detection(0.7, 0.9), MaxProb: detection(0.8, 0.7)}
	r.Study = &rundir.Study{
		Effects: []rundir.Effect{
			{Factor: "background", Changed: 20 + shift, Accuracy: 66, TemplatesChanged: []float64{18, 30}},
			{Factor: "noise", Changed: 4, Accuracy: 70, TemplatesChanged: []float64{3, 5}},
			{Factor: rundir.DoContext, Changed: 24, Accuracy: 65, TemplatesChanged: []float64{20, 31}, TemplatesAccuracy: []float64{60, 61}},
			{Factor: rundir.DoEverything, Changed: 50, Accuracy: 64, TemplatesChanged: []float64{40, 61}},
		},
		Interventional: rundir.Value(65), Gap: rundir.Value(5 + shift), Reversed: rundir.Value(60),
		Shifted:    []rundir.SetAccuracy{{Name: "V2", Accuracy: 55}},
		Reads:      []rundir.Reading{{Factor: "shape", Accuracy: 57, Templates: []float64{54, 58}}},
		Similarity: &rundir.Similarity{Templates: []string{"S1", "hand-crafted"}, Cosines: [][]float64{{1, 0.9}, {0.9, 1}}},
		Tokens:     []rundir.LearnedToken{{Name: "template.0.ctx 1", Nearest: []rundir.Neighbour{{Token: "a", Distance: 0.25}}}},
		OtherWorld: []rundir.OtherKind{{Kind: "static", Signals: &rundir.Signals{Uncertainty: detection(0.75, 0.5)}}},
	}
	return r
}

func TestMeasured(t *testing.T) {
	grids := map[string]string{}
	for _, g := range Measured([]rundir.Row{studiedRow(1, 0), studiedRow(2, 2)}) {
		text := g.Text()
		if strings.TrimSpace(g.Title) == "" || grids[g.Name] != "" {
			t.Errorf("table %q has no title or is there twice", g.Name)
		}
		grids[g.Name] = text.String()
	}
	for file, lines := range map[string][]string{
		"calibration":      {"method            ECE        ECE new", "cdc     0.100 ± 0.000  0.200 ± 0.000"},
		"detection":        {"cdc, uncertainty  0.700 ± 0.000  0.900 ± 0.000", "cdc, max prob     0.800 ± 0.000  0.700 ± 0.000"},
		"effects":          {"do(background)  21.0 ± 1.4", "do(noise)        4.0 ± 0.0", "do(everything)  50.0 ± 0.0"},
		"effects-accuracy": {"none            71.0 ± 1.4", "do(background)  66.0 ± 0.0"},
		"interventions":    {"observed  do(context)        gap", "71.0 ± 1.4   65.0 ± 0.0  6.0 ± 1.4"},
		"templates":        {"cdc S1            68.0 ± 0.0  50.0 ± 0.0      18.0 ± 0.0   8.0 ± 0.0      40.0 ± 0.0   54.0 ± 0.0", "cdc hand-crafted"},
		"similarity":       {"template   hand-crafted             S1", "cdc S1    0.900 ± 0.000  1.000 ± 0.000"},
		"tokens":           {"texshape  cdc     template.0.ctx 1  a (0.25)"},
		"other-world":      {"cdc, uncertainty  0.750 ± 0.000"},
	} {
		for _, line := range lines {
			if !strings.Contains(grids[file], line) {
				t.Errorf("table %s has no line %q:\n%s", file, line, grids[file])
			}
		}
	}
	if len(grids) != 9 {
		t.Errorf("%d tables", len(grids))
	}
}

func TestMeasuredOfOtherRuns(t *testing.T) {
	plain := studiedRow(1, 0)
	plain.Trust, plain.Study = nil, nil
	if g := Measured([]rundir.Row{plain}); len(g) != 0 {
		t.Errorf("tables of nothing: %+v", g)
	}
	few, other := studiedRow(1, 0), studiedRow(1, 0)
	few.Shots, other.Dataset = 4, "shape"
	grids := Measured([]rundir.Row{studiedRow(1, 0), few, other})
	names := map[string]bool{}
	for _, g := range grids {
		if names[g.Name] {
			t.Errorf("two tables %s", g.Name)
		}
		names[g.Name] = true
		if text := g.Text(); g.Name == "calibration-base2new-16shot" && !strings.Contains(text.String(), "shape     cdc     0.100") {
			t.Errorf("datasets are not apart:\n%s", text.String())
		}
	}
	if !names["calibration-base2new-4shot"] || !names["similarity-base2new-16shot"] {
		t.Errorf("tables %v", names)
	}
}

// Single factors stand in the order of what they change, those that stand for
// several behind them; a factor that a dataset lacks is averaged over the others.
func TestEffectFigure(t *testing.T) {
	weak, strong := studiedRow(1, 0), studiedRow(1, 0)
	strong.Dataset = "shape"
	strong.Study.Effects[0], strong.Study.Effects[1] = rundir.Effect{Factor: "texture", Changed: 30}, rundir.Effect{Factor: "noise", Changed: 8}
	rows := []rundir.Row{weak, strong}
	want := []string{"texture", "background", "noise", rundir.DoContext, rundir.DoEverything}
	if got := strongest(rows); !slices.Equal(got, want) {
		t.Errorf("factors %v, want %v", got, want)
	}
	for factor, mean := range map[string]float64{"texture": 30, "background": 20, "noise": 6} {
		if got := effectOf(rows, factor).Mean; got != mean {
			t.Errorf("%s changes %v, want %v", factor, got, mean)
		}
	}
	drawings, err := effectFigures(rows, nil)
	if err != nil || len(drawings) != 1 || drawings[0].drawing == nil {
		t.Errorf("%v, %v", drawings, err)
	}
	if none, err := effectFigures([]rundir.Row{{Method: "cdc"}}, nil); err != nil || none != nil {
		t.Errorf("without a study: %v, %v", none, err)
	}
}

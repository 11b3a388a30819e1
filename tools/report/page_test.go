package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"frontdoor/eval/metric"
	"frontdoor/eval/rundir"
)

// The page says what the committed results say, to the last digit.
func TestPageIsWhatWasMeasured(t *testing.T) {
	docs := filepath.Join("..", "..", "docs")
	want, err := page(filepath.Join(docs, "report"))
	if err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile(filepath.Join(docs, "report.md"))
	if err != nil {
		t.Fatal(err)
	}
	is, should := strings.Split(string(got), "\n"), strings.Split(string(want), "\n")
	for i := range min(len(is), len(should)) {
		if is[i] != should[i] {
			t.Fatalf("docs/report.md, line %d, is\n%s\nbut the results say\n%s\nrun go run ./tools/report", i+1, is[i], should[i])
		}
	}
	if len(is) != len(should) {
		t.Fatalf("docs/report.md has %d lines, the results make %d; run go run ./tools/report", len(is), len(should))
	}
}

// rows are two methods on two datasets with two seeds: b is 1 to 3 above a.
func rows() []rundir.Row {
	var list []rundir.Row
	for d, dataset := range []string{"texshape", "shape"} {
		for seed := range uint64(2) {
			for m, method := range []string{"a", "b"} {
				hm := 60 + float64(m)*(1+float64(d)+float64(seed)) + 10*float64(d)
				r := rundir.Row{Method: method, Dataset: dataset, Seed: seed + 1, HM: rundir.Value(hm), Trust: &rundir.Trust{ECE: rundir.Value(0.05)}}
				r.Trust.Bins = make([]metric.Bin, 15)
				r.Trust.Detect.Unseen = &rundir.Signals{MaxLogit: &rundir.Detection{AUROC: rundir.Value(0.7), FPR95: rundir.Value(0.4)}}
				r.Study = &rundir.Study{Effects: []rundir.Effect{{Factor: "context", Changed: 20, Accuracy: 66.6666666666}},
					Shifted: []rundir.SetAccuracy{{Name: "V2", Accuracy: 55}}, Tokens: make([]rundir.LearnedToken, 1)}
				list = append(list, r)
			}
		}
	}
	return list
}

func TestNumbers(t *testing.T) {
	s := &store{runs: map[string][]rundir.Row{"r": rows()}}
	for name, want := range map[string]float64{"HM": 65, "do context": 20, "V2": 55, "unseen max logit": 0.7, "unseen max logit FPR95": 0.4} {
		if got, err := s.mean("r", "a", name, ""); got != want || err != nil {
			t.Errorf("mean of %s: %v, %v, want %v", name, got, err, want)
		}
	}
	if got, err := s.meanText("r", "b", "HM", "shape"); got != "72.5" || err != nil {
		t.Errorf("mean on shape: %s, %v", got, err)
	}
	// Differences 1, 2, 2 and 3: mean 2, standard error 0.408, times 3.182.
	if got, err := s.interval("r", "b", "a", "HM"); got != "+2.00 ± 1.30" || err != nil {
		t.Errorf("interval: %s, %v", got, err)
	}
	if got, err := s.diffText("r", "a", "a", "HM"); got != "0.00" || err != nil {
		t.Errorf("no difference: %s, %v", got, err)
	}
	if _, err := s.meanText("r", "c", "HM"); err == nil {
		t.Error("no error for a method without results")
	}
}

// What is kept has six digits and no curves, tokens of the first seed only, and
// reads back as rows; the rows themselves stay as they were.
func TestEncode(t *testing.T) {
	full := rows()
	text, err := encode(full)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "rows.jsonl")
	if err := os.WriteFile(path, text, 0o644); err != nil {
		t.Fatal(err)
	}
	kept, err := readRows(path)
	if err != nil || len(kept) != len(full) {
		t.Fatalf("%d rows, %v", len(kept), err)
	}
	for i, r := range kept {
		if r.Trust.Bins != nil || full[i].Trust.Bins == nil {
			t.Errorf("row %d: bins kept %v, left in the results %v", i, r.Trust.Bins != nil, full[i].Trust.Bins != nil)
		}
		if got := r.Study.Effects[0].Accuracy; got != 66.6667 {
			t.Errorf("row %d: accuracy %v", i, got)
		}
		if got := len(r.Study.Tokens); got != map[bool]int{true: 1}[r.Seed == 1] {
			t.Errorf("row %d, seed %d: %d tokens", i, r.Seed, got)
		}
		if *r.HM != *full[i].HM {
			t.Errorf("row %d: HM %v, want %v", i, *r.HM, *full[i].HM)
		}
	}
	if got := rounded(json.Number("123456789")); got != json.Number("123456789") {
		t.Errorf("a whole number became %v", got)
	}
}

package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"frontdoor/eval/report"
	"frontdoor/eval/rundir"
	"frontdoor/internal/atomicfile"
)

// runNames are the run folders of run.sh. Their results become files of the
// same names.
var runNames = []string{"rivals", "cdc", "no-vsd", "ablations", "ablations-shape", "study", "study-rest", "study-no-vsd", "epochs"}

// pictures are the figures of the page: each is one that package report draws
// of some runs, of all their methods or those that are named.
var pictures = []struct {
	name    string
	runs    []string
	methods []string
}{
	{"effects", []string{"study", "study-rest"}, nil},
	{"risk-coverage", []string{"rivals", "cdc"}, []string{"zeroshot", "coop", "maple", "ensemble", "cdc-lite", "cdc"}},
	{"epochs", []string{"epochs"}, nil},
	{"ablation", []string{"ablations", "ablations-shape"}, nil},
}

// collect writes into folder what the page needs of the run folders in runs.
func collect(runs, folder string) error {
	full := map[string][]rundir.Row{}
	for _, name := range runNames {
		results, err := rundir.ReadResults(filepath.Join(runs, name))
		if err != nil {
			return err
		}
		full[name] = results.Rows
		text, err := encode(results.Rows)
		if err != nil {
			return fmt.Errorf("run %s: %w", name, err)
		}
		if err := atomicfile.WriteBytes(filepath.Join(folder, name+".jsonl"), text); err != nil {
			return err
		}
	}
	metrics, err := os.ReadFile(filepath.Join(runs, "epochs", rundir.MetricsFile))
	if err != nil {
		return err
	}
	if err := atomicfile.WriteBytes(filepath.Join(folder, rundir.MetricsFile), metrics); err != nil {
		return err
	}
	epochs, err := rundir.ReadEpochs(folder)
	if err != nil {
		return err
	}
	return drawAll(full, epochs, folder)
}

// drawAll draws the figures of the page.
func drawAll(full map[string][]rundir.Row, epochs []rundir.EpochRow, folder string) error {
	for _, p := range pictures {
		var rows []rundir.Row
		for _, run := range p.runs {
			for _, r := range full[run] {
				if p.methods == nil || slices.Contains(p.methods, r.Method) {
					rows = append(rows, r)
				}
			}
		}
		figures, err := report.Figures(rows, epochs)
		if err != nil {
			return err
		}
		i := slices.IndexFunc(figures, func(d report.Figure) bool { return d.Name == p.name })
		if i < 0 {
			return fmt.Errorf("the runs %v have nothing for the figure %s", p.runs, p.name)
		}
		if err := figures[i].Save(filepath.Join(folder, p.name+".png")); err != nil {
			return err
		}
	}
	return nil
}

// encode writes rows as lines of JSON, without what the page does not show and
// with numbers of six digits.
func encode(rows []rundir.Row) ([]byte, error) {
	var b bytes.Buffer
	for i, r := range rows {
		text, err := json.Marshal(strip(r, r.Seed == rows[0].Seed))
		if err != nil {
			return nil, err
		}
		d := json.NewDecoder(bytes.NewReader(text))
		d.UseNumber()
		var v any
		if err := d.Decode(&v); err != nil {
			return nil, fmt.Errorf("row %d: %w", i, err)
		}
		if text, err = json.Marshal(rounded(v)); err != nil {
			return nil, err
		}
		b.Write(append(text, '\n'))
	}
	return b.Bytes(), nil
}

// strip takes away curves, what there is of each seed but is shown of one, and
// from a run without a study what the page shows of studies.
func strip(r rundir.Row, first bool) rundir.Row {
	if r.Trust != nil {
		t := *r.Trust
		t.Bins, t.RiskCoverage = nil, nil
		if r.Study == nil {
			t.Detect = rundir.Detect{}
		}
		r.Trust = &t
	}
	if r.Study == nil {
		r.Templates, r.TemplatesBase, r.TemplatesNew = nil, nil, nil
	} else {
		s := *r.Study
		s.EffectsNew, s.OtherWorld = nil, nil
		s.Effects = slices.Clone(s.Effects)
		for i := range s.Effects {
			s.Effects[i].TemplatesAccuracy = nil
		}
		if !first {
			s.Tokens = nil
		}
		r.Study = &s
	}
	return r
}

// rounded cuts every number in v to six significant digits.
func rounded(v any) any {
	switch v := v.(type) {
	case map[string]any:
		for k, e := range v {
			v[k] = rounded(e)
		}
	case []any:
		for i, e := range v {
			v[i] = rounded(e)
		}
	case json.Number:
		if x, err := v.Float64(); err == nil && strings.ContainsAny(v.String(), ".eE") {
			return json.Number(strconv.FormatFloat(x, 'g', 6, 64))
		}
	}
	return v
}

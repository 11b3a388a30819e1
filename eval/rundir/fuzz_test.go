package rundir

import (
	"bytes"
	"compress/gzip"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"frontdoor/internal/hostile"
)

// FuzzRunFolder puts any text into each of the files of a run folder that are
// text. Whatever is accepted must be of use: a configuration has cells, whose
// names and settings can be asked for.
func FuzzRunFolder(f *testing.F) {
	for _, data := range hostile.Of(".json", ".csv") {
		if len(data) < 1<<14 {
			f.Add(data)
		}
	}
	f.Add([]byte(`{"methods": ["cdc"], "seeds": [1], "dataset": "shape", "classes": ["a", "b"], "template": "a {}.", "settings": {"cdc": {"epochs": 1}}}`))
	f.Add([]byte(`{"cell": {"dataset": "shape", "shots": 2, "seed": 1, "method": "cdc"}, "rows": [{"method": "cdc"}], "clocks": [{}]}`))
	f.Add([]byte(strings.Join(placeColumns, ",") + "," + strings.Join(SignalNames[:], ",") + ",p: a\ncdc,1,2,0,s,s,all,i,a,a,,,,,,,1\n"))
	f.Add([]byte(`{"twins": [{"images": [{"image": "a"}, {"image": "b", "split": "test"}]}], "suspects": [{"class": "a"}]}`))
	f.Add([]byte("method,seed,epoch,loss,lr\ncdc,1,1,0.5,0.1\n"))
	dir := f.TempDir()
	cell := Cell{Dataset: "shape", Shots: 2, Seed: 1, Method: "cdc"}
	if err := os.Mkdir(filepath.Join(dir, cellsFolder), 0o755); err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		for _, name := range []string{ConfigFile, ResultsFile, MetricsFile, TimingFile, PromiseFile, cell.file(".json")} {
			if err := os.WriteFile(filepath.Join(dir, name), text, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		if c, err := ReadConfig(dir); err == nil {
			for _, cell := range c.Cells() {
				_, _ = cell.How(), c.For(cell)
				_ = c.Owner(cell).String()
			}
			_ = c.Differs(c)
		}
		if epochs, err := ReadEpochs(dir); err == nil {
			for _, e := range epochs {
				_ = e.record()
			}
		}
		if _, err := ReadResults(dir); err != nil && len(err.Error()) > 1000 {
			t.Errorf("a message of %d bytes", len(err.Error()))
		}
		if all, err := ReadPromises(dir); err == nil {
			_ = PromiseOf(all, cell, []string{"a", "b"})
		}
		if found, err := ReadFindings(dir); err == nil {
			for _, twins := range found.Twins {
				_, _ = twins.Leak(), twins.Mixed()
			}
		}
		_, _ = ReadHistory(dir)
		var packed bytes.Buffer
		w := gzip.NewWriter(&packed)
		_, err1 := w.Write(text)
		if err := errors.Join(err1, w.Close(), os.WriteFile(filepath.Join(dir, PredictionsFile), packed.Bytes(), 0o644)); err != nil {
			t.Fatal(err)
		}
		for p, err := range ReadPredictions(dir) {
			if err == nil && len(p.Classes) != len(p.Probabilities) {
				t.Errorf("%d classes have %d probabilities", len(p.Classes), len(p.Probabilities))
			}
		}
		if c, err := readCell(dir, cell); err == nil && c.Cell != cell {
			t.Errorf("the cell %v was read as %v", c.Cell, cell)
		}
	})
}

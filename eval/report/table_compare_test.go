package report

import (
	"strings"
	"testing"

	"frontdoor/eval/rundir"
)

func TestCompareTable(t *testing.T) {
	row := func(method, dataset string, seed uint64, hm, ece float64) rundir.Row {
		return rundir.Row{Method: method, Dataset: dataset, Seed: seed, HM: rundir.Value(hm), ECE: rundir.Value(ece)}
	}
	rows := []rundir.Row{
		row("cdc", "x", 1, 70, 0.1), row("ensemble", "x", 1, 68, 0.1), row("cdc", "x", 2, 72, 0.1), row("ensemble", "x", 2, 68, 0.1),
	}
	got, err := CompareTable(rows, "cdc", "ensemble")
	if err != nil {
		t.Fatal(err)
	}
	// Differences 2 and 4: t = 3, with one degree of freedom 1 - 2 atan(3)/pi.
	want := "" +
		"measure     cdc  ensemble        difference  pairs   p (t)  p (rank)\n" +
		"-------  ------  --------  ----------------  -----  ------  --------\n" +
		"HM        71.00     68.00     +3.00 ± 12.71      2  0.2048    0.5000\n" +
		"ECE      0.1000    0.1000  +0.0000 ± 0.0000      2  1.0000    1.0000\n"
	if got.String() != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
	notes, err := CompareNotes(rows, "cdc", "ensemble")
	if text := strings.Join(notes, "; "); err != nil || !strings.Contains(text, "each pair's own harmonic mean") || !strings.Contains(text, "of 2 pairs p (rank) is at least 0.5000") {
		t.Errorf("notes %q, %v", text, err)
	}
	rows = append(rows, row("cdc", "y", 1, 50, 0.2), row("ensemble", "y", 1, 51, 0.1))
	if got, err = CompareTable(rows, "cdc", "ensemble"); err != nil || !strings.Contains(got.String(), "+1.00 ± 25.41         2  0.7048") {
		t.Errorf("of two datasets, %v:\n%s", err, got)
	}
	each, err := CompareDatasetsTable(rows, "cdc", "ensemble", Measures[2])
	if err != nil || !strings.Contains(each.String(), "y               -1.00      1       -") {
		t.Errorf("each dataset, %v:\n%s", err, each)
	}
	if _, err := CompareTable(append(rows, rows[0]), "cdc", "ensemble"); err == nil {
		t.Error("no error for two results of one cell")
	}
}

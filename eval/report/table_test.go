package report

import (
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"frontdoor/eval/metric"
	"frontdoor/eval/rundir"
)

func resultRow(method, dataset string, seed uint64, base, new float64) rundir.Row {
	return rundir.Row{Method: method, Dataset: dataset, Protocol: "base2new", Seed: seed,
		Base: rundir.Value(base), New: rundir.Value(new), HM: rundir.Value(metric.HarmonicMean(base, new)),
		TrainSeconds: rundir.Value(float64(seed)), PeakBytes: int64(seed) << 20}
}

func TestSummarize(t *testing.T) {
	got := summarize([]rundir.Row{resultRow("cdc", "w", 1, 80, 60), resultRow("cdc", "w", 2, 70, 50)})
	if len(got) != 1 || got[0].Seeds != 2 || got[0].PeakBytes != 2<<20 {
		t.Fatalf("%+v", got)
	}
	s := got[0]
	near(t, "base", s.Base.Mean, 75)
	near(t, "base spread", s.Base.Std, math.Sqrt(50))
	// Of the averages 75 and 55, not the average of 68.57 and 58.33.
	near(t, "HM", s.HM.Mean, 2*75*55/130.0)
	near(t, "HM spread", s.HM.Std, (metric.HarmonicMean(80, 60)-metric.HarmonicMean(70, 50))/math.Sqrt2)
	if s.Accuracy.Known() || s.BaseDecorrelated.Known() {
		t.Error("a value out of nothing")
	}
}

func TestSummaryOfOneDataset(t *testing.T) {
	rows := []rundir.Row{
		resultRow("zeroshot", "w", 1, 60, 58), resultRow("zeroshot", "w", 2, 60, 58),
		resultRow("cdc", "w", 1, 72, 60), resultRow("cdc", "w", 2, 70, 56),
	}
	want := "" +
		"method           base          new           HM  train s      peak\n" +
		"--------  -----------  -----------  -----------  -------  --------\n" +
		"zeroshot  60.0 ± 0.0   58.0 ± 0.0*  59.0 ± 0.0       1.5  2.00 MiB\n" +
		"cdc       71.0 ± 1.4*  58.0 ± 2.8*  63.8 ± 2.3*      1.5  2.00 MiB\n"
	if got := Summary(rows).String(); got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
}

func TestSummaryOfOneSeedAndProtocolAll(t *testing.T) {
	rows := []rundir.Row{
		{Method: "maple", Accuracy: rundir.Value(81.26), MacroF1: rundir.Value(80), ECE: rundir.Value(0.05)},
		{Method: "cdc", Accuracy: rundir.Value(81.24), ECE: rundir.Value(0.02)},
	}
	want := "" +
		"method  accuracy  macro F1     ECE\n" +
		"------  --------  --------  ------\n" +
		"maple      81.3*      80.0  0.050\n" +
		"cdc        81.2          -  0.020*\n"
	if got := Summary(rows).String(); got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
}

func TestSummaryOfSeveralDatasets(t *testing.T) {
	rows := []rundir.Row{resultRow("a", "x", 1, 80, 60), resultRow("b", "x", 1, 70, 65), resultRow("a", "y", 1, 60, 20)}
	want := "" +
		"dataset  method   base    new     HM  train s      peak\n" +
		"-------  ------  -----  -----  -----  -------  --------\n" +
		"x        a       80.0*  60.0   68.6*      1.0  1.00 MiB\n" +
		"x        b       70.0   65.0*  67.4       1.0  1.00 MiB\n" +
		"y        a       60.0   20.0   30.0       1.0  1.00 MiB\n" +
		"average  a       70.0   40.0   50.9       1.0  1.00 MiB\n"
	if got := Summary(rows).String(); got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
}

func TestSummaryOfNothing(t *testing.T) {
	if got, want := Summary(nil).String(), "method\n------\n"; got != want {
		t.Errorf("got %q", got)
	}
}

func TestClassTable(t *testing.T) {
	got := ClassTable([]rundir.ClassRow{
		{Class: "cat", Support: 2, Precision: rundir.Value(100), Recall: rundir.Value(50), F1: 200. / 3},
		{Class: "dog", Support: 1, Precision: rundir.Value(50), Recall: rundir.Value(100), F1: 200. / 3},
		{Class: "fox"},
	}).cells.Rows
	want := [][]string{
		{"cat", "2", "100.0", "50.0", "66.7"},
		{"dog", "1", "50.0", "100.0", "66.7"},
		{"fox", "0", "-", "-", "0.0"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestCostTable(t *testing.T) {
	rows := []rundir.Row{
		{Method: "zeroshot", ImagesPerSec: rundir.Value(1000), PeakBytes: 1 << 20},
		{Method: "cdc", ImagesPerSec: rundir.Value(300), StepSeconds: rundir.Value(0.02), Params: 151, PeakBytes: 2 << 20},
		{Method: "cdc", ImagesPerSec: rundir.Value(100), StepSeconds: rundir.Value(0.03), Params: 151, PeakBytes: 3 << 20},
	}
	want := strings.Join([]string{
		"method    trained  step ms  images/s      peak",
		"--------  -------  -------  --------  --------",
		"zeroshot        0        -      1000  1.00 MiB",
		"cdc           151     25.0       200  3.00 MiB", ""}, "\n")
	if got := CostTable(rows).String(); got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
}

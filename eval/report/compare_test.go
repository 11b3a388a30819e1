package report

import (
	"math"
	"strings"
	"testing"

	"frontdoor/eval/rundir"
)

func compareRow(method, dataset string, seed uint64, hm float64) rundir.Row {
	return rundir.Row{Method: method, Dataset: dataset, Protocol: "base2new", Seed: seed, Shots: 16, HM: rundir.Value(hm)}
}

var hmMeasure = Measure{"HM", func(r rundir.Row) *float64 { return r.HM }}

func TestCompare(t *testing.T) {
	rows := []rundir.Row{
		compareRow("a", "x", 1, 70), compareRow("b", "x", 1, 68), compareRow("a", "x", 2, 72), compareRow("b", "x", 2, 68),
		compareRow("a", "y", 1, 50), compareRow("b", "y", 1, 51), compareRow("c", "y", 1, 99),
		compareRow("a", "y", 2, 10), {Method: "b", Dataset: "y", Protocol: "base2new", Seed: 2, Shots: 16}, // no partner
	}
	c, err := Compare(rows, "a", "b", hmMeasure)
	if err != nil {
		t.Fatal(err)
	}
	near(t, "mean of a", c.MeanA, 192.0/3)
	near(t, "mean of b", c.MeanB, 187.0/3)
	if c.Pairs.N != 3 || c.Datasets.N != 2 || len(c.Each) != 2 || c.Each[0].N != 2 || c.Each[1].Dataset != "y" {
		t.Fatalf("%+v", c)
	}
	near(t, "over pairs", c.Pairs.Mean, 5.0/3)
	near(t, "over datasets", c.Datasets.Mean, (3-1)/2.0)
	near(t, "on x", c.Each[0].Mean, 3)
	// (3, -1): mean 1, SE 2, t 1/2 with one degree of freedom: Cauchy.
	near(t, "p over datasets", c.Datasets.P, 1-2*math.Atan(0.5)/math.Pi)
	if c, err := Compare(rows, "a", "nobody", hmMeasure); c != nil || err != nil {
		t.Errorf("a comparison with nobody: %v, %v", c, err)
	}
	_, err = Compare(append(rows, rows[0]), "a", "b", hmMeasure)
	if err == nil || !strings.Contains(err.Error(), "a has several results on x with 16 shots and seed 1") {
		t.Errorf("two results for one pair: %v", err)
	}
}

// A sweep over numbers of templates pairs what has the same number.
func TestCompareOverTemplates(t *testing.T) {
	var rows []rundir.Row
	for m := 1; m <= 3; m++ {
		a, b := compareRow("cdc", "x", 1, 60+float64(m)), compareRow("ensemble", "x", 1, 60)
		a.M, b.M = m, m
		rows = append(rows, a, b)
	}
	c, err := Compare(rows, "cdc", "ensemble", hmMeasure)
	if err != nil || c.Pairs.N != 3 || c.Pairs.Mean != 2 {
		t.Errorf("%+v, %v", c, err)
	}
	if _, err := Compare(append(rows, compareRow("maple", "x", 1, 50)), "cdc", "cdc", hmMeasure); err != nil {
		t.Errorf("a method with itself: %v", err)
	}
}

package eval

import (
	"math"
	"math/rand/v2"
	"strings"
	"testing"
)

// Student's own data: hours of sleep gained by two drugs (1908).
var (
	sleepA = []float64{0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0}
	sleepB = []float64{1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4}
)

func within(t *testing.T, name string, got, want, tolerance float64) {
	t.Helper()
	if !(math.Abs(got-want) <= tolerance) {
		t.Errorf("%s = %v, want %v", name, got, want)
	}
}

func TestPairedTOnStudentsData(t *testing.T) {
	p := PairedT(sleepA, sleepB)
	within(t, "mean", p.Mean, -1.58, 1e-12)
	within(t, "t", p.T, -4.0621, 1e-4)
	within(t, "p", p.P, 0.002833, 1e-6)
	within(t, "lower end", p.Mean-p.Half, -2.4598858, 1e-6)
	within(t, "upper end", p.Mean+p.Half, -0.7001142, 1e-6)
	if q := PairedT(sleepB, sleepA); q.P != p.P || q.T != -p.T || q.N != 10 {
		t.Errorf("the other way round: %+v", q)
	}
}

func TestPairedTAtItsEnds(t *testing.T) {
	if p := PairedT([]float64{1, 2}, []float64{1, 2}); p.P != 1 || p.T != 0 || p.Mean != 0 || p.Half != 0 {
		t.Errorf("no difference: %+v", p)
	}
	if p := PairedT([]float64{2, 3, 4}, []float64{1, 2, 3}); p.P != 0 || p.Mean != 1 || p.Half != 0 {
		t.Errorf("the same difference: %+v", p)
	}
	if p := PairedT([]float64{2}, []float64{1}); !math.IsNaN(p.P) || !math.IsNaN(p.SE) || p.Mean != 1 {
		t.Errorf("one pair: %+v", p)
	}
	if p := PairedT(nil, nil); !math.IsNaN(p.P) || p.N != 0 {
		t.Errorf("nothing: %+v", p)
	}
}

// signedRankByHand tries all signs of the ranks 1..n.
func signedRankByHand(ranks []float64, positive float64) float64 {
	total, as := 0.0, 0.0
	for _, r := range ranks {
		total += r
	}
	edge := math.Min(positive, total-positive)
	for signs := range 1 << len(ranks) {
		sum := 0.0
		for i, r := range ranks {
			if signs>>i&1 == 1 {
				sum += r
			}
		}
		if sum <= edge || sum >= total-edge {
			as++
		}
	}
	return math.Min(1, as/float64(int(1)<<len(ranks)))
}

func TestSignedRank(t *testing.T) {
	zero := make([]float64, 5)
	near(t, "all positive", SignedRank([]float64{1, 2, 3, 4, 5}, zero), 2.0/32)
	near(t, "all equal", SignedRank([]float64{1, 1, 1, 1, 1}, zero), 2.0/32)
	near(t, "balanced", SignedRank([]float64{1, -1}, zero[:2]), 1)
	near(t, "no difference", SignedRank(zero, zero), 1)
	near(t, "nothing", SignedRank(nil, nil), 1)
	// 3 and -1, -2 and a zero: ranks 1 2 3, of which 3 is positive.
	near(t, "by hand", SignedRank([]float64{3, -1, -2, 0}, zero[:4]), signedRankByHand([]float64{1, 2, 3}, 3))
	near(t, "with ties", SignedRank([]float64{2, -2, 1, 5}, zero[:4]), signedRankByHand([]float64{1, 2.5, 2.5, 4}, 7.5))
	within(t, "Student's data", SignedRank(sleepA, sleepB), 2.0/512, 1e-12) // nine pairs, all of one sign
	big := make([]float64, 200)
	r := rand.New(rand.NewPCG(5, 6))
	for i := range big {
		big[i] = r.NormFloat64() + 0.02
	}
	if p := SignedRank(big, make([]float64, 200)); p < 0.01 || p > 1 {
		t.Errorf("200 pairs without much difference: p = %v", p)
	}
}

func compareRow(method, dataset string, seed uint64, hm float64) Row {
	return Row{Method: method, Dataset: dataset, Protocol: "base2new", Seed: seed, Shots: 16, HM: Value(hm)}
}

var hmMeasure = Measure{"HM", func(r Row) *float64 { return r.HM }}

func TestCompare(t *testing.T) {
	rows := []Row{
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
	var rows []Row
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

package metric

import (
	"math"
	"math/rand/v2"
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

// No p is smaller than that of differences which all have one sign.
func TestLeastSignedRank(t *testing.T) {
	for n, want := range map[int]float64{1: 1, 2: 0.5, 3: 0.25, 6: 0.03125} {
		a, b := make([]float64, n), make([]float64, n)
		for i := range a {
			a[i] = float64(i + 1)
		}
		if p := SignedRank(a, b); p != want || LeastSignedRank(n) != want {
			t.Errorf("of %d pairs p is %v, at least %v, want %v", n, p, LeastSignedRank(n), want)
		}
	}
}

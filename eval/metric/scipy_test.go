package metric

import (
	"fmt"
	"math"
	"strconv"
	"testing"

	"frontdoor/internal/testdata"
)

// scipyGolden is what SciPy and scikit-learn say: tools/golden/stats.py.
type scipyGolden struct {
	SignedRank []rankCase `json:"signed_rank"`
	PairedT    []struct {
		A, B                           []float64
		T, P, Low, High, SE, Std, Mean float64
	} `json:"paired_t"`
	AUROC []struct {
		Positive, Negative []float64
		AUROC, FPR95       float64
	}
	PerClass []struct {
		Labels, Predicted     []int
		Classes               int
		Accuracy              float64
		MacroF1               float64 `json:"macro_f1"`
		Precision, Recall, F1 []float64
	} `json:"per_class"`
	Harmonic      []struct{ A, B, HM float64 }
	Probabilities []struct {
		Labels                []int
		Probs                 [][]float32 // [B, N]
		NLL, Brier, ECE, AURC float64
	}
}

// rankCase is a paired list of right answers out of N.
type rankCase struct {
	N      int
	A, B   []float64
	P      float64
	Exact  *float64 `json:"exact_p_by_enumeration"`
	Approx float64  `json:"scipy_approx_p"`
}

// percent turns counts into percentages, in full or as result files hold them.
func percent(t *testing.T, counts []float64, n int, written bool) []float64 {
	t.Helper()
	out := make([]float64, len(counts))
	for i, c := range counts {
		out[i] = 100 * c / float64(n)
		if written {
			var err error
			if out[i], err = strconv.ParseFloat(fmt.Sprintf("%.6g", out[i]), 64); err != nil {
				t.Fatal(err)
			}
		}
	}
	return out
}

// The p of counts, of their percentages and of their percentages as they are
// written is one and the same, and the one that trying all signs gives.
func TestSignedRankOfCountsAndPercentages(t *testing.T) {
	var cases []rankCase
	testdata.ReadJSON(t, "testdata/signed-rank.json", &cases)
	var golden scipyGolden
	testdata.ReadJSON(t, "testdata/scipy.json", &golden)
	for i := range golden.SignedRank {
		golden.SignedRank[i].Exact = &golden.SignedRank[i].P
	}
	for i, c := range append(cases, golden.SignedRank...) {
		p := SignedRank(c.A, c.B)
		if c.Exact != nil {
			near(t, fmt.Sprintf("case %d", i), p, *c.Exact)
		} else if math.Abs(p-c.Approx) > 0.05 {
			t.Errorf("case %d: p = %v, the normal approximation is %v", i, p, c.Approx)
		}
		for _, written := range []bool{false, true} {
			if q := SignedRank(percent(t, c.A, c.N, written), percent(t, c.B, c.N, written)); q != p {
				t.Errorf("case %d: p = %v of counts, %v of percentages (written: %v)", i, p, q, written)
			}
		}
		swapped := SignedRank(c.B, c.A)
		near(t, fmt.Sprintf("case %d the other way round", i), swapped, p)
	}
}

// One image of the largest test set is no rounding.
func TestSignedRankTellsSingleImagesApart(t *testing.T) {
	counts := []float64{40001, 30002, 20003, 45004, 10005}
	base := []float64{40000, 30000, 20000, 45000, 10000}
	distinct := SignedRank(counts, base)
	if p := SignedRank(percent(t, counts, 50000, true), percent(t, base, 50000, true)); p != distinct {
		t.Errorf("p = %v of counts, %v of percentages", distinct, p)
	}
	near(t, "small figures", SignedRank([]float64{0.07, 0.08, 0.09}, []float64{0.0701, 0.0803, 0.0899}), SignedRank([]float64{1, 1, 3}, []float64{2, 4, 2}))
}

func TestStatisticsAgainstSciPy(t *testing.T) {
	var golden scipyGolden
	testdata.ReadJSON(t, "testdata/scipy.json", &golden)
	if len(golden.PairedT)*len(golden.AUROC)*len(golden.PerClass)*len(golden.Harmonic) == 0 {
		t.Fatal("golden values are missing")
	}
	for i, c := range golden.PairedT {
		p := PairedT(c.A, c.B)
		for name, pair := range map[string][2]float64{"mean": {p.Mean, c.Mean}, "SE": {p.SE, c.SE}, "t": {p.T, c.T}, "p": {p.P, c.P},
			"lower end": {p.Mean - p.Half, c.Low}, "upper end": {p.Mean + p.Half, c.High}, "std": {Std(differences("", c.A, c.B)), c.Std}} {
			within(t, fmt.Sprintf("pairs %d: %s", i, name), pair[0], pair[1], 1e-9*max(1, math.Abs(pair[1])))
		}
	}
	for i, c := range golden.AUROC {
		near(t, fmt.Sprintf("AUROC %d", i), AUROC(c.Positive, c.Negative), c.AUROC)
		near(t, fmt.Sprintf("FPR95 %d", i), FPR95(c.Positive, c.Negative), c.FPR95)
	}
	for i, c := range golden.PerClass {
		near(t, fmt.Sprintf("accuracy %d", i), Accuracy(c.Labels, c.Predicted), c.Accuracy)
		near(t, fmt.Sprintf("macro F1 %d", i), MacroF1(c.Labels, c.Predicted), c.MacroF1)
		for k, m := range PerClass(c.Labels, c.Predicted, c.Classes) {
			near(t, fmt.Sprintf("precision %d %d", i, k), m.Precision, c.Precision[k])
			near(t, fmt.Sprintf("recall %d %d", i, k), m.Recall, c.Recall[k])
			near(t, fmt.Sprintf("F1 %d %d", i, k), m.F1, c.F1[k])
		}
	}
	for i, c := range golden.Harmonic {
		near(t, fmt.Sprintf("harmonic mean %d", i), HarmonicMean(c.A, c.B), c.HM)
	}
}

func TestProbabilitiesAgainstSciPy(t *testing.T) {
	var golden scipyGolden
	testdata.ReadJSON(t, "testdata/scipy.json", &golden)
	if len(golden.Probabilities) == 0 {
		t.Fatal("golden values are missing")
	}
	for i, c := range golden.Probabilities {
		var nll, brier, confidence []float64
		var correct []bool
		for j, row := range c.Probs {
			best := 0
			for k, p := range row {
				if p > row[best] {
					best = k
				}
			}
			nll, brier = append(nll, NLL(float64(row[c.Labels[j]]))), append(brier, Brier(c.Labels[j], row))
			confidence, correct = append(confidence, float64(row[best])), append(correct, best == c.Labels[j])
		}
		for name, pair := range map[string][2]float64{"NLL": {Mean(nll), c.NLL}, "Brier": {Mean(brier), c.Brier},
			"ECE": {ECE(Calibration(correct, confidence)), c.ECE}, "AURC": {AURC(RiskCoverage(correct, confidence)), c.AURC}} {
			within(t, fmt.Sprintf("%s %d", name, i), pair[0], pair[1], 1e-9*max(1, math.Abs(pair[1])))
		}
	}
}

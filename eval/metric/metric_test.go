package metric

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"gonum.org/v1/gonum/integrate"
	"gonum.org/v1/gonum/stat"
)

func near(t *testing.T, name string, got, want float64) {
	t.Helper()
	if math.Abs(got-want) > 1e-12*max(1, math.Abs(want)) || math.IsNaN(got) != math.IsNaN(want) {
		t.Errorf("%s = %v, want %v", name, got, want)
	}
}

// Six images of three classes; class 3 is predicted once but never true.
var (
	handLabels      = []int{0, 0, 0, 1, 1, 2}
	handPredictions = []int{0, 0, 1, 1, 3, 0}
)

func TestDecisions(t *testing.T) {
	near(t, "Accuracy", Accuracy(handLabels, handPredictions), 50)
	near(t, "Accuracy of none", Accuracy(nil, nil), math.NaN())
	// F1: class 0 2*2/(3+3), class 1 2*1/(2+2), class 2 0; class 3 left out.
	near(t, "MacroF1", MacroF1(handLabels, handPredictions), 100*(2.0/3+0.5+0)/3)
	near(t, "HarmonicMean", HarmonicMean(80, 60), 9600.0/140)
	near(t, "HarmonicMean of zeros", HarmonicMean(0, 0), 0)
}

func TestPerClass(t *testing.T) {
	c := PerClass(handLabels, handPredictions, 5)
	near(t, "precision 0", c[0].Precision, 200.0/3)
	near(t, "recall 0", c[0].Recall, 200.0/3)
	near(t, "recall 1", c[1].Recall, 50)
	near(t, "F1 1", c[1].F1, 50)
	near(t, "precision 2", c[2].Precision, math.NaN())
	near(t, "recall 2", c[2].Recall, 0)
	near(t, "recall 3", c[3].Recall, math.NaN())
	near(t, "precision 3", c[3].Precision, 0)
	near(t, "F1 4", c[4].F1, 0)
	if c[0].Support != 3 || c[0].Predicted != 3 || c[0].Correct != 2 || c[4].Class != 4 {
		t.Errorf("counts: %+v", c)
	}
}

func TestMeanStd(t *testing.T) {
	near(t, "Mean of none", Mean(nil), math.NaN())
	near(t, "Std of one", Std([]float64{3}), math.NaN())
	near(t, "Std by hand", Std([]float64{1, 2, 6}), math.Sqrt((4.0+1+9)/2))
	values := make([]float64, 50)
	rng := rand.New(rand.NewPCG(1, 2))
	for i := range values {
		values[i] = 60 + rng.NormFloat64()
	}
	mean, std := stat.MeanStdDev(values, nil)
	near(t, "Mean", Mean(values), mean)
	near(t, "Std", Std(values), std)
}

func TestProbabilities(t *testing.T) {
	near(t, "NLL", NLL(0.8), -math.Log(0.8))
	near(t, "NLL of zero", NLL(0), -math.Log(tinyProb))
	near(t, "Brier", Brier(1, []float32{0.75, 0.25}), 2*0.75*0.75)
	near(t, "Brier of three", Brier(0, []float32{0.5, 0.25, 0.25}), 0.25+2*0.0625)
}

func TestECE(t *testing.T) {
	// Bins apart: |1-0.8| and |0-0.6|, half the images each.
	near(t, "ECE", ECE(Calibration([]bool{true, false}, []float64{0.8, 0.6})), (0.2+0.6)/2)
	// One bin: accuracy 1/2 against confidence 0.8.
	near(t, "ECE of one bin", ECE(Calibration([]bool{true, false}, []float64{0.8, 0.8})), 0.3)
	// 1/15 belongs to the first bin, a certain prediction to the last.
	near(t, "ECE at the ends", ECE(Calibration([]bool{true, false}, []float64{1, 1.0 / 15})), (1.0/15)/2)
}

func TestAUROC(t *testing.T) {
	near(t, "apart", AUROC([]float64{3, 4}, []float64{1, 2}), 1)
	near(t, "reversed", AUROC([]float64{1}, []float64{2}), 0)
	near(t, "all equal", AUROC([]float64{1, 1}, []float64{1, 1, 1}), 0.5)
	near(t, "one tie", AUROC([]float64{2, 3}, []float64{1, 2}), 3.5/4)
	near(t, "empty", AUROC(nil, []float64{1}), math.NaN())
}

// TestAUROCAgainstGonum integrates gonum's curve, which treats ties alike.
func TestAUROCAgainstGonum(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	var pos, neg, scores []float64
	type sample struct {
		score float64
		class bool
	}
	var all []sample
	for i := range 200 {
		s := sample{float64(rng.IntN(20)), i%3 == 0} // many ties
		if s.class {
			s.score += 4
			pos = append(pos, s.score)
		} else {
			neg = append(neg, s.score)
		}
		all = append(all, s)
	}
	slices.SortFunc(all, func(a, b sample) int { return int(a.score - b.score) })
	var classes []bool
	for _, s := range all {
		scores, classes = append(scores, s.score), append(classes, s.class)
	}
	tpr, fpr, _ := stat.ROC(nil, scores, classes, nil)
	near(t, "AUROC", AUROC(pos, neg), integrate.Trapezoidal(fpr, tpr))
}

func TestRiskCoverage(t *testing.T) {
	points := RiskCoverage([]bool{false, true, true, false}, []float64{0.1, 0.9, 0.5, 0.5})
	want := []RiskPoint{{0.25, 0}, {0.75, 1.0 / 3}, {1, 0.5}}
	if !slices.Equal(points, want) {
		t.Errorf("points %v, want %v", points, want)
	}
	near(t, "AURC", AURC(points), 0.5/3+0.125)
	near(t, "AURC of none", AURC(nil), math.NaN())
	if RiskCoverage(nil, nil) != nil {
		t.Error("points from no images")
	}
}

func TestLengthsMustAgree(t *testing.T) {
	defer func() {
		if got := recover(); got != "metric: Accuracy: lengths [1] and [2] differ" {
			t.Errorf("panic %v", got)
		}
	}()
	Accuracy([]int{1}, []int{1, 2})
}

func TestFPR95(t *testing.T) {
	near(t, "apart", FPR95([]float64{3, 4}, []float64{1, 2}), 0)
	near(t, "reversed", FPR95([]float64{1}, []float64{2}), 1)
	near(t, "all equal", FPR95([]float64{1, 1}, []float64{1, 1, 1}), 1)
	near(t, "empty", FPR95(nil, []float64{1}), math.NaN())
	near(t, "no negatives", FPR95([]float64{1}, nil), math.NaN())
	// Of 40 positives 1..40, two may be missed: the threshold is 3.
	var pos []float64
	for i := range 40 {
		pos = append(pos, float64(40-i))
	}
	near(t, "of forty", FPR95(pos, []float64{1, 2, 2.9, 3, 50}), 2.0/5)
	// Of 19 none may be missed.
	near(t, "of nineteen", FPR95(pos[21:], []float64{0.5, 1}), 1.0/2)
}

func TestCalibrationBins(t *testing.T) {
	bins := Calibration([]bool{true, false, true, true}, []float64{1, 0.95, 1.0 / 15, 0})
	if len(bins) != 15 || bins[14].Count != 2 || bins[0].Count != 2 || bins[7] != (Bin{}) {
		t.Fatalf("bins %+v", bins)
	}
	near(t, "confidence", bins[14].Confidence, (1+0.95)/2)
	near(t, "accuracy", bins[14].Accuracy, 0.5)
	near(t, "ECE", ECE(bins), 0.5*math.Abs(0.5-0.975)+0.5*math.Abs(1-1.0/30))
	near(t, "ECE of none", ECE(Calibration(nil, nil)), math.NaN())
}

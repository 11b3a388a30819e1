package metric

import "math"

// Accuracy returns the percentage of images [B] whose prediction is their
// label, over all images alike (not the mean of the classes). It is NaN for
// no images.
func Accuracy(labels, predictions []int) float64 {
	sameLength("Accuracy", len(labels), len(predictions))
	correct := 0
	for i, y := range labels {
		if predictions[i] == y {
			correct++
		}
	}
	return 100 * ratio(float64(correct), float64(len(labels)))
}

// HarmonicMean returns 2*base*new/(base+new), which is high only when both
// are, and 0 when both are 0. Published tables take it of the averages over
// seeds, not the average of harmonic means; Summary does so too.
func HarmonicMean(base, new float64) float64 {
	if base+new == 0 {
		return 0
	}
	return 2 * base * new / (base + new)
}

// ClassMetrics is how well one class was recognised; the rates are percent.
type ClassMetrics struct {
	Class     int     // index of the class
	Support   int     // images that truly are of the class
	Predicted int     // images that were taken for it
	Correct   int     // images that are both
	Precision float64 // Correct of Predicted, NaN when it was never predicted
	Recall    float64 // Correct of Support, NaN when it does not occur
	F1        float64 // 2*Correct of Support+Predicted, 0 when that is 0
}

// PerClass returns the figures of each of n classes from labels and
// predictions [B], all in [0, n). An index outside panics.
func PerClass(labels, predictions []int, n int) []ClassMetrics {
	sameLength("PerClass", len(labels), len(predictions))
	classes := make([]ClassMetrics, n)
	for i, y := range labels {
		classes[y].Support++
		classes[predictions[i]].Predicted++
		if predictions[i] == y {
			classes[y].Correct++
		}
	}
	for k := range classes {
		c := &classes[k]
		correct, support, predicted := float64(c.Correct), float64(c.Support), float64(c.Predicted)
		c.Class = k
		c.Precision = 100 * ratio(correct, predicted)
		c.Recall = 100 * ratio(correct, support)
		if support+predicted > 0 {
			c.F1 = 100 * 2 * correct / (support + predicted)
		}
	}
	return classes
}

// MacroF1 returns the mean F1 in percent over the classes that occur among
// the labels, as Dassl does: a class without a test image does not count,
// even if something was taken for it. It is NaN for no images.
func MacroF1(labels, predictions []int) float64 {
	sameLength("MacroF1", len(labels), len(predictions))
	n := 0
	for i, y := range labels {
		n = max(n, y+1, predictions[i]+1)
	}
	sum, occurring := 0.0, 0.0
	for _, c := range PerClass(labels, predictions, n) {
		if c.Support > 0 {
			sum += c.F1
			occurring++
		}
	}
	return ratio(sum, occurring)
}

// Mean returns the average of the values, NaN for none.
func Mean(values []float64) float64 {
	sum := 0.0
	for _, v := range values {
		sum += v
	}
	return ratio(sum, float64(len(values)))
}

// Std returns the sample standard deviation (divisor n-1), the spread over
// seeds that tables report, and NaN for fewer than two values: one run says
// nothing about the spread.
func Std(values []float64) float64 {
	if len(values) < 2 {
		return math.NaN()
	}
	mean, sum := Mean(values), 0.0
	for _, v := range values {
		sum += (v - mean) * (v - mean)
	}
	return math.Sqrt(sum / float64(len(values)-1))
}

// ratio is a/b, and NaN where there is nothing to divide by.
func ratio(a, b float64) float64 {
	if b == 0 {
		return math.NaN()
	}
	return a / b
}

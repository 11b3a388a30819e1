package metric

import (
	"cmp"
	"fmt"
	"math"
	"slices"
)

// tinyProb keeps the logarithm of a probability that underflowed to zero
// finite; it is the smallest normal float32.
const tinyProb = 1.1754943508222875e-38

// NLL returns the negative log-likelihood in nats of an outcome of probability
// p. A probability of zero counts as the smallest normal float32.
func NLL(p float64) float64 { return -math.Log(max(p, tinyProb)) }

// Brier returns the squared distance between the probabilities [N] of an image
// and its one-hot label: 0 at best, 2 at worst.
func Brier(label int, probs []float32) float64 {
	sum := 0.0
	for k, v := range probs {
		p := float64(v)
		if k == label {
			p = 1 - p
		}
		sum += p * p
	}
	return sum
}

// calibrationBins is the usual number of bins of the calibration error.
const calibrationBins = 15

// Bin is a bar of a reliability diagram: the images whose prediction has a
// probability in an interval. An empty one has zeros.
type Bin struct {
	Confidence float64 `json:"confidence"` // mean probability of the predicted class, in [0, 1]
	Accuracy   float64 `json:"accuracy"`   // share of correct predictions, in [0, 1]
	Count      int     `json:"count"`      // images
}

// Calibration sorts images [B] by the probability of the predicted class into
// 15 bins of equal width: bin b holds those in (b/15, (b+1)/15].
func Calibration(correct []bool, confidence []float64) []Bin {
	sameLength("Calibration", len(correct), len(confidence))
	bins := make([]Bin, calibrationBins)
	for i, p := range confidence {
		b := &bins[min(max(int(math.Ceil(p*calibrationBins))-1, 0), calibrationBins-1)]
		b.Confidence += p
		b.Count++
		if correct[i] {
			b.Accuracy++
		}
	}
	for i := range bins {
		if n := float64(bins[i].Count); n > 0 {
			bins[i].Confidence /= n
			bins[i].Accuracy /= n
		}
	}
	return bins
}

// ECE returns the expected calibration error in [0, 1]: the mean gap between
// confidence and accuracy of bins, weighted by the images in them. It is NaN
// for no images.
func ECE(bins []Bin) float64 {
	sum, n := 0.0, 0.0
	for _, b := range bins {
		sum += float64(b.Count) * math.Abs(b.Accuracy-b.Confidence)
		n += float64(b.Count)
	}
	return ratio(sum, n)
}

// AUROC returns the probability in [0, 1] that a random positive has a higher
// score than a random negative, ties counting half: the area under the
// receiver operating characteristic. It is 0.5 for scores that say nothing
// and NaN when either side is empty.
func AUROC(pos, neg []float64) float64 {
	negatives := slices.Clone(neg)
	slices.Sort(negatives)
	wins := 0.0
	for _, s := range pos {
		below, _ := slices.BinarySearch(negatives, s)
		notAbove, _ := slices.BinarySearchFunc(negatives, s, func(x, s float64) int {
			if x <= s {
				return -1
			}
			return 1
		})
		wins += float64(below) + 0.5*float64(notAbove-below)
	}
	return ratio(wins, float64(len(pos))*float64(len(neg)))
}

// FPR95 returns the false positive rate in [0, 1] at a true positive rate of
// 95%: the threshold is the highest one that at least 95% of the positives
// reach, and the result is the share of negatives that reach it too. Fewer
// than 20 positives must all reach it. It is NaN when either side is empty.
func FPR95(pos, neg []float64) float64 {
	if len(pos) == 0 {
		return math.NaN()
	}
	sorted := slices.Clone(pos)
	slices.Sort(sorted)
	threshold := sorted[len(sorted)/20]
	reach := 0.0
	for _, s := range neg {
		if s >= threshold {
			reach++
		}
	}
	return ratio(reach, float64(len(neg)))
}

// RiskPoint is one choice of how much to answer: the share of images
// answered, and the share of wrong answers among those, both in [0, 1].
type RiskPoint struct {
	Coverage float64 `json:"coverage"`
	Risk     float64 `json:"risk"`
}

// RiskCoverage returns what abstention buys: images [B] are answered in
// order of falling confidence, and the points tell the error rate among the
// most confident for each possible threshold. Images of equal confidence come
// in together, since no threshold parts them. The last point answers all.
func RiskCoverage(correct []bool, confidence []float64) []RiskPoint {
	sameLength("RiskCoverage", len(correct), len(confidence))
	order := make([]int, len(correct))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(i, j int) int { return cmp.Compare(confidence[j], confidence[i]) })
	var points []RiskPoint
	wrong := 0.0
	for n, i := range order {
		if !correct[i] {
			wrong++
		}
		if n+1 < len(order) && confidence[order[n+1]] == confidence[i] {
			continue
		}
		points = append(points, RiskPoint{float64(n+1) / float64(len(order)), wrong / float64(n+1)})
	}
	return points
}

// AURC returns the area under the risk-coverage curve, the mean risk over all
// coverages (a step to each point; lower is better), NaN for no points.
func AURC(points []RiskPoint) float64 {
	area, before := 0.0, 0.0
	for _, p := range points {
		area += (p.Coverage - before) * p.Risk
		before = p.Coverage
	}
	return ratio(area, before)
}

func sameLength(op string, a, b int) {
	if a != b {
		panic(fmt.Sprintf("metric: %s: lengths [%d] and [%d] differ", op, a, b))
	}
}

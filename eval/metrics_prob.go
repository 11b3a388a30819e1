package eval

import (
	"cmp"
	"fmt"
	"math"
	"slices"
)

// The metrics of this file judge probabilities, not only decisions. Their
// argument probs is [B, N]: one slice for each image, a probability for each
// class.

// tinyProb keeps the logarithm of a probability that underflowed to zero
// finite; it is the smallest normal float32.
const tinyProb = 1.1754943508222875e-38

// NLL returns the mean negative log-likelihood (nats) of the labels [B] under
// probs [B, N]. A probability of zero counts as the smallest normal float32.
func NLL(labels []int, probs [][]float64) float64 {
	sameLength("NLL", len(labels), len(probs))
	sum := 0.0
	for i, y := range labels {
		sum -= math.Log(max(probs[i][y], tinyProb))
	}
	return ratio(sum, float64(len(labels)))
}

// Brier returns the mean over images of the squared distance between probs
// [B, N] and the one-hot label [B]: 0 at best, 2 at worst.
func Brier(labels []int, probs [][]float64) float64 {
	sameLength("Brier", len(labels), len(probs))
	sum := 0.0
	for i, y := range labels {
		for k, p := range probs[i] {
			if k == y {
				p = 1 - p
			}
			sum += p * p
		}
	}
	return ratio(sum, float64(len(labels)))
}

// eceBins is the usual number of bins of the calibration error.
const eceBins = 15

// ECE returns the expected calibration error in [0, 1] of the predictions
// argmax_k probs [B, N]: images fall into 15 bins of equal width by the
// probability of the predicted class, and the gaps between that confidence
// and the accuracy of the bin are averaged, weighted by the images in it.
// Bin b holds confidences in (b/15, (b+1)/15]. Of equal probabilities the
// first class is the prediction.
func ECE(labels []int, probs [][]float64) float64 {
	sameLength("ECE", len(labels), len(probs))
	var gap [eceBins]float64 // sum of correctness minus sum of confidence
	for i, y := range labels {
		k := argmax(probs[i])
		p := probs[i][k]
		b := min(max(int(math.Ceil(p*eceBins))-1, 0), eceBins-1)
		gap[b] -= p
		if k == y {
			gap[b]++
		}
	}
	sum := 0.0
	for _, g := range gap {
		sum += math.Abs(g)
	}
	return ratio(sum, float64(len(labels)))
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

// RiskPoint is one choice of how much to answer: the share of images
// answered, and the share of wrong answers among those, both in [0, 1].
type RiskPoint struct{ Coverage, Risk float64 }

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

// argmax is the index of the greatest value, the first of equal ones.
func argmax(values []float64) int {
	best := 0
	for k, v := range values {
		if v > values[best] {
			best = k
		}
	}
	return best
}

func sameLength(op string, a, b int) {
	if a != b {
		panic(fmt.Sprintf("eval: %s: lengths [%d] and [%d] differ", op, a, b))
	}
}

package main

import (
	"cmp"
	"math"
	"math/rand/v2"
	"slices"

	"frontdoor/eval/promise"
)

// rule decides which of the test images are answered, by the images that
// calibrate.
type rule struct {
	name   string
	accept func(calibrate, test []answer, risk float64) []bool
}

var rules = []rule{
	{"promise", func(calibrate, test []answer, risk float64) []bool {
		p := promise.Choose(scored(calibrate), risk)
		if !p.Kept || p.Risk > risk { // a greater one is another promise
			return make([]bool, len(test))
		}
		return above(test, p.Threshold)
	}},
	{"calibrated threshold without a bound", func(calibrate, test []answer, risk float64) []bool {
		return above(test, lowest(calibrate, risk))
	}},
	{"probability of at least 1 - risk", func(_, test []answer, risk float64) []bool { return above(test, 1-risk) }},
	{"APS, sets of one class", func(calibrate, test []answer, risk float64) []bool { return single(calibrate, test, risk, 0) }},
	{"RAPS, sets of one class", func(calibrate, test []answer, risk float64) []bool { return single(calibrate, test, risk, 0.01) }},
}

func scored(all []answer) []promise.Scored {
	out := make([]promise.Scored, len(all))
	for i, a := range all {
		out[i] = promise.Scored{Confidence: a.top, Right: a.right}
	}
	return out
}

func above(all []answer, threshold float64) []bool {
	out := make([]bool, len(all))
	for i, a := range all {
		out[i] = a.top >= threshold
	}
	return out
}

// lowest is the lowest threshold at which the share of wrong answers is the risk
// at most, on the images themselves.
func lowest(all []answer, risk float64) float64 {
	threshold, _ := sweep(all, risk)
	return threshold
}

// best is the coverage of that threshold: the best in hindsight.
func best(all []answer, risk float64) float64 {
	_, coverage := sweep(all, risk)
	return coverage
}

func sweep(all []answer, risk float64) (threshold, coverage float64) {
	sorted := slices.Clone(all)
	slices.SortFunc(sorted, func(a, b answer) int { return cmp.Compare(b.top, a.top) })
	threshold = math.Inf(1)
	wrong := 0
	for i, a := range sorted {
		if !a.right {
			wrong++
		}
		if float64(wrong) <= risk*float64(i+1) {
			threshold, coverage = a.top, float64(i+1)/float64(len(all))
		}
	}
	return threshold, coverage
}

// regular is the rank up to which RAPS adds nothing (Angelopoulos et al. 2021).
const regular = 5

// single answers images whose conformal prediction set has one class: the set of
// classes whose score is at most the quantile of the calibration images' own
// (Romano et al. 2020: the probabilities above a class's, and a random part of its
// own; RAPS adds a penalty for each rank beyond the fifth).
func single(calibrate, test []answer, risk, penalty float64) []bool {
	random := rand.New(rand.NewPCG(3, 3))
	scores := make([]float64, len(calibrate))
	for i, a := range calibrate {
		scores[i] = conformal(a.prob, a.label, penalty, random.Float64())
	}
	slices.Sort(scores)
	quantile := math.Inf(1)
	if k := int(math.Ceil((1 - risk) * float64(len(scores)+1))); k <= len(scores) {
		quantile = scores[k-1]
	}
	out := make([]bool, len(test))
	for i, a := range test {
		u, size := random.Float64(), 0
		for k := range a.prob {
			if conformal(a.prob, k, penalty, u) <= quantile {
				size++
			}
		}
		out[i] = size == 1
	}
	return out
}

// conformal is the score of a class.
func conformal(prob []float32, class int, penalty, u float64) float64 {
	sum, rank := u*float64(prob[class]), 1
	for _, p := range prob {
		if p > prob[class] {
			sum += float64(p)
			rank++
		}
	}
	return sum + penalty*float64(max(0, rank-regular))
}

package metric

import (
	"cmp"
	"math"
	"slices"

	"gonum.org/v1/gonum/stat/distuv"
)

// Paired is the comparison of two lists of figures that belong together pair
// by pair: two methods on the same tasks with the same seeds.
type Paired struct {
	N    int     // pairs
	Mean float64 // mean of a - b
	SE   float64 // its standard error; NaN for fewer than two pairs
	T    float64 // Mean / SE, Student's statistic with N-1 degrees of freedom
	P    float64 // two-sided: how probable as large a T is without a difference
	Half float64 // half the width of the 95% confidence interval around Mean
}

// PairedT compares a and b by Student's paired test, which takes the
// differences to be normal and independent. Differences that are all equal
// have no spread to judge by: P is then 0, or 1 if they are all zero. It
// panics if the lengths differ; fewer than two pairs have no P.
func PairedT(a, b []float64) Paired {
	d := differences("PairedT", a, b)
	p := Paired{N: len(d), Mean: Mean(d), SE: Std(d) / math.Sqrt(float64(len(d)))}
	p.T = p.Mean / p.SE
	switch {
	case len(d) < 2:
		p.SE, p.T, p.P, p.Half = math.NaN(), math.NaN(), math.NaN(), math.NaN()
	case p.SE == 0 && p.Mean == 0:
		p.T, p.P = 0, 1
	default:
		student := distuv.StudentsT{Mu: 0, Sigma: 1, Nu: float64(len(d) - 1)}
		p.P = 2 * student.CDF(-math.Abs(p.T))
		p.Half = p.SE * student.Quantile(0.975)
	}
	return p
}

// SignedRank returns the two-sided p of Wilcoxon's signed rank test for a and
// b, which asks only that the differences be symmetric around zero where
// there is none. It is exact, equal magnitudes sharing their mean rank; pairs
// without a difference are left out, and p is 1 if none is left.
//
// Percentages of counts round, and so do the figures in result files, to six
// digits: magnitudes that differ by no more than that are equal, so that p is
// that of the counts. Whole numbers are compared as they are. It panics if the
// lengths differ.
func SignedRank(a, b []float64) float64 {
	tolerance := rounding(a, b)
	d := slices.DeleteFunc(differences("SignedRank", a, b), func(v float64) bool { return math.Abs(v) <= tolerance })
	slices.SortFunc(d, func(x, y float64) int { return cmp.Compare(math.Abs(x), math.Abs(y)) })
	// Ranks are doubled, so that the mean of two is a whole number as well.
	ranks := make([]int, len(d))
	total, positive := 0, 0
	for lo := 0; lo < len(d); {
		hi := lo + 1
		for hi < len(d) && math.Abs(d[hi])-math.Abs(d[lo]) <= tolerance {
			hi++
		}
		for i := lo; i < hi; i++ {
			ranks[i] = lo + hi + 1
			total += ranks[i]
			if d[i] > 0 {
				positive += ranks[i]
			}
		}
		lo = hi
	}
	return min(1, 2*lowerTail(ranks, min(positive, total-positive)))
}

// LeastSignedRank is the smallest p that SignedRank can give for n pairs: that of
// differences which all have one sign. So p = 0.25 of three pairs says nothing.
func LeastSignedRank(n int) float64 { return min(1, math.Pow(2, float64(1-n))) }

// rounding is by how much two differences of four figures may be off if each
// figure is rounded to six digits: four times half a unit of the last one.
// Whole numbers are not rounded.
func rounding(a, b []float64) float64 {
	largest, whole := 0.0, true
	for _, v := range slices.Concat(a, b) {
		largest = max(largest, math.Abs(v))
		whole = whole && v == math.Trunc(v)
	}
	if whole {
		return 0
	}
	return 2 * math.Pow(10, math.Floor(math.Log10(largest))-5)
}

// lowerTail is the probability that the ranks with a positive sign sum to no
// more than edge if each sign is a coin's.
func lowerTail(ranks []int, edge int) float64 {
	total := 0
	for _, r := range ranks {
		total += r
	}
	// chance[s] is the probability of the sum s.
	chance := make([]float64, total+1)
	chance[0] = 1
	for _, r := range ranks {
		for s := total; s >= 0; s-- {
			chance[s] /= 2
			if s >= r {
				chance[s] += chance[s-r] / 2
			}
		}
	}
	tail := 0.0
	for s := range edge + 1 {
		tail += chance[s]
	}
	return tail
}

// differences returns a - b.
func differences(op string, a, b []float64) []float64 {
	sameLength(op, len(a), len(b))
	d := make([]float64, len(a))
	for i := range a {
		d[i] = a[i] - b[i]
	}
	return d
}

package promise

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/mathext"
)

// Confidence is the probability with which a promise holds.
const Confidence = 0.95

// delta is the probability with which it may fail.
const delta = 1 - Confidence

// Upper returns the upper bound of Clopper and Pearson at 95% for the rate of an
// event that happened k times in n: the p at which k or fewer have a probability
// of 5%. It is 1 for n = 0. It panics unless 0 <= k <= n.
func Upper(k, n int) float64 { return upper(k, n, delta) }

// Interval returns the two-sided interval of Clopper and Pearson at 95%.
func Interval(k, n int) (lo, hi float64) {
	return 1 - upper(n-k, n, delta/2), upper(k, n, delta/2)
}

// upper is the p at which k or fewer of n have the probability alpha: a quantile
// of the beta distribution of k+1 and n-k.
func upper(k, n int, alpha float64) float64 {
	switch {
	case k < 0 || k > n:
		panic(fmt.Sprintf("promise: %d of %d", k, n))
	case k == n:
		return 1
	}
	return mathext.InvRegIncBeta(float64(k+1), float64(n-k), 1-alpha)
}

// Needed returns how many answers without a mistake a promise of the risk takes:
// the smallest n with Upper(0, n) <= risk, 59 for 5% and 29 for 10%. It panics
// unless 0 < risk < 1.
func Needed(risk float64) int {
	if !(risk > 0 && risk < 1) {
		panic(fmt.Sprintf("promise: a risk of %v", risk))
	}
	n := max(1, int(math.Ceil(math.Log(delta)/math.Log1p(-risk))))
	for n > 1 && Upper(0, n-1) <= risk { // rounding
		n--
	}
	return n
}

package promise

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"sort"

	"gonum.org/v1/gonum/mathext"
)

// Scored is an image whose class is known: how confident the answer was, and
// whether it was right.
type Scored struct {
	Confidence float64 // in [0, 1]
	Right      bool
}

// Promise is a threshold of confidence and what it promises.
type Promise struct {
	// Risk is the largest share of wrong answers: the one that was asked for, or a
	// greater one where the images cannot carry that.
	Risk float64 `json:"risk"`
	// Threshold is the least confidence of an answer. It is meaningless unless
	// Kept.
	Threshold float64 `json:"threshold"`
	// Of N images Accepted were at least as confident, Mistakes of them wrong.
	N        int `json:"n"`
	Accepted int `json:"accepted"`
	Mistakes int `json:"mistakes"`
	// Bound is the upper 95% bound of the risk.
	Bound float64 `json:"bound"`
	// Kept says that Bound is at most Risk: the promise can be made.
	Kept bool `json:"kept"`
}

// Coverage is the share of images that are answered, NaN for no images.
func (p Promise) Coverage() float64 { return float64(p.Accepted) / float64(p.N) }

// steps is the number of thresholds. They are equally far apart in log odds, from
// odds of 10,000 down to no demand at all, so that they lie close where
// confidences are near 1, and they do not depend on the images. More of them cover
// hardly more, and the last that passes comes nearer to the risk itself: at 20%
// docs/trust.md has promises of 80 kept in 96.5% of the draws, of 200 in 93.5%.
const steps = 80

// threshold returns the i-th of the thresholds, which fall from 0.9999 to 0.
func threshold(i int) float64 {
	if i == steps-1 {
		return 0
	}
	const first, last = 9.21, -4.6 // log odds of 0.9999 and 0.01
	t := first + (last-first)*float64(i)/(steps-2)
	return 1 / (1 + math.Exp(-t))
}

// Choose returns the promise that images carry: of the risk that is asked for, at
// the laxest threshold that can be proved, or else of the smallest risk that can
// be. One fixed sequence decides: risks from 50% down to the one asked for, in
// steps of one percent, each at the threshold where answers begin (see enough),
// and after the last of them laxer thresholds. The last hypothesis that passes is
// the promise. Where none does, Kept is false and the counts are those of the
// risk asked for. It panics unless 0 < risk < 1.
func Choose(images []Scored, risk float64) Promise {
	if !(risk > 0 && risk < 1) {
		panic(fmt.Sprintf("promise: a risk of %v", risk))
	}
	c := newCurve(images)
	p := c.at(c.first(risk), risk)
	for percent := 50; percent > 0; percent-- {
		r := max(float64(percent)/100, risk)
		t := c.at(c.first(r), r)
		if !t.passes() {
			break
		}
		if p, p.Kept = t, true; r == risk {
			break
		}
	}
	if p.Kept && p.Risk == risk {
		p = c.laxest(p)
	}
	p.Bound = Upper(p.Mistakes, p.Accepted)
	return p
}

// enough is how many images the first threshold for a risk must accept: as many
// as can prove it, and a quarter of all, since of few images one mistake more or
// less ends the search. It depends on no answer.
func enough(n int, risk float64) int { return min(n, max(Needed(risk), n/4)) }

// curve has images in order of falling confidence, and the mistakes among the
// first of them.
type curve struct {
	confidence []float64 // n
	mistakes   []int     // n+1, among the first i
}

func newCurve(images []Scored) *curve {
	sorted := slices.Clone(images)
	slices.SortStableFunc(sorted, func(a, b Scored) int { return cmp.Compare(b.Confidence, a.Confidence) })
	c := &curve{mistakes: []int{0}}
	for i, im := range sorted {
		wrong := 0
		if !im.Right {
			wrong = 1
		}
		c.confidence = append(c.confidence, im.Confidence)
		c.mistakes = append(c.mistakes, c.mistakes[i]+wrong)
	}
	return c
}

// accepted is how many images threshold i accepts.
func (c *curve) accepted(i int) int {
	t := threshold(i)
	return sort.Search(len(c.confidence), func(k int) bool { return c.confidence[k] < t })
}

// at counts what threshold i accepts.
func (c *curve) at(i int, risk float64) Promise {
	n := c.accepted(i)
	return Promise{Risk: risk, Threshold: threshold(i), N: len(c.confidence), Accepted: n, Mistakes: c.mistakes[n]}
}

// first is the strictest threshold that accepts enough images.
func (c *curve) first(risk float64) int {
	m := enough(len(c.confidence), risk)
	return sort.Search(steps-1, func(i int) bool { return c.accepted(i) >= m })
}

// laxest goes on from a promise to laxer thresholds until one fails.
func (c *curve) laxest(p Promise) Promise {
	for i := c.first(p.Risk); i < steps; i++ {
		t := c.at(i, p.Risk)
		if !t.passes() {
			break
		}
		p, p.Kept = t, true
	}
	return p
}

// passes reports whether the counts prove the risk at 95%.
func (p Promise) passes() bool {
	return p.Mistakes < p.Accepted && atMost(p.Mistakes, p.Accepted, p.Risk) <= delta
}

// atMost is the probability of k or fewer in n, of an event of probability p.
func atMost(k, n int, p float64) float64 {
	if k >= n {
		return 1
	}
	return mathext.RegIncBeta(float64(n-k), float64(k+1), 1-p)
}

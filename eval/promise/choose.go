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
	// Risk is the largest share of wrong answers that was asked for.
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

// steps is the number of thresholds that are tested. They are equally far apart
// in log odds, from odds of 10,000 down to no demand at all, so that they lie
// close where confidences are near 1, and they do not depend on the images.
const steps = 200

// threshold returns the i-th of the thresholds, which fall from 0.9999 to 0.
func threshold(i int) float64 {
	if i == steps-1 {
		return 0
	}
	const first, last = 9.21, -4.6 // log odds of 0.9999 and 0.01
	t := first + (last-first)*float64(i)/(steps-2)
	return 1 / (1 + math.Exp(-t))
}

// Choose returns the laxest threshold that fixed-sequence testing finds for a
// risk. The thresholds are tested from the strictest on that is likely to pass by
// the confidences themselves: the first whose chance is at least nine tenths of
// the greatest one. That depends on no mistake. If it fails, Kept is false and
// the counts are its; too few images for any threshold are counted whole. It
// panics unless 0 < risk < 1.
func Choose(images []Scored, risk float64) Promise {
	if !(risk > 0 && risk < 1) {
		panic(fmt.Sprintf("promise: a risk of %v", risk))
	}
	c := newCurve(images)
	first := c.first(risk)
	p := c.at(first, risk)
	for i := first; i < steps; i++ {
		t := c.at(i, risk)
		if !passes(t.Mistakes, t.Accepted, risk) {
			break
		}
		p, p.Kept = t, true
	}
	p.Bound = Upper(p.Mistakes, p.Accepted)
	return p
}

// curve has images in order of falling confidence, and what the first of them
// amount to.
type curve struct {
	confidence []float64 // n
	mistakes   []int     // n+1, among the first i
	doubt      []float64 // n+1, the mistakes that their confidences lead to expect
}

func newCurve(images []Scored) *curve {
	sorted := slices.Clone(images)
	slices.SortStableFunc(sorted, func(a, b Scored) int { return cmp.Compare(b.Confidence, a.Confidence) })
	c := &curve{mistakes: []int{0}, doubt: []float64{0}}
	for i, im := range sorted {
		wrong := 0
		if !im.Right {
			wrong = 1
		}
		c.confidence = append(c.confidence, im.Confidence)
		c.mistakes = append(c.mistakes, c.mistakes[i]+wrong)
		c.doubt = append(c.doubt, c.doubt[i]+1-im.Confidence)
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

// first is the threshold to begin with, the last one if none has a chance.
func (c *curve) first(risk float64) int {
	chances, most := make([]float64, steps), 0.0
	for i := range chances {
		chances[i] = c.chance(i, risk)
		most = max(most, chances[i])
	}
	if most == 0 {
		return steps - 1
	}
	return slices.IndexFunc(chances, func(p float64) bool { return p >= 0.9*most })
}

// chance is the probability that threshold i passes, if answers are right as often
// as their confidences say.
func (c *curve) chance(i int, risk float64) float64 {
	n := c.accepted(i)
	bearable := sort.Search(n, func(k int) bool { return !passes(k, n, risk) }) - 1
	if bearable < 0 {
		return 0
	}
	return atMost(bearable, n, min(max(c.doubt[n]/float64(n), 1e-9), 1-1e-9))
}

// passes reports whether k mistakes in n answers prove a risk at 95%.
func passes(k, n int, risk float64) bool { return k < n && atMost(k, n, risk) <= delta }

// atMost is the probability of k or fewer in n, of an event of probability p.
func atMost(k, n int, p float64) float64 {
	if k >= n {
		return 1
	}
	return mathext.RegIncBeta(float64(n-k), float64(k+1), 1-p)
}

// Best returns the promise of the smallest risk that the images can carry, at
// least the one asked for: risks are tried from 50% down, in steps of one
// percent, until one fails. Kept is false if they carry none.
func Best(images []Scored, risk float64) Promise {
	best := Promise{Risk: risk, N: len(images), Bound: 1}
	for percent := 50; percent > 0; percent-- {
		r := max(float64(percent)/100, risk)
		p := Choose(images, r)
		if !p.Kept {
			break
		}
		if best = p; r == risk {
			break
		}
	}
	return best
}

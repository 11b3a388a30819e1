package chart

import (
	"math"
	"strconv"

	"gonum.org/v1/plot"

	"frontdoor/internal/term"
)

// roundTicks puts labels on multiples of 1, 2 or 5 times a power of ten; on
// whole numbers only where there is nothing between them, as with epochs.
type roundTicks struct{ whole bool }

// Ticks returns at most seven labelled ticks in [lo, hi].
func (r roundTicks) Ticks(lo, hi float64) []plot.Tick {
	if !divisible(lo, hi) {
		return []plot.Tick{{Value: lo, Label: strconv.FormatFloat(lo, 'g', -1, 64)}}
	}
	step := r.step(lo, hi)
	digits := max(0, -int(math.Floor(math.Log10(step)+1e-9)))
	var ticks []plot.Tick
	for i := math.Ceil(lo/step - 1e-9); i*step <= hi+1e-9*step; i++ {
		v := i*step + 0 // +0 makes a negative zero, which would print its sign, a plain one
		ticks = append(ticks, plot.Tick{Value: v, Label: term.Decimal(v, digits)})
	}
	return ticks
}

// divisible says whether there are steps from lo to hi: none are where the distance
// is nothing or too large for a number.
func divisible(lo, hi float64) bool { return hi > lo && !math.IsInf(hi-lo, 0) }

// step is the distance of the labels in [lo, hi].
func (r roundTicks) step(lo, hi float64) float64 {
	const most = 6 // steps
	step := math.Pow(10, math.Floor(math.Log10((hi-lo)/most)))
	for _, factor := range []float64{2, 2.5, 2} { // 1, 2, 5, 10
		if (hi-lo)/step <= most*(1+1e-9) {
			break
		}
		step *= factor
	}
	if r.whole {
		step = max(step, 1)
	}
	return step
}

// widen returns the range from the last label below lo to the first one above
// hi, so that an axis ends with labels.
func (r roundTicks) widen(lo, hi float64) (float64, float64) {
	if !divisible(lo, hi) {
		return lo, hi
	}
	for step := 0.0; step != r.step(lo, hi); { // a wider range may have wider steps
		step = r.step(lo, hi)
		lo, hi = step*math.Floor(lo/step+1e-9), step*math.Ceil(hi/step-1e-9)
	}
	return lo, hi
}

// givenTicks puts labels on the values that occur, as with shots, which double
// from one to the next.
func givenTicks(values []float64) plot.ConstantTicks {
	var ticks plot.ConstantTicks
	for _, v := range values {
		ticks = append(ticks, plot.Tick{Value: v, Label: strconv.FormatFloat(v, 'g', -1, 64)})
	}
	return ticks
}

// percentTicks label every 20 percent up to hi and mark every 10.
func percentTicks(hi float64) plot.ConstantTicks {
	var ticks plot.ConstantTicks
	for v := 0; float64(v) <= hi; v += 10 {
		t := plot.Tick{Value: float64(v)}
		if v%20 == 0 {
			t.Label = strconv.Itoa(v)
		}
		ticks = append(ticks, t)
	}
	return ticks
}

package chart

import (
	"math"
	"testing"
)

// The axis of bars ends at a tick just above the highest one, or above that of
// the charts beside it, and leaves room for numbers only where they need it.
func TestBarsScale(t *testing.T) {
	for _, c := range []struct {
		bars Bars
		top  float64
		room bool
	}{
		{Bars{Percent: true, Series: []BarSeries{{Values: []float64{50, math.NaN()}}}}, 60, false},
		{Bars{Percent: true, Series: []BarSeries{{Values: []float64{59}}}}, 60, true},
		{Bars{Percent: true, Top: 70, Series: []BarSeries{{Values: []float64{30}}}}, 80, false},
		{Bars{Percent: true, Series: []BarSeries{{Values: []float64{99}, Spreads: []float64{3}}}}, 100, true},
		{Bars{Percent: true, Series: []BarSeries{{Values: []float64{3}}}}, 20, false},
		{Bars{Series: []BarSeries{{Values: []float64{1730}}}}, 2000, false},
	} {
		p, _ := newPlot("", "", "")
		above := c.bars.scale(p, smallText(p))
		if p.Y.Min != 0 || p.Y.Max != c.top || above > 0 != c.room {
			t.Errorf("%+v: axis from %v to %v and %v above", c.bars, p.Y.Min, p.Y.Max, above)
		}
	}
}

// A range is widened to ticks, which are the same as before.
func TestWiden(t *testing.T) {
	for _, c := range [][4]float64{{68.3, 75.7, 68, 76}, {0, 1, 0, 1}, {0.1, 0.61, 0.1, 0.7}, {-3.1, 2, -4, 2}, {5, 5, 5, 5}, {41.75, 53.37, 40, 55}, {1.68, 4.52, 1, 5}} {
		lo, hi := roundTicks{}.widen(c[0], c[1])
		if math.Abs(lo-c[2]) > 1e-9 || math.Abs(hi-c[3]) > 1e-9 {
			t.Errorf("%v to %v is widened to %v to %v", c[0], c[1], lo, hi)
		}
	}
}

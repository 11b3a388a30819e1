package bench

import (
	"fmt"
	"math"
	"slices"
	"time"

	"frontdoor/internal/parallel"
)

// runner is this program or a peer in a measurement. turn does the work once or a
// few times and returns the mean seconds.
type runner struct {
	name   string
	turn   func() (float64, error)
	rounds int // how often it runs at most; 0 is no limit
}

// outcome is the result of a race.
type outcome struct {
	seconds map[string]float64   // typical time of each runner
	rounds  map[string][]float64 // its time in each round
	typical func([]float64) float64
}

// ratio says how many times as fast as a peer a runner is: the median over
// rounds of the ratio within the round, so that other load of the machine
// slows both sides of it. Of the fastest rounds, with -best.
func (o *outcome) ratio(runner, peer string, best bool) float64 {
	if best {
		return o.seconds[peer] / o.seconds[runner]
	}
	var ratios []float64
	for i := range min(len(o.rounds[runner]), len(o.rounds[peer])) {
		ratios = append(ratios, o.rounds[peer][i]/o.rounds[runner][i])
	}
	return o.typical(ratios)
}

// race runs the runners in turns, so that other load of the machine slows all
// of them. A runner that fails is reported and left out of the
// result.
func (b *bench) race(threads int, runners []runner) (*outcome, error) {
	defer parallel.SetThreads(parallel.Threads())
	parallel.SetThreads(threads)
	times := make([][]float64, len(runners))
	failed := make([]bool, len(runners))
	for round := range b.rounds {
		for i, r := range runners {
			if err := b.ctx.Err(); err != nil {
				return nil, err
			}
			if failed[i] || r.rounds > 0 && round >= r.rounds {
				continue
			}
			t, err := r.turn()
			if err != nil {
				fmt.Fprintf(stderr, "bench: %s is left out: %v\n", r.name, err)
				failed[i] = true
				continue
			}
			times[i] = append(times[i], t)
		}
	}
	o := &outcome{seconds: map[string]float64{}, rounds: map[string][]float64{}, typical: b.typical}
	for i, r := range runners {
		if !failed[i] {
			o.rounds[r.name] = slices.Clone(times[i])
			o.seconds[r.name] = b.typical(times[i])
		}
	}
	return o, nil
}

// typical is the median, or the least with -best.
func (b *bench) typical(t []float64) float64 {
	slices.Sort(t)
	switch n := len(t); {
	case n == 0:
		return math.NaN()
	case b.best:
		return t[0]
	default:
		return (t[n/2] + t[(n-1)/2]) / 2
	}
}

// timed makes a turn out of a function: it repeats f for about least. Short
// work runs once before the clock starts, as the peers do it, so that the caches
// hold its data and not that of the turn before.
func timed(least time.Duration, f func()) func() (float64, error) {
	reps, short := 0, false
	return func() (float64, error) {
		if reps == 0 { // the first run warms up and gives the time of one
			start := time.Now()
			f()
			once := time.Since(start)
			reps = int(max(1, least/max(once, 1)))
			short = once < time.Second/2
		} else if short {
			f()
		}
		start := clock()
		for range reps {
			f()
		}
		return (clock() - start) / float64(reps), nil
	}
}

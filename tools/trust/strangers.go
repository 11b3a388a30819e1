package main

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"frontdoor/eval/metric"
	"frontdoor/eval/promise"
	"frontdoor/internal/term"
)

// doubted lists one doubt of answers.
func doubted(all []answer, signal int) []float64 {
	u := make([]float64, len(all))
	for i, a := range all {
		u[i] = a.doubt[signal]
	}
	return u
}

// share is how many of the answers are beyond a threshold of doubt.
func share(all []answer, signal int, threshold float64) float64 {
	n := 0
	for _, a := range all {
		if a.doubt[signal] > threshold {
			n++
		}
	}
	return float64(n) / float64(len(all))
}

// both measures the two thresholds together: what is unfamiliar is put aside, and
// the promise is about the rest. Half of the strangers calibrate, or the classes
// that were left out do, as calibrate has it without strangers.
func (j job) both(s *sample) *term.Table {
	t := &term.Table{Header: []string{"risk", "strangers that calibrate", "risk kept in", "mean risk", "coverage", "false alarms", "strangers missed", "strangers known"},
		Align: []term.Align{term.Right, term.Left, term.Right, term.Right, term.Right, term.Right, term.Right, term.Right}}
	for _, risk := range risks {
		t.Rows = append(t.Rows, j.bothRow(s, risk, "other classes", false))
		if s.left != nil {
			t.Rows = append(t.Rows, j.bothRow(s, risk, "classes left out", true))
		}
	}
	return t
}

func (j job) bothRow(s *sample, risk float64, name string, leftOut bool) []string {
	kept := 0
	var risks, coverage, alarms, missed, taken float64
	each := 1 / float64(j.splits)
	order := random()
	known, strange, left := slices.Clone(s.known), slices.Clone(s.strange), slices.Clone(s.left)
	for range j.splits {
		shuffle(order, known)
		shuffle(order, strange)
		shuffle(order, left)
		calibrate, test, others := known[:j.calibrate], known[j.calibrate:], strange[len(strange)/2:]
		strangers := strange[:len(strange)/2]
		if leftOut {
			strangers = left[:min(j.calibrate, len(left))]
		}
		f, signal := familiar(calibrate, strangers)
		inside := func(all []answer) []answer {
			return slices.DeleteFunc(slices.Clone(all), func(a answer) bool { return a.doubt[signal] > f.Threshold })
		}
		p := promise.Choose(scored(inside(calibrate)), risk)
		if !p.Kept || p.Risk > risk {
			p.Threshold = 2 // nothing is answered with this risk
		}
		rest := inside(test)
		got := count(rest, above(rest, p.Threshold))
		if got.of = len(test); got.risk() <= risk {
			kept++
		}
		strangersLeft := inside(others)
		risks += got.risk() * each
		coverage += got.coverage() * each
		alarms += share(test, signal, f.Threshold) * each
		missed += (1 - share(others, signal, f.Threshold)) * each
		taken += float64(count(strangersLeft, above(strangersLeft, p.Threshold)).given) / float64(len(others)) * each
	}
	return []string{fmt.Sprintf("%.0f%%", 100*risk), name, percent(float64(kept) * each), percent(risks), percent(coverage), percent(alarms), percent(missed), percent(taken)}
}

// familiar sets the threshold of doubt as calibrate does: by the uncertainty, or by
// the largest logit where that is only one minus the largest probability.
func familiar(known, strange []answer) (promise.Strangers, int) {
	signal := largestLogit
	for _, a := range known {
		if math.Abs(a.doubt[uncertainty]-(1-a.top)) > 1e-6 {
			signal = uncertainty
		}
	}
	table, take := promise.Familiar(doubted(known, signal), doubted(strange, signal))
	return table[take], signal
}

// signals compares what tells strangers from images of the classes: how often a
// stranger has the greater doubt, and how many pass at each rate of false alarms.
func (j job) signals(s *sample) *term.Table {
	t := &term.Table{Header: []string{"signal", "AUROC"}, Align: []term.Align{term.Left, term.Right}}
	for _, rate := range promise.Rates {
		t.Header, t.Align = append(t.Header, fmt.Sprintf("missed at %.0f%%", 100*rate)), append(t.Align, term.Right)
	}
	type line struct {
		auroc float64
		cells []string
	}
	var lines []line
	for k, name := range signalNames {
		known, strange := doubted(s.known, k), doubted(s.strange, k)
		table, _ := promise.Familiar(known, strange)
		l := line{auroc: metric.AUROC(strange, known)}
		l.cells = []string{name, fmt.Sprintf("%.3f", l.auroc)}
		for _, at := range table {
			l.cells = append(l.cells, percent(at.MissRate()))
		}
		lines = append(lines, l)
	}
	slices.SortStableFunc(lines, func(a, b line) int { return cmp.Compare(b.auroc, a.auroc) })
	for _, l := range lines {
		t.Rows = append(t.Rows, l.cells)
	}
	return t
}

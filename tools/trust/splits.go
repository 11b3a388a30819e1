package main

import (
	"fmt"
	"math/rand/v2"

	"frontdoor/eval/promise"
	"frontdoor/internal/term"
)

// tally is what became of the answers of a rule on test images.
type tally struct{ given, wrong, of int }

func count(test []answer, answered []bool) tally {
	t := tally{of: len(test)}
	for i, a := range test {
		if answered[i] {
			t.given++
			if !a.right {
				t.wrong++
			}
		}
	}
	return t
}

func (t tally) risk() float64     { return float64(t.wrong) / float64(max(t.given, 1)) }
func (t tally) coverage() float64 { return float64(t.given) / float64(t.of) }

// random returns the random numbers of a measurement. All begin alike, so that
// rules see the same splits.
func random() *rand.Rand { return rand.New(rand.NewPCG(1, 1)) }

func shuffle(r *rand.Rand, all []answer) {
	r.Shuffle(len(all), func(i, k int) { all[i], all[k] = all[k], all[i] })
}

// row measures a rule at a risk over random splits.
func (j job) row(known []answer, risk float64, r rule) []string {
	kept := 0
	var risks, coverage, hindsight float64
	each := 1 / float64(j.splits)
	order := random()
	for range j.splits {
		shuffle(order, known)
		test := known[j.calibrate:]
		t := count(test, r.accept(known[:j.calibrate], test, risk))
		if t.risk() <= risk {
			kept++
		}
		risks += t.risk() * each
		coverage += t.coverage() * each
		hindsight += best(test, risk) * each
	}
	return []string{fmt.Sprintf("%.0f%%", 100*risk), r.name, percent(float64(kept) * each), percent(risks), percent(coverage), fmt.Sprintf("%.2f", coverage/hindsight)}
}

// smallest measures the risk that few images promise where they cannot carry 5%.
func (j job) smallest(known []answer) *term.Table {
	const asked = 0.05
	t := &term.Table{Header: []string{"images", "risk asked", "promises made", "mean risk promised", "promise kept in", "mean risk", "coverage"},
		Align: []term.Align{term.Right, term.Right, term.Right, term.Right, term.Right, term.Right, term.Right}}
	for _, n := range j.few {
		made, kept := 0, 0
		var promised, risks, coverage float64
		order := random()
		for range j.splits {
			shuffle(order, known)
			p := promise.Choose(scored(known[:n]), asked)
			if !p.Kept {
				kept++ // nothing is promised
				continue
			}
			made++
			promised += p.Risk
			got := count(known[n:], above(known[n:], p.Threshold))
			if got.risk() <= p.Risk {
				kept++
			}
			risks += got.risk()
			coverage += got.coverage()
		}
		m := float64(max(made, 1))
		t.Rows = append(t.Rows, []string{fmt.Sprint(n), percent(asked), fmt.Sprintf("%d of %d", made, j.splits), percent(promised / m),
			percent(float64(kept) / float64(j.splits)), percent(risks / m), percent(coverage / m)})
	}
	return t
}

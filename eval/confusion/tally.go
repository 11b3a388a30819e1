package confusion

import (
	"cmp"
	"fmt"
	"iter"
	"slices"

	"frontdoor/eval/rundir"
)

// Question is what answers are counted together for: a test of a dataset, put to
// a method with all its seeds.
type Question struct {
	Dataset, Test, Method string
	Shots, M              int
}

// Tally is what a method answered to a question.
type Tally struct {
	Question
	Matrix
	Seeds []uint64 // that were counted
	// Wrong are the most confident wrong answers of the first seed, and Unsure its
	// right answers of the least confidence, in that order, none of them sure.
	Wrong, Unsure []*rundir.Prediction
}

// sure is the confidence from which on a right answer is not worth a look.
const sure = 0.9

// maxQuestions bounds the tests of a run, whose folder may be a stranger's.
const maxQuestions = 10_000

// Count reads predictions and returns a tally for each question in the order in
// which they come up, with up to keep images in each list. It stops at an error.
func Count(predictions iter.Seq2[*rundir.Prediction, error], keep int) ([]*Tally, error) {
	var all []*Tally
	by := map[Question]*Tally{}
	for p, err := range predictions {
		if err != nil {
			return nil, err
		}
		q := Question{p.Dataset, p.Test, p.Cell.Method, p.Cell.Shots, p.Cell.M}
		t := by[q]
		if t == nil && len(all) == maxQuestions {
			return nil, fmt.Errorf("the predictions answer more than %d questions", maxQuestions)
		}
		if t == nil {
			t = &Tally{Question: q}
			by[q], all = t, append(all, t)
		}
		t.add(p, keep)
	}
	for _, t := range all {
		t.Wrong, t.Unsure = first(t.Wrong, keep, falling), first(t.Unsure, keep, rising)
	}
	return all, nil
}

func (t *Tally) add(p *rundir.Prediction, keep int) {
	t.Matrix.Add(p.Label, p.Predicted)
	if !slices.Contains(t.Seeds, p.Cell.Seed) {
		t.Seeds = append(t.Seeds, p.Cell.Seed)
	}
	switch {
	case p.Cell.Seed != t.Seeds[0]: // one picture of each image
	case p.Wrong():
		if t.Wrong = append(t.Wrong, p); len(t.Wrong) > 4*keep {
			t.Wrong = first(t.Wrong, keep, falling)
		}
	case p.Confidence() < sure:
		if t.Unsure = append(t.Unsure, p); len(t.Unsure) > 4*keep {
			t.Unsure = first(t.Unsure, keep, rising)
		}
	}
}

// falling and rising are orders of confidence.
func falling(a, b *rundir.Prediction) int { return cmp.Compare(b.Confidence(), a.Confidence()) }
func rising(a, b *rundir.Prediction) int  { return cmp.Compare(a.Confidence(), b.Confidence()) }

// first returns the first n in an order.
func first(list []*rundir.Prediction, n int, order func(a, b *rundir.Prediction) int) []*rundir.Prediction {
	slices.SortStableFunc(list, order)
	return list[:min(n, len(list))]
}

package confusion

import (
	"cmp"
	"slices"
)

// Matrix counts answers by label and predicted class. Wrong answers are few, so
// it holds these alone, and the numbers of each class.
type Matrix struct {
	Classes []string // in the order in which they came up, until Order
	Totals  map[string]int
	Right   map[string]int
	wrong   map[pair]int
}

type pair struct{ label, predicted string }

// Add counts an answer.
func (m *Matrix) Add(label, predicted string) {
	if m.Totals == nil {
		m.Totals, m.Right, m.wrong = map[string]int{}, map[string]int{}, map[pair]int{}
	}
	for _, name := range []string{label, predicted} {
		if _, known := m.Totals[name]; !known {
			m.Totals[name] = 0
			m.Classes = append(m.Classes, name)
		}
	}
	m.Totals[label]++
	if label == predicted {
		m.Right[label]++
	} else {
		m.wrong[pair{label, predicted}]++
	}
}

// Order sorts the classes as in names; others stay behind these.
func (m *Matrix) Order(names []string) {
	place := map[string]int{}
	for i, name := range names {
		place[name] = i - len(names)
	}
	slices.SortStableFunc(m.Classes, func(a, b string) int { return cmp.Compare(place[a], place[b]) })
}

// Count returns how many images of a class were taken for another, or for it.
func (m *Matrix) Count(label, predicted string) int {
	if label == predicted {
		return m.Right[label]
	}
	return m.wrong[pair{label, predicted}]
}

// Images is the number of all answers, and Mistakes that of the wrong ones.
func (m *Matrix) Images() (n int) {
	for _, k := range m.Totals {
		n += k
	}
	return n
}

// Mistakes is the number of wrong answers.
func (m *Matrix) Mistakes() (n int) {
	for _, k := range m.wrong {
		n += k
	}
	return n
}

// Pair is a class that is taken for another: in Count of the Of images of it.
type Pair struct {
	Label, Predicted string
	Count, Of        int
}

// Pairs returns the n pairs that are confused the most often, the most frequent
// first, and of equally frequent ones the one with the greater share of its class.
func (m *Matrix) Pairs(n int) []Pair {
	all := make([]Pair, 0, len(m.wrong))
	for p, k := range m.wrong {
		all = append(all, Pair{p.label, p.predicted, k, m.Totals[p.label]})
	}
	slices.SortFunc(all, func(a, b Pair) int {
		return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(a.Of, b.Of), cmp.Compare(a.Label, b.Label), cmp.Compare(a.Predicted, b.Predicted))
	})
	return all[:max(0, min(n, len(all)))]
}

// Worst returns the n classes with the most mistakes, of their own images and of
// others that are taken for them, in the order of Classes; all if there are no more.
func (m *Matrix) Worst(n int) []string {
	n = max(0, n)
	if len(m.Classes) <= n {
		return m.Classes
	}
	mistakes := map[string]int{}
	for p, k := range m.wrong {
		mistakes[p.label] += k
		mistakes[p.predicted] += k
	}
	order := slices.Clone(m.Classes)
	slices.SortStableFunc(order, func(a, b string) int { return cmp.Compare(mistakes[b], mistakes[a]) })
	worst := order[:n]
	return slices.DeleteFunc(slices.Clone(m.Classes), func(c string) bool { return !slices.Contains(worst, c) })
}

package report

import (
	"fmt"
	"slices"
	"strings"

	"frontdoor/eval/rundir"
)

// templatesOf returns the number of learned templates of a row, 0 for a method
// that has none. The hand-crafted template is not counted. Old run folders
// tell only the templates' names.
func templatesOf(r rundir.Row) int {
	n := r.M
	for _, name := range r.Templates {
		if r.M == 0 && strings.HasPrefix(name, "S") {
			n++
		}
	}
	return n
}

// labelled returns the rows with methods named so that only cells which differ
// in nothing but the seed share a name: in a sweep over -templates, "cdc, M=2".
// The number that most cells of the run have goes without saying.
func labelled(rows []rundir.Row) []rundir.Row {
	usual := usualCount(rows)
	out := slices.Clone(rows)
	for i, r := range rows {
		if m := templatesOf(r); m != usual && manyCounts(rows, r.Method) {
			out[i].Method = fmt.Sprintf("%s%s%d", r.Method, countLabel, m)
		}
	}
	return out
}

// SingleRun says whether the rows are of one run without a sweep: one protocol
// that stays on its dataset, one number of shots, and one of templates for each
// method. Summary shows those in one table.
func SingleRun(rows []rundir.Row) bool {
	for _, r := range rows {
		if r.Protocol != rows[0].Protocol || r.Shots != rows[0].Shots || r.Source != "" || manyCounts(rows, r.Method) {
			return false
		}
	}
	return true
}

// countLabel comes between a method and its number of templates.
const countLabel = ", M="

// usualCount is the number of templates that most rows with templates have,
// and 0 if there is a tie.
func usualCount(rows []rundir.Row) int {
	counts := map[int]int{}
	for _, r := range rows {
		if m := templatesOf(r); m > 0 {
			counts[m]++
		}
	}
	usual, most := 0, 0
	for m, n := range counts {
		switch {
		case n > most:
			usual, most = m, n
		case n == most:
			usual = 0
		}
	}
	return usual
}

// manyCounts says whether a method occurs with several numbers of templates.
func manyCounts(rows []rundir.Row, method string) bool {
	first := -1
	for _, r := range rows {
		if r.Method != method {
			continue
		}
		if m := templatesOf(r); first < 0 {
			first = m
		} else if m != first {
			return true
		}
	}
	return false
}

// groupBy puts rows with the same value of a property together, in the order in
// which the values come up.
func groupBy[K comparable](rows []rundir.Row, key func(rundir.Row) K) [][]rundir.Row {
	var keys []K
	groups := map[K][]rundir.Row{}
	for _, r := range rows {
		k := key(r)
		if _, ok := groups[k]; !ok {
			keys = append(keys, k)
		}
		groups[k] = append(groups[k], r)
	}
	var out [][]rundir.Row
	for _, k := range keys {
		out = append(out, groups[k])
	}
	return out
}

// unique returns the values of a property in the order in which they come up.
func unique[K comparable](rows []rundir.Row, key func(rundir.Row) K) []K {
	var keys []K
	for _, g := range groupBy(rows, key) {
		keys = append(keys, key(g[0]))
	}
	return keys
}

// ownSet stands for the dataset that was trained on where several were, each
// with variants of the same names.
const ownSet = "own test set"

// arrivals lists the accuracies of rows of protocol xd or dg.
func arrivals(rows []rundir.Row) []arrival {
	var list []arrival
	many := len(unique(rows, func(r rundir.Row) string { return r.Source })) > 1
	for _, r := range rows {
		if r.Accuracy == nil {
			continue
		}
		a := arrival{source: r.Source, method: r.Method, dataset: r.Dataset, seed: r.Seed, accuracy: *r.Accuracy, own: r.Dataset == r.Source}
		if many && a.own && r.Protocol == "dg" {
			a.dataset = ownSet
		}
		list = append(list, a)
	}
	return list
}

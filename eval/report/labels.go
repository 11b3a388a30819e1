package report

import (
	"fmt"
	"slices"
	"strings"

	"frontdoor/eval"
)

// ours says whether a method is CDC or one of its variants; all others are
// baselines.
func ours(method string) bool {
	plain, _, _ := strings.Cut(method, countLabel)
	return plain == "cdc" || strings.HasPrefix(plain, "cdc-")
}

// templatesOf returns the number of learned templates of a row, 0 for a method
// that has none. The hand-crafted template is not counted. Old run folders
// tell only the templates' names.
func templatesOf(r eval.Row) int {
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
func labelled(rows []eval.Row) []eval.Row {
	usual := usualCount(rows)
	out := slices.Clone(rows)
	for i, r := range rows {
		if m := templatesOf(r); m != usual && manyCounts(rows, r.Method) {
			out[i].Method = fmt.Sprintf("%s%s%d", r.Method, countLabel, m)
		}
	}
	return out
}

// Plain says whether the rows are of one run without a sweep: one protocol
// that stays on its dataset, one number of shots, and one of templates for each
// method. Summary shows those in one table.
func Plain(rows []eval.Row) bool {
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
func usualCount(rows []eval.Row) int {
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
func manyCounts(rows []eval.Row, method string) bool {
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

// unlike parts rows by a property, in the order in which its values come up.
func unlike[K comparable](rows []eval.Row, key func(eval.Row) K) [][]eval.Row {
	var keys []K
	groups := map[K][]eval.Row{}
	for _, r := range rows {
		k := key(r)
		if _, ok := groups[k]; !ok {
			keys = append(keys, k)
		}
		groups[k] = append(groups[k], r)
	}
	var out [][]eval.Row
	for _, k := range keys {
		out = append(out, groups[k])
	}
	return out
}

// distinct returns the values of a property in the order in which they come
// up.
func distinct[K comparable](rows []eval.Row, key func(eval.Row) K) []K {
	var keys []K
	for _, g := range unlike(rows, key) {
		keys = append(keys, key(g[0]))
	}
	return keys
}

// ownSet stands for the dataset that was trained on where several were, each
// with variants of the same names.
const ownSet = "own test set"

// arrivals lists the accuracies of rows of protocol xd or dg.
func arrivals(rows []eval.Row) []arrival {
	var list []arrival
	many := len(distinct(rows, func(r eval.Row) string { return r.Source })) > 1
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

// styled are the methods that most figures show, in the order of the looks
// that they have in all of them.
var styled = []string{"cdc", "maple", "coop", "ensemble", "maple+zs", "zeroshot", "cocoop", "cdc-lite"}

// styleOf is the look of a method in every figure, counted from 1; the others
// follow in the order of eval.Methods and eval.Ablations.
func styleOf(method string) int {
	if i := slices.Index(styled, method); i >= 0 {
		return i + 1
	}
	if i := slices.Index(eval.Methods, method); i >= 0 {
		return len(styled) + i + 1
	}
	i := slices.IndexFunc(eval.Ablations, func(a eval.Ablation) bool { return a.Name == method })
	if i < 0 {
		return 0
	}
	return len(styled) + len(eval.Methods) + i + 1
}

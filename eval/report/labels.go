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
	return method == "cdc" || strings.HasPrefix(method, "cdc-") || strings.HasPrefix(method, "cdc, ")
}

// templatesOf returns the number of learned templates of a row, 0 for a method
// that has none. The hand-crafted template is not counted.
func templatesOf(r eval.Row) int {
	n := 0
	for _, name := range r.Templates {
		if strings.HasPrefix(name, "S") {
			n++
		}
	}
	return n
}

// labelled returns the rows with methods named so that only cells which differ
// in nothing but the seed share a name: in a sweep over -templates, "cdc, M=2".
func labelled(rows []eval.Row) []eval.Row {
	counts := map[string][]int{}
	for _, r := range rows {
		if m := templatesOf(r); !slices.Contains(counts[r.Method], m) {
			counts[r.Method] = append(counts[r.Method], m)
		}
	}
	out := slices.Clone(rows)
	for i, r := range out {
		if len(counts[r.Method]) > 1 {
			out[i].Method = fmt.Sprintf("%s, M=%d", r.Method, templatesOf(r))
		}
	}
	return out
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

// arrivals lists the accuracies of rows of protocol xd or dg.
func arrivals(rows []eval.Row) []arrival {
	var list []arrival
	for _, r := range rows {
		if r.Accuracy != nil {
			list = append(list, arrival{rows[0].Dataset, r.Method, r.Dataset, r.Seed, *r.Accuracy})
		}
	}
	return list
}

package report

import (
	"fmt"
	"slices"
	"strings"

	"frontdoor/data/coop"
	"frontdoor/method"
)

// Published numbers (method.Reported) stand beside ours only where the
// experiment is the same: OpenAI's ViT-B/16, 16 images a class, 3 seeds, and the
// protocol and dataset they were published for. All are percent.
const (
	publishedBackbone = "ViT-B/16"
	publishedShots    = 16
)

// publishedNote says whose the published numbers of some methods are.
func publishedNote(names []string) string {
	var parts []string
	sources := groupNames(names, func(name string) string { return method.Find(name).Reported.Source })
	for _, source := range sources {
		parts = append(parts, fmt.Sprintf("%s as printed in %s", strings.Join(spelledAll(source), ", "), method.Find(source[0]).Reported.Source))
	}
	return "Published: " + strings.Join(parts, "; ") + "; OpenAI's ViT-B/16, 16 images a class, mean of 3 seeds."
}

// groupNames puts names with the same value of a property together.
func groupNames(names []string, key func(string) string) [][]string {
	var keys []string
	groups := map[string][]string{}
	for _, name := range names {
		k := key(name)
		if groups[k] == nil {
			keys = append(keys, k)
		}
		groups[k] = append(groups[k], name)
	}
	var out [][]string
	for _, k := range keys {
		out = append(out, groups[k])
	}
	return out
}

// samePublished says whether a run is of the kind that was published.
func samePublished(backbone string, shots int) bool {
	return backbone == publishedBackbone && shots == publishedShots
}

// publishedLabel marks a method's name as somebody else's number.
func publishedLabel(method string) string { return method + " (published)" }

// published is an accuracy pair that was printed for a method.
type published struct {
	method    string
	base, new float64
}

// publishedOn returns the published base and new accuracies on a dataset, or on
// the average of all eleven, in the order of method.All.
func publishedOn(dataset string) (all []published) {
	for _, m := range method.All {
		if m.Reported == nil {
			continue
		}
		pair, ok := m.Reported.Pair(dataset)
		if dataset == averageName {
			pair, ok = m.Reported.Average, true
		}
		if ok {
			all = append(all, published{m.Name, pair[0], pair[1]})
		}
	}
	return all
}

// allEleven says whether the datasets are those of the published average.
func allEleven(datasets []string) bool {
	for _, name := range method.ReportedDatasets {
		if !slices.Contains(datasets, name) {
			return false
		}
	}
	return len(datasets) == len(method.ReportedDatasets)
}

// title is the name of a dataset in tables.
func title(dataset string) string {
	if dataset == "dtd" { // DescribableTextures in the names of files
		return "DTD"
	}
	if o, ok := coop.ByName(dataset); ok {
		return o.Title
	}
	return dataset
}

package duplicate

import (
	"slices"

	"frontdoor/internal/parallel"
)

// Print is what an image is compared by.
type Print struct {
	// Content is the digest of its bytes; the zero value is that of none.
	Content [32]byte
	// Look is nil for an image that cannot be decoded.
	Look *Signature
}

// Group is a set of images that are the same or nearly so, directly or by way of
// others, by their indices in rising order. Exact says that all have equal content.
type Group struct {
	Images []int
	Exact  bool
}

// Groups returns the groups of two images and more, in the order of their first
// images.
func Groups(prints []Print) []Group {
	parent := make([]int, len(prints))
	for i := range parent {
		parent[i] = i
	}
	root := func(i int) int {
		for parent[i] != i {
			parent[i] = parent[parent[i]]
			i = parent[i]
		}
		return i
	}
	for i, twins := range twinsOf(prints) {
		for _, j := range twins {
			a, b := root(i), root(j)
			parent[max(a, b)] = min(a, b)
		}
	}
	var groups []Group
	place := map[int]int{}
	for i := range prints {
		r := root(i)
		if r == i {
			place[r] = len(groups)
			groups = append(groups, Group{Exact: true})
		}
		g := &groups[place[r]]
		g.Images = append(g.Images, i)
		g.Exact = g.Exact && same(prints[r], prints[i])
	}
	return slices.DeleteFunc(groups, func(g Group) bool { return len(g.Images) < 2 })
}

// twinsOf lists for each image those behind it that it is a duplicate of.
func twinsOf(prints []Print) [][]int {
	twins := make([][]int, len(prints))
	parallel.For(len(prints), 16, func(lo, hi int) {
		for i := lo; i < hi; i++ {
			for j := i + 1; j < len(prints); j++ {
				a, b := prints[i], prints[j]
				if same(a, b) || a.Look != nil && b.Look != nil && a.Look.Near(b.Look) {
					twins[i] = append(twins[i], j)
				}
			}
		}
	})
	return twins
}

// same says whether two images have equal content.
func same(a, b Print) bool { return a.Content == b.Content && a.Content != [32]byte{} }
